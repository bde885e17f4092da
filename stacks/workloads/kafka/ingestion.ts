import type * as pulumi from "@pulumi/pulumi";
import type { Peer } from "../../../components/workload-args.ts";
import type { StackConfig } from "../../config.ts";
import type { WorkloadContext } from "../context.ts";
import { Kafka } from "../kafka.ts";
import { CONNECT, KafkaConnect } from "../kafka-connect.ts";
import { KafkaConsumerGroup } from "../kafka-consumers.ts";
import { KafkaLagExporter, LAG_EXPORTER } from "../kafka-lag-exporter.ts";
import { REGISTRY_GROUP_PREFIX, REGISTRY_TOPICS, SCHEMA_REGISTRY, SchemaRegistry } from "../schema-registry.ts";
import { externalEndpoint, IN_CLUSTER, type KafkaEndpoint } from "./endpoint.ts";
import { groupOfConfig } from "./group-of-config.ts";
import type { LagSource } from "./lag-alerts.ts";

const NAMESPACE = "kafka";
const CONSUMERS = "kafka-consumers";

/** What ingestion is made of. */
interface IngestionArgs {
    readonly config: StackConfig;
    readonly context: WorkloadContext;
    /** The program's systems that connect to the brokers from elsewhere, beside the configuration's `kafka.clients`. */
    readonly clients: readonly Peer[];
    /** Options of a system in Kafka's namespace that needs other systems first. */
    readonly after: (...systems: readonly pulumi.Resource[]) => pulumi.ComponentResourceOptions;
}

/** Where the systems around Kafka are. */
export interface Ingestion {
    readonly brokers: KafkaEndpoint;
    /** What clients wait for: brokers and topics; nothing where somebody else runs them. */
    readonly ready: readonly pulumi.Resource[];
    /** `HOST:PORT` of Kafka Connect's REST interface, if the stack has it. */
    readonly kafkaConnect?: string;
    /** Address of the registry of schemas, if the stack has one. */
    readonly schemaRegistry?: string;
}

/** The brokers, as the systems around them see them. */
type Brokers = Pick<Ingestion, "brokers" | "ready">;

/** The stack's own systems that connect to the brokers. */
function clientsOf({ consumers, lagExporter, kafkaConnect, schemaRegistry }: StackConfig): readonly Peer[] {
    const workloads = [
        CONSUMERS,
        ...(lagExporter === undefined ? [] : [LAG_EXPORTER]),
        ...(kafkaConnect === undefined ? [] : [CONNECT]),
        ...(schemaRegistry === undefined ? [] : [SCHEMA_REGISTRY]),
    ];
    return [
        ...workloads.map((workload) => ({ workload })),
        // KEDA's operator asks the brokers for the lag of a group that it scales.
        ...(consumers.membership.kind === "dynamic" ? [{ everyPodOf: "keda" }] : []),
    ];
}

function exportedLag(args: IngestionArgs, { brokers, ready }: Brokers): LagSource | undefined {
    const { config, context, after } = args;
    if (config.lagExporter === undefined) {
        return undefined;
    }
    const exporter = new KafkaLagExporter(
        LAG_EXPORTER,
        {
            config: config.lagExporter,
            context,
            namespace: NAMESPACE,
            brokers,
            ...(config.schemaRegistry === undefined ? {} : { ignoredGroups: [REGISTRY_GROUP_PREFIX] }),
        },
        after(...ready),
    );
    return exporter.source;
}

function registryOf(args: IngestionArgs, { brokers, ready }: Brokers): SchemaRegistry | undefined {
    const { config, context, after } = args;
    if (config.schemaRegistry === undefined) {
        return undefined;
    }
    const readers = [CONSUMERS, ...(config.kafkaConnect === undefined ? [] : [CONNECT])];
    return new SchemaRegistry(
        SCHEMA_REGISTRY,
        {
            config: config.schemaRegistry,
            context,
            namespace: NAMESPACE,
            brokers,
            topicsDeclared: config.kafka.kind === "in-cluster",
            readers: readers.map((workload) => ({ workload })),
        },
        after(...ready),
    );
}

function workersOf(
    args: IngestionArgs,
    { brokers, ready }: Brokers,
    registry: SchemaRegistry | undefined,
): KafkaConnect | undefined {
    const { config, context, after } = args;
    if (config.kafkaConnect === undefined) {
        return undefined;
    }
    return new KafkaConnect(
        CONNECT,
        {
            config: config.kafkaConnect,
            context,
            namespace: NAMESPACE,
            brokers,
            ...(config.kafka.exporter === undefined ? {} : { exporter: config.kafka.exporter }),
            ...(registry === undefined ? {} : { registryUrl: registry.url }),
        },
        after(...ready, ...(registry === undefined ? [] : [registry])),
    );
}

/** Brokers of this program, or those that the configuration names. */
function brokersOf({ config, context, clients, after }: IngestionArgs): Brokers {
    if (config.kafka.kind === "external") {
        return { brokers: externalEndpoint(config.kafka), ready: [] };
    }
    const kafka = new Kafka(
        "kafka",
        {
            config: config.kafka,
            context,
            namespace: NAMESPACE,
            clients: [...clientsOf(config), ...clients, ...(config.kafka.clients ?? [])],
            ...(config.schemaRegistry === undefined ? {} : { topics: REGISTRY_TOPICS }),
        },
        after(),
    );
    return { brokers: { bootstrapServers: kafka.bootstrapServers, ...IN_CLUSTER }, ready: [kafka] };
}

/** Kafka and its topics, the group that reads the configuration's, and the systems around them that the stack has. */
export function ingestion(args: IngestionArgs): Ingestion {
    const { config, context, after } = args;
    const kafka = brokersOf(args);
    const { brokers, ready } = kafka;
    const lag = exportedLag(args, kafka);
    const registry = registryOf(args, kafka);
    const connect = workersOf(args, kafka, registry);
    new KafkaConsumerGroup(
        CONSUMERS,
        groupOfConfig({
            config,
            context,
            namespace: NAMESPACE,
            brokers,
            ...(lag === undefined ? {} : { lag }),
            ...(registry === undefined ? {} : { registryUrl: registry.url }),
        }),
        after(...ready, ...(registry === undefined ? [] : [registry])),
    );
    return {
        ...kafka,
        ...(connect === undefined ? {} : { kafkaConnect: connect.address }),
        ...(registry === undefined ? {} : { schemaRegistry: registry.url }),
    };
}
