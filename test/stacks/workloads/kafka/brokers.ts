import { IN_CLUSTER, type KafkaEndpoint } from "../../../../stacks/workloads/kafka/endpoint.ts";

/** Brokers of this program. */
export const BROKERS: KafkaEndpoint = {
    ...IN_CLUSTER,
    bootstrapServers: "kafka-broker.kafka.svc.cluster.local:9092",
};

/** Brokers of somebody else, who asks for a name and a password. */
export const EXTERNAL: KafkaEndpoint = {
    bootstrapServers: "b-1.example.com:9096,b-2.example.com:9096",
    ports: [9096],
    security: { kind: "sasl", mechanism: "SCRAM-SHA-512", secret: "kafka-client", ca: "kafka-ca" },
};

/** A container's variables: the value, or where it comes from. */
export function variablesOf(container: { env?: readonly Record<string, unknown>[] }): Record<string, unknown> {
    return Object.fromEntries(
        (container.env ?? []).map((variable) => [String(variable["name"]), variable["value"] ?? variable["valueFrom"]]),
    );
}

/** Secrets that a pod has as files, by the directory that a container finds them in. */
export function secretFilesOf(pod: {
    volumes?: readonly { name: string; secret?: { secretName: string } }[];
    containers: readonly { volumeMounts?: readonly { name: string; mountPath: string }[] }[];
}): Record<string, string> {
    const mounts = pod.containers[0]?.volumeMounts ?? [];
    return Object.fromEntries(
        (pod.volumes ?? []).flatMap(({ name, secret }) =>
            secret === undefined
                ? []
                : mounts.filter((mount) => mount.name === name).map((mount) => [mount.mountPath, secret.secretName]),
        ),
    );
}
