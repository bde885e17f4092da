import assert from "node:assert/strict";
import { clusterAlerts } from "../../../../stacks/workloads/kafka/cluster-alerts.ts";
import { assertParses, unaggregatedSelectors, vectorSelectors } from "../../../support/promql.ts";

const subject = (name: string) => ({ name, namespace: "kafka", system: "kafka", containers: [name] });
const { name, rules } = clusterAlerts({
    brokers: subject("kafka-broker"),
    controllers: subject("kafka-controller"),
    restartSeconds: 720,
});

describe("the alerts on Kafka's cluster", () => {
    it("are PromQL, and count each server once", () => {
        for (const { expr } of rules) {
            assertParses(expr);
            assert.deepEqual(unaggregatedSelectors(expr), []);
        }
    });

    it("ask brokers about copies, and controllers about leaders", () => {
        for (const selected of rules.flatMap(({ expr }) => vectorSelectors(expr))) {
            const asked = selected.startsWith("kafka_controller_") ? "kafka-controller" : "kafka-broker";
            assert.match(selected, new RegExp(`\\{namespace="kafka",container="${asked}"\\}$`));
        }
    });

    it("page where data cannot be read or written, is lost, or nobody would know", () => {
        assert.deepEqual(
            rules.map(({ alert, labels }) => [alert, labels["severity"]]),
            [
                ["KafkaPartitionsOffline", "critical"],
                ["KafkaActiveControllers", "critical"],
                ["KafkaPartitionsUnderReplicated", "warning"],
                ["KafkaPartitionsUnderMinIsr", "critical"],
                ["KafkaLogDirectoryOffline", "critical"],
                ["KafkaUncleanElection", "critical"],
                ["KafkaBrokersFenced", "warning"],
                ["KafkaBrokerOverloaded", "warning"],
                ["KafkaMetricsMissing", "critical"],
                ["KafkaMetricsMissing", "critical"],
            ],
        );
    });

    it("let a broker restart, and nothing else, before copies that are missing are told", () => {
        const patient = rules.filter(({ for: wait }) => wait === "12m").map(({ alert }) => alert);
        assert.deepEqual(patient, ["KafkaPartitionsUnderReplicated", "KafkaBrokersFenced"]);
    });

    it("take more or fewer active controllers than one for wrong", () => {
        const { expr } = rules.find(({ alert }) => alert === "KafkaActiveControllers") ?? { expr: "" };
        assert.match(expr, /^sum\(max by \(pod\) \(.*\)\) != 1$/);
    });

    it("give a tool beside the broker a heap that fits", () => {
        for (const { annotations } of rules.filter((rule) => rule.annotations["description"]?.includes(" exec "))) {
            assert.match(annotations["description"] ?? "", /env KAFKA_HEAP_OPTS=-Xmx96m \/opt\/kafka\/bin/);
        }
    });

    it("form a group of their own", () => assert.equal(name, "kafkacluster.kafka.kafka-broker"));
});
