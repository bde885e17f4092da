import type { Input } from "@pulumi/pulumi";
import type { StackConfig } from "../../config.ts";
import { placed, type WorkloadContext } from "../context.ts";
import type { KafkaConsumerGroupArgs } from "../kafka-consumers.ts";

/** What the stack's consumer group is made of. */
interface GroupSource {
    readonly config: Pick<StackConfig, "kafka" | "consumers">;
    readonly context: WorkloadContext;
    readonly namespace: string;
    readonly bootstrapServers: Input<string>;
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
        availability: context.availability,
    };
}
