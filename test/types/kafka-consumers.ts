import { KafkaConsumerGroup, type KafkaConsumerGroupArgs } from "../../stacks/workloads/kafka-consumers.ts";

/** Compiled, never run: each line under `@ts-expect-error` has to be a compile error. */
export function consumerGroups(args: Omit<KafkaConsumerGroupArgs, "membership" | "protocol">): void {
    const protocol = { kind: "consumer", brokerSessionTimeout: "20 seconds" } as const;
    new KafkaConsumerGroup("a", {
        ...args,
        protocol,
        membership: { kind: "static", replicas: 12, restartTime: "15 seconds" },
    });
    new KafkaConsumerGroup("b", {
        ...args,
        protocol,
        membership: { kind: "dynamic", min: 2, max: 12, lagPerReplica: 1000 },
    });

    new KafkaConsumerGroup("c", {
        ...args,
        protocol,
        // @ts-expect-error: a member that comes and goes has no identity that survives a restart
        membership: { kind: "dynamic", min: 2, max: 12, lagPerReplica: 1000, restartTime: "15 seconds" },
    });
    new KafkaConsumerGroup("d", {
        ...args,
        protocol,
        // @ts-expect-error: static members do not come and go with the load
        membership: { kind: "static", min: 2, max: 12, restartTime: "15 seconds" },
    });
    new KafkaConsumerGroup("e", {
        ...args,
        // @ts-expect-error: the brokers' protocol ignores a session timeout of the client
        protocol: { kind: "consumer", sessionTimeout: "20 seconds" },
        membership: { kind: "static", replicas: 12, restartTime: "15 seconds" },
    });
    new KafkaConsumerGroup("f", {
        ...args,
        protocol,
        membership: { kind: "static", replicas: 12, restartTime: "15 seconds" },
        // @ts-expect-error: how long a member may take to stop follows from its session
        shutdown: { gracePeriod: "10 minutes" },
    });
}
