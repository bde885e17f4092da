import assert from "node:assert/strict";
import { disruptionBudgetAllowsDrain } from "../../policies/disruption-budget-allows-drain.ts";
import { disruptionBudgetBelowReplicas } from "../../policies/disruption-budget-below-replicas.ts";
import { disruptionBudgetEvictsUnhealthy } from "../../policies/disruption-budget-evicts-unhealthy.ts";
import { judgeResource, judgeStack, UNKNOWN_NUMBER, UNKNOWN_OBJECT, UNKNOWN_STRING } from "./judge.ts";

const BUDGET = "kubernetes:policy/v1:PodDisruptionBudget";
const OLD_BUDGET = "kubernetes:policy/v1beta1:PodDisruptionBudget";

type Case = readonly [name: string, type: string, spec: unknown, violations: number];

describe("disruption-budget-allows-drain", () => {
    const CASES: readonly Case[] = [
        ["compliant", BUDGET, { maxUnavailable: 1 }, 0],
        ["a percentage", BUDGET, { maxUnavailable: "25%" }, 0],
        ["some available", BUDGET, { minAvailable: 2 }, 0],
        ["neither field, which allows nothing wrong", BUDGET, {}, 0],
        ["none unavailable", BUDGET, { maxUnavailable: 0 }, 1],
        ["none unavailable, as text", BUDGET, { maxUnavailable: "0" }, 1],
        ["0 %", BUDGET, { maxUnavailable: "0%" }, 1],
        ["all available", BUDGET, { minAvailable: "100%" }, 1],
        ["both fields", BUDGET, { maxUnavailable: 1, minAvailable: 1 }, 1],
        ["both fields and none unavailable", BUDGET, { maxUnavailable: 0, minAvailable: "100%" }, 3],
        ["the older version", OLD_BUDGET, { maxUnavailable: 0 }, 1],
        ["a patch", `${BUDGET}Patch`, { maxUnavailable: 0 }, 1],
        ["another kind", "kubernetes:apps/v1:Deployment", { maxUnavailable: 0 }, 0],
        ["not known", BUDGET, { maxUnavailable: UNKNOWN_NUMBER }, 0],
        ["one known, one not", BUDGET, { maxUnavailable: 0, selector: UNKNOWN_OBJECT }, 1],
        ["spec not known", BUDGET, UNKNOWN_OBJECT, 0],
    ];
    for (const [name, type, spec, violations] of CASES) {
        it(`${name}: ${violations}`, () =>
            assert.equal(judgeResource(disruptionBudgetAllowsDrain, type, { spec }).length, violations));
    }
});

describe("disruption-budget-evicts-unhealthy", () => {
    const CASES: readonly Case[] = [
        ["compliant", BUDGET, { unhealthyPodEvictionPolicy: "AlwaysAllow" }, 0],
        ["field missing", BUDGET, {}, 1],
        ["the default, written", BUDGET, { unhealthyPodEvictionPolicy: "IfHealthyBudget" }, 1],
        ["a patch that does not touch it", `${BUDGET}Patch`, {}, 0],
        ["another kind", "kubernetes:core/v1:Service", {}, 0],
        ["not known", BUDGET, { unhealthyPodEvictionPolicy: UNKNOWN_STRING }, 0],
    ];
    for (const [name, type, spec, violations] of CASES) {
        it(`${name}: ${violations}`, () =>
            assert.equal(judgeResource(disruptionBudgetEvictsUnhealthy, type, { spec }).length, violations));
    }

    it("only advises unless the configuration says more", () =>
        assert.equal(disruptionBudgetEvictsUnhealthy.enforcementLevel, "advisory"));
});

const workload = (replicas: unknown, labels: unknown = { app: "db" }, namespace: unknown = "data") => ({
    type: "kubernetes:apps/v1:StatefulSet",
    props: { metadata: { name: "db", namespace }, spec: { replicas, template: { metadata: { labels } } } },
});
const budget = (minAvailable: unknown, selector: unknown = { matchLabels: { app: "db" } }) => ({
    type: BUDGET,
    props: { metadata: { name: "db", namespace: "data" }, spec: { minAvailable, selector } },
});

describe("disruption-budget-below-replicas", () => {
    const inExpression = { matchExpressions: [{ key: "app", operator: "In", values: ["db", "x"] }] };
    const notIn = { matchExpressions: [{ key: "app", operator: "NotIn", values: ["db"] }] };
    const CASES: readonly (readonly [string, readonly { type: string; props: object }[], number])[] = [
        ["compliant", [workload(3), budget(2)], 0],
        ["as many as replicas", [workload(3), budget(3)], 1],
        ["more than replicas", [workload(3), budget(5)], 1],
        ["one of one", [workload(1), budget(1)], 1],
        ["replicas missing count as one", [workload(undefined), budget(1)], 1],
        ["a percentage that rounds up to all", [workload(3), budget("67%")], 1],
        ["a percentage that leaves one", [workload(3), budget("66%")], 0],
        ["two workloads under one budget", [workload(1), workload(1), budget(1)], 0],
        ["scaled to none", [workload(0), budget(1)], 0],
        ["selected by an expression", [workload(2), budget(2, inExpression)], 1],
        ["not selected by an expression", [workload(2), budget(2, notIn)], 0],
        ["an empty selector takes all", [workload(2), budget(2, {})], 1],
        ["selects nothing, which is another matter", [workload(2, { app: "other" }), budget(2)], 0],
        ["another namespace", [workload(2, { app: "db" }, "web"), budget(2)], 0],
        ["maxUnavailable alone", [workload(2), budget(undefined)], 0],
        ["replicas not known", [workload(UNKNOWN_NUMBER), budget(3)], 0],
        ["minAvailable not known", [workload(3), budget(UNKNOWN_NUMBER)], 0],
        ["selector not known", [workload(3), budget(3, UNKNOWN_OBJECT)], 0],
        ["labels not known", [workload(3, UNKNOWN_OBJECT), budget(3)], 0],
        ["namespace not known", [workload(3, { app: "db" }, UNKNOWN_STRING), budget(3)], 0],
    ];
    for (const [name, members, violations] of CASES) {
        it(`${name}: ${violations}`, () => {
            const messages = judgeStack(disruptionBudgetBelowReplicas, members);
            assert.equal(messages.length, violations);
            assert.ok(messages.every((message) => message.startsWith(BUDGET)));
        });
    }
});
