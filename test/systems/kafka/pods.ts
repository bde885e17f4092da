import { type PodDifferences, type PodProcess, podProcess } from "../support/pod-process.ts";
import type { PodOf } from "../support/rendered-pod.ts";
import type { JavaHome } from "./java.ts";

/** The stack whose Kafka is started. */
export const STACK = "prod";
/** Its namespace. */
export const NAMESPACE = "kafka";

/** Half of the pods' memory would be more than a machine for tests has. */
const HEAP = "-Xms128m -Xmx256m";

/** Where a JMX exporter's agent is in the image that the stack takes it from. */
const AGENT_IN_IMAGE = "/opt/prometheus-jmx-exporter";

/** Everything that Kafka's pods have here and not in a cluster. */
export interface Surroundings {
    readonly home: JavaHome;
    /** First three numbers of all addresses. */
    readonly network: string;
    /** In place of the image's scripts. */
    readonly scripts: string;
}

/**
 * How a pod of Kafka's image differs here: the image's files are elsewhere, a heap is small, and since there is one network
 * for all pods, a server listens at its own address instead of at every one.
 */
function differences({ home, scripts }: Surroundings, address: string): PodDifferences {
    return {
        replace: {
            "/opt/kafka/bin": scripts,
            [AGENT_IN_IMAGE]: home.jars,
            "CLIENT://:": `CLIENT://${address}:`,
            "CONTROLLER://:": `CONTROLLER://${address}:`,
            "HTTP://:": `HTTP://${address}:`,
            // The server is no pod's first process.
            "/proc/1/fd/1": "/dev/stdout",
            "agent.jar=9404": `agent.jar=${address}:9404`,
        },
        program: () => ({ env: { KAFKA_HEAP_OPTS: HEAP } }),
    };
}

/** Which pod of Kafka's image. */
interface KafkaPodOf extends Pick<PodOf, "kind" | "name" | "ordinal"> {
    /** @default {@link STACK} */
    readonly stack?: PodOf["stack"];
    /** The last number of its address. */
    readonly host: number;
}

/** A pod of Kafka's image, with what else has to differ. */
export function kafkaPod(
    surroundings: Surroundings,
    { stack = STACK, host, ...of }: KafkaPodOf,
    more: PodDifferences = {},
): Promise<PodProcess> {
    const address = `${surroundings.network}.${host}`;
    return podProcess({ stack, ...of, namespace: NAMESPACE, address, ...differences(surroundings, address), ...more });
}
