import assert from "node:assert/strict";
import * as fc from "fast-check";
import { PROMETHEUS_RULE, podMonitor, prometheusRuleSpec } from "../../../components/specs/monitoring.ts";
import { duration } from "../../../components/values/duration.ts";
import { assertValid } from "../../support/schema.ts";

describe("podMonitor", () => {
    it("asks every 30 seconds for /metrics, unless told", () => {
        const [endpoint] = podMonitor("web", { port: "http" }).spec.podMetricsEndpoints ?? [];
        assert.deepEqual(endpoint, { port: "http", path: "/metrics", interval: "30s" });
    });

    it("is one that the operator takes", () => {
        fc.assert(
            fc.property(fc.integer({ min: 1, max: 100_000 }), fc.constantFrom("/metrics", "/a/b"), (every, path) => {
                const made = podMonitor("web", { port: "http", path, every: duration(every) });
                assertValid({ ...made, metadata: { name: "web" } });
                assert.equal(made.spec.podMetricsEndpoints?.[0]?.path, path);
            }),
        );
    });
});

describe("prometheusRuleSpec", () => {
    const rule = {
        alert: "Down",
        expr: "up == 0",
        for: "5m",
        labels: { severity: "page" },
        annotations: { summary: "a" },
    };

    it("keeps groups and rules in order, as the operator takes them", () => {
        const groups = [
            { name: "a", rules: [rule, { ...rule, alert: "Slow" }] },
            { name: "b", rules: [rule] },
        ];
        const spec = prometheusRuleSpec(groups);
        assert.deepEqual(spec, { groups });
        assertValid({ ...PROMETHEUS_RULE, spec } as { apiVersion: string; kind: string });
    });
});
