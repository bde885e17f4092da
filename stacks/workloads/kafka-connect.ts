import * as pulumi from "@pulumi/pulumi";
import { ZONE_LABEL } from "../../components/specs/placement.ts";
import { StatelessService } from "../../components/stateless-service.ts";
import { dependencyList } from "../../components/support/children.ts";
import { type Duration, seconds } from "../../components/values/duration.ts";
import type { EnvValue } from "../../components/workload-args.ts";
import type { StackConfig } from "../config.ts";
import { placed, type WorkloadContext } from "./context.ts";
import { dataAccess } from "./data-buckets.ts";
import { alertRules } from "./kafka/alert-rules.ts";
import { authorityFiles, credentials, jaas, PASSWORD, USERNAME } from "./kafka/client-security.ts";
import { connectAlerts } from "./kafka/connect-alerts.ts";
import {
    CLIENT_PREFIXES,
    REGISTRY_VARIABLE,
    REST_PORT,
    RETURN_DELAY,
    SECRETS_DIRECTORY,
    WORKER_SESSION,
    workerProperties,
} from "./kafka/connect-properties.ts";
import type { KafkaEndpoint, KafkaSecurity } from "./kafka/endpoint.ts";
import { heapOptions } from "./kafka/heap.ts";
import { type JmxExporter, jmxExporter } from "./kafka/jmx-exporter.ts";
import { CONNECT_RULES } from "./kafka/jmx-rules.ts";
import { loggingConfiguration } from "./kafka/logging.ts";
import { propertiesFile } from "./kafka/properties.ts";

/** Name of the workers' component, which the brokers let in. */
export const CONNECT = "kafka-connect";

const FILES = "/etc/kafka-connect";
/** Where the whole configuration of one worker is put together. */
const WORKER_PROPERTIES = "/tmp/worker.properties";
/** `appuser` of Apache's image. */
const USER = 1000;
const SECURITY = { user: USER, group: USER } as const;

/** Reads what plugins there are, makes its topics, reads them and joins. */
const START_UP: Duration = "3 minutes";
/** From the end of the delay: the others are told, and start the tasks. */
const TASKS_STARTED: Duration = "30 seconds";

/** Arguments of {@link KafkaConnect}. */
export interface KafkaConnectArgs {
    readonly config: NonNullable<StackConfig["kafkaConnect"]>;
    readonly context: WorkloadContext;
    /** Namespace, also of the Secrets that connectors read; has to be there before (see `dependsOn`). */
    readonly namespace: string;
    readonly brokers: KafkaEndpoint;
    /**
     * What makes its metrics readable.
     * @default none, and no alerts on connectors
     */
    readonly exporter?: JmxExporter;
    /**
     * Address of the registry of schemas, which connectors may name as `${env:SCHEMA_REGISTRY_URL}`.
     * @default there is none
     */
    readonly registryUrl?: string;
}

/**
 * The start of a worker. It becomes known to the others by its address, which is its pod's alone, and reads from the copies in
 * its zone. In the command and not in a file, so that whoever sees the pod sees that Kafka's image is no broker here.
 *
 * Name and password are written here and not named in the settings: what a worker may look up, so may every connector.
 */
function startCommand(zones: boolean, security: KafkaSecurity): readonly string[] {
    const append = (setting: string, ...variables: readonly string[]): string =>
        `printf '${setting}\\n' ${variables.map((variable) => `"$${variable}"`).join(" ")} >>${WORKER_PROPERTIES}`;
    const login = security.kind === "sasl" ? [jaas(security, "%s", "%s")] : [];
    const steps = [
        `cp ${FILES}/worker.properties ${WORKER_PROPERTIES}`,
        append("rest.advertised.host.name=%s", "POD_IP"),
        ...(zones ? [append("consumer.client.rack=%s", "ZONE")] : []),
        ...login.flatMap((text) =>
            CLIENT_PREFIXES.map((prefix) => append(`${prefix}sasl.jaas.config=${text}`, USERNAME, PASSWORD)),
        ),
        `exec /opt/kafka/bin/connect-distributed.sh ${WORKER_PROPERTIES}`,
    ];
    return ["/bin/sh", "-ec", steps.join("\n")];
}

/**
 * Kafka Connect in distributed mode: workers that share connectors and tasks among them. All that they know is in three
 * topics, so that a worker is replaced by any other.
 *
 * The REST interface, by which connectors are made, asks nobody who they are, and whoever may use it may run any connector
 * that the image has: the network policy lets in workers, which pass requests on to each other, and the configuration's
 * `clients`. A person reaches it with `kubectl port-forward`. The workers' role is every connector's as well, so that who may
 * make a connector reaches all of `dataBuckets`.
 */
export class KafkaConnect extends pulumi.ComponentResource {
    /** `HOST:PORT` of the REST interface. */
    readonly address: string;

    /** @throws {ArgumentError} with every argument that no workload can be made of */
    constructor(name: string, args: KafkaConnectArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("dataplatform:system:KafkaConnect", name, {}, opts);
        const { config, context, namespace, brokers, exporter, registryUrl } = args;
        const after = dependencyList(opts.dependsOn);
        const { javaOptions, ...exported }: Partial<ReturnType<typeof jmxExporter>> =
            exporter === undefined ? {} : jmxExporter(exporter, CONNECT_RULES, SECURITY);
        const data = dataAccess(CONNECT, { aws: context.aws, namespace, buckets: config.dataBuckets }, this);
        const zones = context.cluster.zones !== 0;
        const zone: Record<string, EnvValue> = zones ? { ZONE: { field: `metadata.labels['${ZONE_LABEL}']` } } : {};
        const service = new StatelessService(
            CONNECT,
            {
                ...placed(context),
                ...exported,
                namespace,
                system: CONNECT,
                image: config.image,
                replicas: config.replicas,
                resources: config.resources,
                command: startCommand(zones, brokers.security),
                env: {
                    POD_IP: { field: "status.podIP" },
                    ...zone,
                    ...(registryUrl === undefined ? {} : { [REGISTRY_VARIABLE]: registryUrl }),
                    ...credentials(brokers.security),
                    KAFKA_HEAP_OPTS: heapOptions(config.resources.memory),
                    KAFKA_LOG4J_OPTS: `-Dlog4j2.configurationFile=file:${FILES}/log4j2.properties`,
                    LOG_DIR: "/tmp",
                    ...data.env,
                    ...(javaOptions === undefined ? {} : { KAFKA_OPTS: javaOptions }),
                },
                configFiles: {
                    [`${FILES}/worker.properties`]: propertiesFile(
                        workerProperties({
                            config,
                            brokers,
                            registry: registryUrl !== undefined,
                        }),
                    ),
                    [`${FILES}/log4j2.properties`]: loggingConfiguration(),
                    ...exported.configFiles,
                },
                secretFiles: {
                    ...authorityFiles(brokers.security),
                    ...Object.fromEntries(
                        (config.secrets ?? []).map((secret) => [`${SECRETS_DIRECTORY}/${secret}`, secret]),
                    ),
                },
                // Java's own files, and what connectors put down in between.
                scratch: { "/tmp": "1Gi", ...exported.scratch },
                security: SECURITY,
                ports: { rest: REST_PORT, ...exported.ports },
                health: {
                    // Answers once the worker has joined and as long as it hears of its group and its topics (KIP-1017), within
                    // ten seconds or not.
                    ready: { kind: "http", path: "/health", port: "rest" },
                    // Brokers that are away are no reason to restart.
                    alive: { kind: "tcp", port: "rest" },
                    startUp: START_UP,
                    every: "15 seconds",
                    timeout: "12 seconds",
                },
                shutdown: { gracePeriod: "60 seconds" },
                // One worker more would get tasks only to give them back.
                update: "inPlace",
                allowFrom: (config.clients ?? []).map((client) => ({ ...client, ports: ["rest"] })),
                failover: {
                    kind: "promotion",
                    leaderTimeToLive: WORKER_SESSION,
                    promotion: `${seconds(RETURN_DELAY) + seconds(TASKS_STARTED)} seconds`,
                },
                availability: context.availability,
            },
            { parent: this, dependsOn: [...after, ...data.access] },
        );
        if (exporter !== undefined) {
            const group = connectAlerts(
                { name: CONNECT, namespace, system: CONNECT, containers: [CONNECT] },
                2 * (seconds(RETURN_DELAY) + seconds(TASKS_STARTED)),
            );
            const owner = { namespace, system: CONNECT, cluster: context.cluster };
            alertRules("kafka-connectors", [group], owner, { parent: this, dependsOn: after });
        }
        this.address = `${service.address}:${REST_PORT}`;
        this.registerOutputs({ address: this.address });
    }
}
