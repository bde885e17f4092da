import type * as k8s from "@pulumi/kubernetes";
import { POOL_LABEL, selectorLabels } from "../support/naming.ts";
import { NODE_LOSS_TOLERATION } from "../values/recovery-budget.ts";

type Toleration = k8s.types.input.core.v1.Toleration;
type Spread = k8s.types.input.core.v1.TopologySpreadConstraint;

/** The well-known label of a node's zone. */
export const ZONE_LABEL = "topology.kubernetes.io/zone";
const HOST_LABEL = "kubernetes.io/hostname";

/** How strictly replicas are kept apart. */
export interface SpreadRules {
    readonly zones: "required" | "preferred" | "none";
    readonly hosts: "required" | "preferred";
    /**
     * Zones that there have to be before a second pod goes into one of them; with `required` only.
     * @default those that have a node of the pool
     */
    readonly minDomains?: number;
    /** Pods of another revision do not count, so that a rollout spreads its new pods; Deployments only. */
    readonly perRevision: boolean;
}

/** Leave a node 30 s after it fell silent instead of the cluster's default of 300 s. */
const NODE_LOSS: readonly Toleration[] = ["not-ready", "unreachable"].map((condition) => ({
    key: `node.kubernetes.io/${condition}`,
    operator: "Exists",
    effect: "NoExecute",
    tolerationSeconds: NODE_LOSS_TOLERATION,
}));

/** Tolerations of a pod: short ones for a lost node, and the taint of its pool. */
export function tolerations(pool: string | undefined): Toleration[] {
    return [
        ...NODE_LOSS,
        ...(pool === undefined
            ? []
            : [{ key: POOL_LABEL, operator: "Equal", value: pool, effect: "NoSchedule" } satisfies Toleration]),
    ];
}

/** The nodes of a pool; undefined for any node. */
export function nodeSelector(pool: string | undefined): Record<string, string> | undefined {
    return pool === undefined ? undefined : { [POOL_LABEL]: pool };
}

function constraint(
    matchLabels: Readonly<Record<string, string>>,
    topologyKey: string,
    strict: boolean,
    perRevision: boolean,
): Spread {
    return {
        maxSkew: 1,
        topologyKey,
        whenUnsatisfiable: strict ? "DoNotSchedule" : "ScheduleAnyway",
        labelSelector: { matchLabels },
        // A dead zone's nodes are tainted: they do not count, and so do not keep replicas from the others.
        nodeTaintsPolicy: "Honor",
        ...(perRevision ? { matchLabelKeys: ["pod-template-hash"] } : {}),
    };
}

/**
 * What is strict over zones has its volume in one, and counts tainted nodes too. A node that is being drained is tainted as
 * well: else a replica that still runs there were none, its zone had too few, and no other zone took a second replica back,
 * whose absence again forbids the eviction that the drain waits for.
 */
const STRICT_OVER_ZONES = { nodeTaintsPolicy: "Ignore" } as const;

/** Constraints that spread the pods with some labels. */
export function spreadOf(matchLabels: Readonly<Record<string, string>>, rules: SpreadRules): Spread[] {
    return [
        ...(rules.zones === "none"
            ? []
            : [
                  {
                      ...constraint(matchLabels, ZONE_LABEL, rules.zones === "required", rules.perRevision),
                      ...(rules.zones === "required" ? STRICT_OVER_ZONES : {}),
                      ...(rules.minDomains === undefined ? {} : { minDomains: rules.minDomains }),
                  },
              ]),
        constraint(matchLabels, HOST_LABEL, rules.hosts === "required", rules.perRevision),
    ];
}

/** Constraints that spread a workload's replicas. */
export function topologySpread(name: string, rules: SpreadRules): Spread[] {
    return spreadOf(selectorLabels(name), rules);
}
