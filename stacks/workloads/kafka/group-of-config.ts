import type { Duration } from "../../../components/values/duration.ts";
import type { StackConfig } from "../../config.ts";
import { placed, type WorkloadContext } from "../context.ts";
import type { KafkaConsumerGroupArgs } from "../kafka-consumers.ts";
import { REGISTRY_VARIABLE } from "./connect-properties.ts";
import type { KafkaEndpoint } from "./endpoint.ts";
import type { LagSource } from "./lag-alerts.ts";

/** `group.consumer.session.timeout.ms` where nobody has set it (Kafka, GroupCoordinatorConfig). */
const KAFKA_GROUP_SESSION: Duration = "45 seconds";

/** What the stack's consumer group is made of. */
interface GroupSource {
    readonly config: Pick<StackConfig, "kafka" | "consumers">;
    readonly context: WorkloadContext;
    readonly namespace: string;
    readonly brokers: KafkaEndpoint;
    /**
     * Where its lag is told.
     * @default nowhere
     */
    readonly lag?: LagSource;
    /**
     * Address of the registry of schemas.
     * @default there is none
     */
    readonly registryUrl?: string;
}

/** The consumer group that a stack's configuration describes: its topic and session timeout are those of its brokers. */
export function groupOfConfig(source: GroupSource): KafkaConsumerGroupArgs {
    const { config, context, brokers } = source;
    const { kafka, consumers } = config;
    return {
        namespace: source.namespace,
        system: "kafka-consumers",
        ...placed(context),
        image: consumers.image,
        command: consumers.command,
        resources: consumers.resources,
        topic: kafka.topic.name,
        partitions: kafka.topic.partitions,
        group: consumers.group,
        bootstrapServers: brokers.bootstrapServers,
        connection: brokers,
        membership: consumers.membership,
        protocol:
            consumers.protocol.kind === "classic"
                ? consumers.protocol
                : { kind: "consumer", brokerSessionTimeout: kafka.groupSessionTimeout ?? KAFKA_GROUP_SESSION },
        lagBudget: consumers.lagBudget,
        ...(source.lag === undefined ? {} : { lag: source.lag }),
        ...(source.registryUrl === undefined ? {} : { env: { [REGISTRY_VARIABLE]: source.registryUrl } }),
        ...(context.aws === undefined || consumers.dataBuckets === undefined
            ? {}
            : { data: { aws: context.aws, buckets: consumers.dataBuckets } }),
        availability: context.availability,
    };
}
