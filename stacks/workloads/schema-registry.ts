import * as pulumi from "@pulumi/pulumi";
import { StatelessService } from "../../components/stateless-service.ts";
import { dependencyList } from "../../components/support/children.ts";
import { serviceAddress } from "../../components/support/naming.ts";
import type { EnvValue, Peer } from "../../components/workload-args.ts";
import type { StackConfig } from "../config.ts";
import { placed, type WorkloadContext } from "./context.ts";
import { authorityFiles, clientProperties, credentials, jaas, PASSWORD, USERNAME } from "./kafka/client-security.ts";
import type { KafkaEndpoint, KafkaSecurity } from "./kafka/endpoint.ts";
import type { Properties } from "./kafka/properties.ts";
import type { Topic } from "./kafka/scripts.ts";

/** Name of the registry's component, which the brokers let in. */
export const SCHEMA_REGISTRY = "schema-registry";

const PORT = 8080;
/** Health and metrics, apart from what clients reach. Source: Apicurio Registry 3.3, application.properties. */
const MANAGEMENT_PORT = 9000;
/** The image's own user. Source: Apicurio Registry 3.3, distro/docker, Dockerfile.jvm. */
const USER = 1001;

const JOURNAL = "schema-registry-journal";
const SNAPSHOTS = "schema-registry-snapshots";
const EVENTS = "schema-registry-events";

/** What the names of its consumer groups begin with; each start makes new ones. */
export const REGISTRY_GROUP_PREFIX = "schema-registry-";

const FOR_EVER = { "cleanup.policy": "delete", "retention.ms": -1, "retention.bytes": -1 } as const;

/**
 * The registry's topics: all schemas are in the journal, in the order in which they came, so that nothing of it may expire or
 * be compacted; the registry does not start otherwise (Apicurio Registry, KafkaAdminUtil.verifyTopicConfiguration).
 */
export const REGISTRY_TOPICS: readonly Topic[] = [
    { name: JOURNAL, partitions: 1, config: FOR_EVER },
    { name: SNAPSHOTS, partitions: 1, config: FOR_EVER },
    { name: EVENTS, partitions: 1 },
];

/** Arguments of {@link SchemaRegistry}. */
export interface SchemaRegistryArgs {
    readonly config: NonNullable<StackConfig["schemaRegistry"]>;
    readonly context: WorkloadContext;
    /** Namespace; has to be there before (see `dependsOn`). */
    readonly namespace: string;
    readonly brokers: KafkaEndpoint;
    /**
     * Whether {@link REGISTRY_TOPICS} are there; otherwise the registry makes what is missing: with three copies, of which two
     * are in sync, and for ever, as it has to be (Apicurio Registry, KafkaAdminUtil.createTopicIfDoesNotExist).
     */
    readonly topicsDeclared: boolean;
    /** Who reads schemas, beside the configuration's `clients`. */
    readonly readers: readonly Omit<Extract<Peer, { workload: string }>, "ports">[];
}

/** Each of its clients takes what is called `apicurio.kafka.common.SETTING` (Apicurio Registry, KafkaSqlConfiguration). */
function access(security: KafkaSecurity): Record<string, EnvValue> {
    const common: Properties = {
        ...clientProperties(security),
        // Kubernetes puts variables in that come before.
        ...(security.kind === "sasl" ? { "sasl.jaas.config": jaas(security, `$(${USERNAME})`, `$(${PASSWORD})`) } : {}),
    };
    const variables = Object.entries(common).map(
        ([key, value]) => [`APICURIO_KAFKA_COMMON_${key.toUpperCase().replaceAll(".", "_")}`, String(value)] as const,
    );
    return { ...credentials(security), ...Object.fromEntries(variables) };
}

/**
 * A registry of schemas on topics of Kafka: Apicurio Registry 3 (Apache License 2.0), which clients of Confluent's registry
 * use by its interface of theirs.
 *
 * Confluent's own is under the Confluent Community License, which is no open-source licence (it forbids offering the registry
 * as a service), keeps schemas in `_schemas`, and elects one replica that alone takes writes. Here each replica has all
 * schemas in memory, writes to the journal, and answers once it has read its own write there: the topic's order decides, there
 * is no leader to lose, and a lost replica costs nobody anything (Apicurio Registry, KafkaSqlRegistryStorage).
 */
export class SchemaRegistry extends pulumi.ComponentResource {
    /** Address of the interface of Confluent's registry. */
    readonly url: string;

    /** @throws {ArgumentError} with every argument that no workload can be made of */
    constructor(name: string, args: SchemaRegistryArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("dataplatform:system:SchemaRegistry", name, {}, opts);
        const { config, context, namespace, brokers } = args;
        new StatelessService(
            SCHEMA_REGISTRY,
            {
                ...placed(context),
                namespace,
                system: SCHEMA_REGISTRY,
                image: config.image,
                replicas: config.replicas,
                resources: config.resources,
                env: {
                    APICURIO_STORAGE_KIND: "kafkasql",
                    APICURIO_KAFKASQL_BOOTSTRAP_SERVERS: brokers.bootstrapServers,
                    ...access(brokers.security),
                    APICURIO_KAFKASQL_TOPIC: JOURNAL,
                    APICURIO_KAFKASQL_SNAPSHOTS_TOPIC: SNAPSHOTS,
                    APICURIO_EVENTS_KAFKA_TOPIC: EVENTS,
                    APICURIO_KAFKASQL_TOPIC_AUTO_CREATE: String(!args.topicsDeclared),
                    APICURIO_KAFKASQL_CONSUMER_GROUP_PREFIX: REGISTRY_GROUP_PREFIX,
                },
                secretFiles: authorityFiles(brokers.security),
                scratch: { "/tmp": "256Mi" },
                security: { user: USER },
                ports: { http: PORT, management: MANAGEMENT_PORT },
                metrics: { port: "management" },
                health: {
                    // Once the journal is read to its end.
                    ready: { kind: "http", path: "/health/ready", port: "management" },
                    alive: { kind: "http", path: "/health/live", port: "management" },
                    startUp: "3 minutes",
                },
                allowFrom: [...args.readers, ...(config.clients ?? [])].map((peer) => ({ ...peer, ports: ["http"] })),
                availability: context.availability,
            },
            { parent: this, dependsOn: dependencyList(opts.dependsOn) },
        );
        this.url = `http://${serviceAddress(SCHEMA_REGISTRY, namespace)}:${PORT}/apis/ccompat/v7`;
        this.registerOutputs({ url: this.url });
    }
}
