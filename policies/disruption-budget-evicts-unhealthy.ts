import { kubernetesPolicy, type Subject } from "./harness.ts";
import { at, UNKNOWN } from "./predicates/plain.ts";

function judge({ object, label, isPatch }: Subject): readonly string[] {
    const policy = at(object, "spec", "unhealthyPodEvictionPolicy");
    const isAbsentInPatch = isPatch && policy === undefined;
    if (at(object, "spec") === UNKNOWN || policy === UNKNOWN || policy === "AlwaysAllow" || isAbsentInPatch) {
        return [];
    }
    return [
        `${label}: spec.unhealthyPodEvictionPolicy is ${policy === undefined ? "missing" : JSON.stringify(policy)}; ` +
            "a pod that crashes in a loop then blocks the drain of its node. Set AlwaysAllow: running pods that are " +
            "not ready may be evicted whatever the budget.",
    ];
}

/** Reports disruption budgets under which an unhealthy pod blocks drains. */
export const disruptionBudgetEvictsUnhealthy = kubernetesPolicy(
    {
        name: "disruption-budget-evicts-unhealthy",
        description: "A disruption budget does not protect pods that are unhealthy anyway.",
        enforcementLevel: "advisory",
        severity: "medium",
    },
    ["PodDisruptionBudget"],
    judge,
);
