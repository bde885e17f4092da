import assert from "node:assert/strict";
import { connectAlerts } from "../../../../stacks/workloads/kafka/connect-alerts.ts";
import { assertParses, unaggregatedSelectors, vectorSelectors } from "../../../support/promql.ts";

const { name, rules } = connectAlerts(
    { name: "kafka-connect", namespace: "kafka", system: "kafka-connect", containers: ["kafka-connect"] },
    180,
);

describe("the alerts on connectors", () => {
    it("are PromQL on the workers' own metrics, each worker counted once", () => {
        for (const { expr } of rules) {
            assertParses(expr);
            assert.deepEqual(unaggregatedSelectors(expr), []);
            for (const selected of vectorSelectors(expr)) {
                assert.match(selected, /\{namespace="kafka",container="kafka-connect"/);
            }
        }
    });

    it("page for a task or connector that stands still, by its name", () => {
        assert.deepEqual(
            rules.map(({ alert, labels, for: wait }) => [alert, labels["severity"], wait]),
            [
                ["KafkaConnectTasksFailed", "critical", "1m"],
                ["KafkaConnectConnectorFailed", "critical", "1m"],
                ["KafkaConnectRebalances", "warning", "3m"],
                ["KafkaConnectMetricsMissing", "warning", "5m"],
            ],
        );
        assert.match(rules[0]?.expr ?? "", /^sum by \(connector\) \(max by \(pod, connector\) .*state="failed"/);
        assert.match(rules[1]?.expr ?? "", /^max by \(connector\) .*status="failed"/);
    });

    it("form a group of their own", () => assert.equal(name, "kafkaconnect.kafka.kafka-connect"));
});
