import assert from "node:assert/strict";
import { type LagSubject, lagAlerts } from "../../../../stacks/workloads/kafka/lag-alerts.ts";
import { assertParses, metricNames, unaggregatedSelectors, vectorSelectors } from "../../../support/promql.ts";

const SUBJECT: LagSubject = {
    name: "events-to-lake",
    namespace: "ingest",
    system: "events",
    containers: ["events-to-lake"],
    group: "events-to-lake",
    topic: "events",
    lagBudget: "30 seconds",
    source: { namespace: "kafka", workload: "kafka-lag-exporter" },
};

/** Of kminion v2.3.5, docs/metrics.md. */
const KNOWN_METRICS = [
    "kminion_kafka_consumer_group_topic_lag",
    "kminion_kafka_consumer_group_topic_offset_sum",
    "kminion_kafka_consumer_group_topic_partition_lag",
    "kminion_kafka_topic_high_water_mark_sum",
    "kminion_kafka_topic_partition_high_water_mark",
];

const { name, rules } = lagAlerts(SUBJECT);
const expressionOf = (alert: string, change: Partial<LagSubject> = {}): string =>
    lagAlerts({ ...SUBJECT, ...change }).rules.find((rule) => rule.alert === alert)?.expr ?? "";

describe("the alerts on a group's lag", () => {
    it("are PromQL on metrics that the exporter has, once for all of its replicas", () => {
        for (const { expr } of rules) {
            assertParses(expr);
            assert.deepEqual(unaggregatedSelectors(expr), []);
        }
        assert.deepEqual([...new Set(rules.flatMap(({ expr }) => metricNames(expr)))].toSorted(), KNOWN_METRICS);
    });

    it("read this group's numbers from the exporter alone", () => {
        for (const selected of rules.flatMap(({ expr }) => vectorSelectors(expr))) {
            assert.match(selected, /\{namespace="kafka",container="kafka-lag-exporter",topic_name="events"/);
            assert.equal(selected.includes('group_id="events-to-lake"'), selected.includes("consumer_group"));
        }
    });

    it("hold the lag against what was written within the group's own budget", () => {
        assert.match(expressionOf("ConsumerLagOverBudget"), / offset 30s\)/);
        assert.match(expressionOf("ConsumerLagOverBudget", { lagBudget: "2 minutes" }), / offset 2m\)/);
    });

    it("compare numbers of one replica and partition with each other", () => {
        const [, ...compared] = expressionOf("ConsumerLagOverBudget").match(/by \([^)]*\)/g) ?? [];
        assert.deepEqual(compared, Array(3).fill("by (pod, partition_id)"));
    });

    it("take several budgets without a commit for a standstill, two minutes at least", () => {
        assert.match(expressionOf("ConsumerGroupStandstill"), / offset 2m\)/);
        assert.match(expressionOf("ConsumerGroupStandstill", { lagBudget: "5 minutes" }), / offset 20m\)/);
    });

    it("page where the promise is broken", () => {
        assert.deepEqual(
            rules.map(({ alert, labels }) => [alert, labels["severity"], labels["namespace"], labels["workload"]]),
            [
                ["ConsumerLagOverBudget", "critical", "ingest", "events-to-lake"],
                ["ConsumerGroupStandstill", "critical", "ingest", "events-to-lake"],
                ["ConsumerLagUnknown", "warning", "ingest", "events-to-lake"],
            ],
        );
    });

    it("form a group of their own", () => assert.equal(name, "consumerlag.ingest.events-to-lake"));
});
