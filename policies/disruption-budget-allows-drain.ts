import { kubernetesPolicy, type Subject } from "./harness.ts";
import { at, has, type Plain, show } from "./predicates/plain.ts";

function isZero(value: Plain): boolean {
    return value === 0 || (typeof value === "string" && /^0+%?$/.test(value));
}

function isEverything(value: Plain): boolean {
    return typeof value === "string" && /^\d+%$/.test(value) && Number.parseInt(value, 10) >= 100;
}

const FIX =
    "It blocks every drain, so nodes cannot be upgraded or consolidated and run on at cost. Set maxUnavailable: 1 " +
    "(a quorum of 3 still holds).";

function judge({ object, label }: Subject): readonly string[] {
    const maxUnavailable = at(object, "spec", "maxUnavailable");
    const minAvailable = at(object, "spec", "minAvailable");
    const found: string[] = [];
    if (isZero(maxUnavailable)) {
        found.push(`${label}: spec.maxUnavailable: got ${show(maxUnavailable)}; no pod may ever be evicted. ${FIX}`);
    }
    if (isEverything(minAvailable)) {
        found.push(`${label}: spec.minAvailable: got ${show(minAvailable)}; no pod may ever be evicted. ${FIX}`);
    }
    if (has(object, "spec", "maxUnavailable") && has(object, "spec", "minAvailable")) {
        found.push(
            `${label}: spec.maxUnavailable and spec.minAvailable are both set; the API server accepts one alone. ` +
                "Keep maxUnavailable, which follows the number of replicas.",
        );
    }
    return found;
}

/** Rejects disruption budgets that can never allow an eviction. */
export const disruptionBudgetAllowsDrain = kubernetesPolicy(
    {
        name: "disruption-budget-allows-drain",
        description: "A disruption budget lets at least one pod go, so that nodes can be drained.",
        enforcementLevel: "mandatory",
        severity: "high",
    },
    ["PodDisruptionBudget"],
    judge,
);
