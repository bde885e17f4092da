import assert from "node:assert/strict";
import { deliveryAlerts } from "../../../../stacks/platform/logging/alerts.ts";
import { assertParses, metricNames, unaggregatedSelectors } from "../../../support/promql.ts";

const { name, rules } = deliveryAlerts({
    name: "fluent-bit",
    namespace: "node-agents",
    system: "logging",
    containers: ["fluent-bit"],
});

/** Of Fluent Bit 4.2's manual, "Monitoring". */
const KNOWN_METRICS = [
    "fluentbit_output_chunk_available_capacity_percent",
    "fluentbit_output_dropped_records_total",
    "fluentbit_output_errors_total",
    "fluentbit_output_proc_records_total",
    "fluentbit_output_retries_failed_total",
    "fluentbit_output_retries_total",
];

describe("The alerts on log delivery", () => {
    it("are PromQL on metrics that Fluent Bit has", () => {
        for (const { expr } of rules) {
            assertParses(expr);
        }
        assert.deepEqual([...new Set(rules.flatMap(({ expr }) => metricNames(expr)))].toSorted(), KNOWN_METRICS);
    });

    it("aggregate before they compare, but for the guard", () => {
        assert.deepEqual(
            rules.filter(({ expr }) => unaggregatedSelectors(expr).length > 0).map(({ alert }) => alert),
            [],
        );
    });

    it("look at the collectors alone", () => {
        for (const { expr } of rules) {
            const all = expr.match(/fluentbit_\w+\{[^}]*\}/g) ?? [];
            assert.ok(all.length > 0);
            for (const selected of all) {
                assert.match(selected, /\{namespace="node-agents",container="fluent-bit"(,name!="loki")?\}$/);
            }
        }
    });

    it("do not page for what Loki has lost, which is in CloudWatch", () => {
        const dropped = rules.find(({ alert }) => alert === "LogRecordsDropped");
        assert.match(dropped?.expr ?? "", /name!="loki"/);
    });

    it("say how long there is room yet, by the buffer's own limit", () => {
        const near = rules.find(({ alert }) => alert === "LogBufferNearLimit");
        assert.match(near?.annotations["description"] ?? "", /in some 7 minutes on a busy node/);
    });

    it("page for what is lost and wait for what can still be kept", () => {
        assert.deepEqual(
            rules.map(({ alert, labels }) => [alert, labels["severity"]]),
            [
                ["LogRecordsDropped", "critical"],
                ["LogBufferNearLimit", "warning"],
                ["LogDeliveryStalled", "warning"],
                ["LogDeliveryRefused", "warning"],
                ["LogMetricsMissing", "warning"],
            ],
        );
    });

    it("form a group of their own", () => {
        assert.equal(name, "logdelivery.node-agents.fluent-bit");
        assert.notEqual(name, "daemonset.node-agents.fluent-bit");
    });
});
