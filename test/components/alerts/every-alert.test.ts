import assert from "node:assert/strict";
import * as fc from "fast-check";
import { assertParses, metricNames, unaggregatedSelectors, vectorSelectors } from "../../support/promql.ts";
import { KUBE_STATE_METRICS, KUBELET } from "./kubernetes-metrics.ts";
import { everyGroup, waitOf } from "./samples.ts";

/** The longest of kubernetes-mixin's waits for the same conditions. */
const MIXIN_SECONDS = 900;

const rules = (change = {}) => everyGroup(change).flatMap((group) => group.rules);

describe("every alert", () => {
    it("is PromQL", () => {
        for (const rule of rules()) {
            assertParses(rule.expr);
        }
    });

    it("reads metrics that exist", () => {
        const known = { ...KUBE_STATE_METRICS, ...KUBELET };
        const read = new Set(rules().flatMap((rule) => metricNames(rule.expr)));
        assert.deepEqual(
            [...read].filter((metric) => !(metric in known)),
            [],
        );
    });

    it("withstands the duplicate series of a restarting kube-state-metrics", () => {
        assert.deepEqual(
            rules().flatMap((rule) => unaggregatedSelectors(rule.expr)),
            [],
        );
    });

    it("says what it is about and how bad it is", () => {
        for (const group of everyGroup()) {
            const workload = group.name.split(".").at(-1);
            for (const rule of group.rules) {
                const { severity, ...labels } = rule.labels;
                assert.match(String(severity), /^(critical|warning)$/);
                assert.deepEqual(labels, { system: "airflow", namespace: "airflow", workload });
                assert.deepEqual(Object.keys(rule.annotations), ["summary", "description"]);
            }
        }
    });

    it("carries the runbook, if there is one", () => {
        for (const rule of rules({ runbookUrl: "https://runbooks.example/x" })) {
            assert.equal(rule.annotations["runbook_url"], "https://runbooks.example/x");
        }
    });

    it("describes its value and what to do first", () => {
        for (const rule of rules()) {
            const description = rule.annotations["description"] ?? "";
            assert.match(description, /First/, rule.alert);
            if (!rule.alert.endsWith("MetricsMissing")) {
                assert.match(
                    description,
                    /\{\{ \$value( \| humanize(1024|Duration|Percentage|Timestamp))? \}\}/,
                    rule.alert,
                );
            }
        }
    });

    it("names only labels that its expression keeps", () => {
        for (const rule of rules()) {
            const texts = Object.values(rule.annotations).join(" ");
            for (const [, label] of texts.matchAll(/\$labels\.(\w+)/g)) {
                assert.match(
                    rule.expr,
                    new RegExp(String.raw`(by|group_left) \([^)]*\b${label}\b`),
                    `${rule.alert}: ${label}`,
                );
            }
        }
    });

    it("has a name of its own in its group, and its group in the cluster", () => {
        for (const group of everyGroup()) {
            assert.equal(new Set(group.rules.map((rule) => rule.alert)).size, group.rules.length, group.name);
        }
        assert.equal(new Set(everyGroup().map((group) => group.name)).size, 5);
    });

    it("comes with one guard on absence, with equality matchers alone", () => {
        for (const group of everyGroup()) {
            const guards = group.rules.filter((rule) => rule.expr.startsWith("absent("));
            assert.equal(guards.length, 1, group.name);
            const [selector = ""] = guards.flatMap((rule) => vectorSelectors(rule.expr));
            assert.match(selector, /^\w+\{(\w+="[^"]*"(,|(?=\})))+\}$/);
        }
    });

    it("pages within the promised downtime", () => {
        fc.assert(
            fc.property(fc.integer({ min: 1, max: 86_400 }), fc.integer({ min: 0, max: 86_400 }), (budget, replica) => {
                for (const rule of rules({ downtimeSeconds: budget, replicaSeconds: replica })) {
                    if (rule.labels["severity"] === "critical" || /Missing|WithoutAgent|NotReady/.test(rule.alert)) {
                        assert.ok(waitOf(rule) < budget, `${rule.alert} waits ${rule.for} of ${budget} s`);
                    }
                }
            }),
            { numRuns: 50 },
        );
    });

    it("is faster than kubernetes-mixin where a replica takes ten minutes or less", () => {
        for (const rule of rules({ replicaSeconds: 600 })) {
            assert.ok(waitOf(rule) <= MIXIN_SECONDS, rule.alert);
        }
    });

    // One kind a run, since parsing all of them takes a tenth of a second.
    const kind = fc.nat({ max: everyGroup().length - 1 });

    it("is PromQL whatever the names are", () => {
        const text = fc.string({ minLength: 1 });
        fc.assert(
            fc.property(kind, text, text, fc.array(text, { maxLength: 3 }), (index, name, namespace, containers) => {
                for (const rule of everyGroup({ name, namespace, containers })[index]?.rules ?? []) {
                    assertParses(rule.expr);
                }
            }),
            { numRuns: 40 },
        );
    });

    it("is PromQL with waits that Prometheus reads, whatever the durations are", () => {
        const some = fc.double({ min: 0, max: 1e6, noNaN: true });
        fc.assert(
            fc.property(kind, some, some, (index, replicaSeconds, downtimeSeconds) => {
                for (const rule of everyGroup({ replicaSeconds, downtimeSeconds })[index]?.rules ?? []) {
                    assertParses(rule.expr);
                    assert.match(rule.for ?? "0s", /^\d+[smh]$/);
                }
            }),
            { numRuns: 40 },
        );
    });
});
