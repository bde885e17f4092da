import type { Input } from "@pulumi/pulumi";
import type { StackConfig } from "../../config.ts";
import { placed, type WorkloadContext } from "../context.ts";
import type { KafkaConsumerGroupArgs } from "../kafka-consumers.ts";
import { REGISTRY_VARIABLE } from "./connect-properties.ts";
import type { LagSource } from "./lag-alerts.ts";

/** What the stack's consumer group is made of. */
interface GroupSource {
    readonly config: Pick<StackConfig, "kafka" | "consumers">;
    readonly context: WorkloadContext;
    readonly namespace: string;
    readonly bootstrapServers: Input<string>;
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
    const { config, context } = source;
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
        bootstrapServers: source.bootstrapServers,
        membership: consumers.membership,
        protocol:
            consumers.protocol.kind === "classic"
                ? consumers.protocol
                : { kind: "consumer", brokerSessionTimeout: kafka.groupSessionTimeout },
        lagBudget: consumers.lagBudget,
        ...(source.lag === undefined ? {} : { lag: source.lag }),
        ...(source.registryUrl === undefined ? {} : { env: { [REGISTRY_VARIABLE]: source.registryUrl } }),
        availability: context.availability,
    };
}
