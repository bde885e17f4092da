import { having, silent, without } from "../changes.ts";
import { type Series, series } from "../metric.ts";
import { all, type System } from "../system.ts";

const LAG = "kminion_kafka_consumer_group_topic_partition_lag";
const GROUP_LAG = "kminion_kafka_consumer_group_topic_lag";
const COMMITTED = "kminion_kafka_consumer_group_topic_offset_sum";
const WRITTEN = "kminion_kafka_topic_partition_high_water_mark";
const ALL_WRITTEN = "kminion_kafka_topic_high_water_mark_sum";

const PODS = ["kafka-lag-exporter-a", "kafka-lag-exporter-b"] as const;
const PARTITIONS = ["0", "1", "2"] as const;
/** Records that are written within 30 s, into each partition. */
const RATE = 1000;

function exporter(pod: string): readonly Series[] {
    const topic = { namespace: "kafka", container: "kafka-lag-exporter", pod, topic_name: "events" };
    const group = { ...topic, group_id: "events-to-lake" };
    return [
        ...PARTITIONS.flatMap((partition_id) => [
            series(LAG, { ...group, partition_id }, 10),
            series(WRITTEN, { ...topic, partition_id }, 5000, RATE),
        ]),
        series(GROUP_LAG, group, 10 * PARTITIONS.length),
        series(COMMITTED, group, 5000, RATE * PARTITIONS.length),
        series(ALL_WRITTEN, topic, 5000, RATE * PARTITIONS.length),
    ];
}

const NOTHING_WRITTEN = all(having(WRITTEN, { growth: 0 }), having(ALL_WRITTEN, { growth: 0 }));

/** The group whose lag is promised, by what its exporters say; its budget is 30 seconds. */
export const KAFKA_CONSUMERS: System = {
    rules: "kafka-consumers-lag",
    well: () => PODS.flatMap(exporter),
    misfortunes: [
        {
            what: "records that wait for longer than promised",
            alerts: ["ConsumerLagOverBudget"],
            change: having(LAG, { value: 1.5 * RATE }),
            nearly: { what: "for nearly as long", change: having(LAG, { value: 0.9 * RATE }) },
        },
        {
            what: "a partition that nobody reads, while nothing is written",
            alerts: ["ConsumerLagOverBudget"],
            change: all(NOTHING_WRITTEN, having(LAG, { value: 0 }), having(LAG, { value: 1 }, { partition_id: "1" })),
            nearly: { what: "with everything read", change: all(NOTHING_WRITTEN, having(LAG, { value: 0 })) },
        },
        {
            what: "commits that stand still",
            alerts: ["ConsumerGroupStandstill"],
            change: having(COMMITTED, { growth: 0 }),
            nearly: { what: "that are few", change: having(COMMITTED, { growth: 1 }) },
        },
        {
            what: "a group that has no offsets",
            alerts: ["ConsumerLagUnknown"],
            change: all(without(GROUP_LAG), without(LAG), without(COMMITTED)),
            nearly: { what: "to one of two exporters", change: silent({ pod: PODS[0] }) },
        },
    ],
};
