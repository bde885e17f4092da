import type * as pulumi from "@pulumi/pulumi";
import type { Peer } from "../../../components/workload-args.ts";
import type { StackConfig } from "../../config.ts";
import type { WorkloadContext } from "../context.ts";
import { Kafka } from "../kafka.ts";
import { CONNECT, KafkaConnect } from "../kafka-connect.ts";
import { KafkaConsumerGroup } from "../kafka-consumers.ts";
import { KafkaLagExporter, LAG_EXPORTER } from "../kafka-lag-exporter.ts";
import { REGISTRY_GROUP_PREFIX, REGISTRY_TOPICS, SCHEMA_REGISTRY, SchemaRegistry } from "../schema-registry.ts";
import { groupOfConfig } from "./group-of-config.ts";
import type { LagSource } from "./lag-alerts.ts";

const NAMESPACE = "kafka";
const CONSUMERS = "kafka-consumers";

/** What ingestion is made of. */
interface IngestionArgs {
    readonly config: StackConfig;
    readonly context: WorkloadContext;
    /** Who connects to the brokers from elsewhere. */
    readonly clients: readonly Peer[];
    /** Options of a system in Kafka's namespace that needs other systems first. */
    readonly after: (...systems: readonly pulumi.Resource[]) => pulumi.ComponentResourceOptions;
}

/** Where the systems around Kafka are. */
export interface Ingestion {
    readonly kafka: Kafka;
    /** `HOST:PORT` of Kafka Connect's REST interface, if the stack has it. */
    readonly kafkaConnect?: string;
    /** Address of the registry of schemas, if the stack has one. */
    readonly schemaRegistry?: string;
}

/** Who connects to the brokers. */
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

function exportedLag(args: IngestionArgs, kafka: Kafka): LagSource | undefined {
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
            bootstrapServers: kafka.bootstrapServers,
            ...(config.schemaRegistry === undefined ? {} : { ignoredGroups: [REGISTRY_GROUP_PREFIX] }),
        },
        after(kafka),
    );
    return exporter.source;
}

function registryOf(args: IngestionArgs, kafka: Kafka): SchemaRegistry | undefined {
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
            bootstrapServers: kafka.bootstrapServers,
            readers: readers.map((workload) => ({ workload })),
        },
        after(kafka),
    );
}

function workersOf(args: IngestionArgs, kafka: Kafka, registry: SchemaRegistry | undefined): KafkaConnect | undefined {
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
            bootstrapServers: kafka.bootstrapServers,
            ...(config.kafka.exporter === undefined ? {} : { exporter: config.kafka.exporter }),
            ...(registry === undefined ? {} : { registryUrl: registry.url }),
        },
        after(kafka, ...(registry === undefined ? [] : [registry])),
    );
}

/** Kafka and its topics, the group that reads the configuration's, and the systems around them that the stack has. */
export function ingestion(args: IngestionArgs): Ingestion {
    const { config, context, clients, after } = args;
    const kafka = new Kafka(
        "kafka",
        {
            config: config.kafka,
            context,
            namespace: NAMESPACE,
            clients: [...clientsOf(config), ...clients],
            ...(config.schemaRegistry === undefined ? {} : { topics: REGISTRY_TOPICS }),
        },
        after(),
    );
    const lag = exportedLag(args, kafka);
    const registry = registryOf(args, kafka);
    const connect = workersOf(args, kafka, registry);
    new KafkaConsumerGroup(
        CONSUMERS,
        groupOfConfig({
            config,
            context,
            namespace: NAMESPACE,
            bootstrapServers: kafka.bootstrapServers,
            ...(lag === undefined ? {} : { lag }),
            ...(registry === undefined ? {} : { registryUrl: registry.url }),
        }),
        after(kafka, ...(registry === undefined ? [] : [registry])),
    );
    return {
        kafka,
        ...(connect === undefined ? {} : { kafkaConnect: connect.address }),
        ...(registry === undefined ? {} : { schemaRegistry: registry.url }),
    };
}
