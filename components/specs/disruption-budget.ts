import type * as k8s from "@pulumi/kubernetes";
import { selectorLabels, workloadLabels } from "../support/naming.ts";

/** How many members of a group that decides by majority may be away: 1 of 3, 2 of 5. */
export function dispensable(members: number): number {
    return Math.floor((members - 1) / 2);
}

/**
 * The disruption budget of a workload. It never blocks a drain for good: at least one pod may be away, and pods that are
 * not ready may always be evicted.
 */
export function disruptionBudget(
    name: string,
    args: { readonly namespace: string; readonly system: string },
    maxUnavailable: number,
): k8s.policy.v1.PodDisruptionBudgetArgs {
    return {
        metadata: { name, namespace: args.namespace, labels: workloadLabels(name, args.system) },
        spec: {
            selector: { matchLabels: selectorLabels(name) },
            maxUnavailable: Math.max(1, maxUnavailable),
            unhealthyPodEvictionPolicy: "AlwaysAllow",
        },
    };
}
