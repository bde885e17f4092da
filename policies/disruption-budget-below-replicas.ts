import { kubernetesStackPolicy, type Subject } from "./harness.ts";
import { at, type Plain, show } from "./predicates/plain.ts";
import { matchesSelector, sameNamespace } from "./predicates/selector.ts";

const CONTROLLERS: readonly string[] = ["Deployment", "StatefulSet", "ReplicaSet", "ReplicationController", "Rollout"];

/** The replicas of a controller, 1 when it names none; `undefined` when they are not known. */
function replicasOf(controller: Subject): number | undefined {
    const replicas = at(controller.object, "spec", "replicas") ?? 1;
    return typeof replicas === "number" ? replicas : undefined;
}

/**
 * How many pods `minAvailable` keeps of `replicas`; a percentage rounds up, as the disruption controller does
 * (https://kubernetes.io/docs/tasks/run-application/configure-pdb/#rounding-logic-when-specifying-percentages).
 */
function pinned(minAvailable: Plain, replicas: number): number | undefined {
    if (typeof minAvailable === "number") {
        return minAvailable;
    }
    const percent = typeof minAvailable === "string" ? /^(\d+)%$/.exec(minAvailable)?.[1] : undefined;
    return percent === undefined ? undefined : Math.ceil((Number(percent) * replicas) / 100);
}

function judgeBudget(budget: Subject, controllers: readonly Subject[]): string | undefined {
    const minAvailable = at(budget.object, "spec", "minAvailable");
    const selector = at(budget.object, "spec", "selector");
    if (selector === undefined) {
        return undefined;
    }
    const matches = controllers.map((controller) => {
        const labels = at(controller.object, "spec", "template", "metadata", "labels");
        const isIn = sameNamespace(budget.object, controller.object);
        return isIn === true ? matchesSelector(selector, labels) : isIn;
    });
    const selected = controllers.filter((_, index) => matches[index] === true);
    const replicas = selected.map(replicasOf);
    if (selected.length === 0 || matches.includes(undefined) || replicas.includes(undefined)) {
        return undefined;
    }
    const total = replicas.reduce<number>((sum, count) => sum + (count ?? 0), 0);
    const kept = pinned(minAvailable, total);
    if (kept === undefined || total === 0 || kept < total) {
        return undefined;
    }
    return (
        `${budget.label}: spec.minAvailable: got ${show(minAvailable)}, which keeps ${kept} of the ${total} ` +
        `replicas of ${selected.map(({ label }) => label).join(", ")}; no pod may ever be evicted, so drains and ` +
        "upgrades hang. Set maxUnavailable: 1 instead, or run more replicas."
    );
}

/** Reports disruption budgets that keep as many pods as the selected workloads have. */
export const disruptionBudgetBelowReplicas = kubernetesStackPolicy(
    {
        name: "disruption-budget-below-replicas",
        description: "A disruption budget keeps fewer pods than the workload that it selects has replicas.",
        enforcementLevel: "mandatory",
        severity: "high",
    },
    ["PodDisruptionBudget", ...CONTROLLERS],
    (subjects) => {
        const controllers = subjects.filter(({ kind, isPatch }) => CONTROLLERS.includes(kind) && !isPatch);
        return subjects
            .filter(({ kind, isPatch }) => kind === "PodDisruptionBudget" && !isPatch)
            .flatMap((budget) => {
                const message = judgeBudget(budget, controllers);
                return message === undefined ? [] : [{ urn: budget.urn, message }];
            });
    },
);
