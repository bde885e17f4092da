import { ValueError } from "../support/errors.ts";
import { type Duration, seconds, duration as written } from "./duration.ts";

/** What a workload is expected to survive: one node dying, or a whole zone. */
type FailureEvent = "node" | "zone";

/** One addend of a recovery time. */
export interface RecoveryTerm {
    readonly name: string;
    /** Seconds, at worst. */
    readonly seconds: number;
    /** Where the figure comes from. */
    readonly source: string;
}

/**
 * How a workload comes back, and how long that takes at worst.
 *
 * - `survivors`: other replicas carry the load; recovered when no dead endpoint is listed as ready.
 *   detection + endpoint removal.
 * - `promotion`: a survivor takes over a role; recovered when it has.
 *   detection + the leader's time to live + promotion.
 * - `reschedule`: the pod starts elsewhere; recovered when it is ready.
 *   detection + eviction queue + toleration + (out-of-service response) + node + volume + start-up.
 */
export interface RecoveryBudget {
    readonly kind: "survivors" | "promotion" | "reschedule";
    readonly event: FailureEvent;
    readonly terms: readonly RecoveryTerm[];
    /** Sum of the terms. */
    readonly seconds: number;
}

/** What a {@link RecoveryBudget} is computed from. */
export type RecoveryArgs =
    | { readonly kind: "survivors"; readonly event: FailureEvent }
    | {
          readonly kind: "promotion";
          readonly event: FailureEvent;
          /** For how long a silent leader keeps its lease: Patroni's `ttl`, a broker's session timeout. */
          readonly leaderTimeToLive: Duration;
          /** From the lease's end until the new leader accepts work. */
          readonly promotion: Duration;
      }
    | {
          readonly kind: "reschedule";
          readonly event: FailureEvent;
          /** From the container's start until the pod is ready. */
          readonly startUp: Duration;
          /** Whether a volume has to follow. */
          readonly volume: boolean;
          /** Whether the pod belongs to a StatefulSet, whose controller waits until the dead node is declared so. */
          readonly ordered: boolean;
          /** Where the pod finds room: on nodes that are there, or on one that has to be started. */
          readonly room: "spare" | "new-node";
          /** Nodes in the zone that fails, all of whose evictions queue behind each other. */
          readonly nodesPerZone: number;
      };

/** The node controller's `--node-monitor-grace-period`, 50 s, and `--node-monitor-period`, 5 s. */
export const NODE_DETECTION: RecoveryTerm = {
    name: "the node is found silent",
    seconds: 55,
    source: "kube-controller-manager: node-monitor-grace-period 50 s + node-monitor-period 5 s",
};

/** The same pass marks the node's pods unready; slices and node proxies follow in batches of about a second. */
export const ENDPOINT_REMOVAL: RecoveryTerm = {
    name: "its endpoints are removed",
    seconds: 5,
    source: "node_lifecycle_controller.go, MarkPodsNotReady; kube-proxy iptables.minSyncPeriod 1 s",
};

/** Seconds between two evictions in one zone: `--node-eviction-rate` is 0.1 nodes a second. */
const EVICTION_INTERVAL = 10;

/** Seconds for which our pods tolerate a node that is not ready or unreachable; the cluster's default is 300. */
export const NODE_LOSS_TOLERATION = 30;

/** From a Pending pod to a pulled image on a node that has room. */
export const SPARE_ROOM: RecoveryTerm = {
    name: "the pod is scheduled and its image pulled",
    seconds: 20,
    source: "kube-scheduler binds in under 1 s; image pull, our allowance",
};

/** From a Pending pod to a started one on a node that Karpenter or a managed group adds. */
export const NEW_NODE: RecoveryTerm = {
    name: "a node is started",
    seconds: 120,
    source: "EC2 launch, kubelet registration, CNI and CSI start-up, image pull; our allowance",
};

/** EBS detach and attach once the old node is out of service; a forced detach without that takes six minutes more. */
const VOLUME_MOVE: RecoveryTerm = {
    name: "its volume is detached and attached",
    seconds: 45,
    source: "aws-ebs-csi-driver, attach and detach retry back-off; our allowance",
};

/** Until somebody has made sure that the instance is stopped and set the out-of-service taint. */
const OUT_OF_SERVICE_RESPONSE: RecoveryTerm = {
    name: "the node is declared out of service by hand",
    seconds: 900,
    source: "alert after 2 minutes, then the runbook; kubernetes.io, non-graceful node shutdown",
};

function evictionQueue(nodes: number): RecoveryTerm {
    return {
        name: "the eviction's turn comes",
        seconds: EVICTION_INTERVAL * Math.max(1, nodes),
        source: `kube-controller-manager: node-eviction-rate 0.1/s, ${nodes} node(s) in the queue`,
    };
}

function termsOf(args: RecoveryArgs): readonly RecoveryTerm[] {
    switch (args.kind) {
        case "survivors":
            return [NODE_DETECTION, ENDPOINT_REMOVAL];
        case "promotion":
            return [
                NODE_DETECTION,
                {
                    name: "the leader's lease ends",
                    seconds: seconds(args.leaderTimeToLive),
                    source: "the election's time to live",
                },
                {
                    name: "a survivor is promoted",
                    seconds: seconds(args.promotion),
                    source: "the system's own promotion time",
                },
            ];
        case "reschedule":
            return [
                NODE_DETECTION,
                evictionQueue(args.event === "zone" ? args.nodesPerZone : 1),
                {
                    name: "the toleration ends",
                    seconds: NODE_LOSS_TOLERATION,
                    source: "tolerationSeconds of not-ready and unreachable, set on every pod",
                },
                ...(args.ordered ? [OUT_OF_SERVICE_RESPONSE] : []),
                args.room === "spare" ? SPARE_ROOM : NEW_NODE,
                ...(args.volume ? [VOLUME_MOVE] : []),
                { name: "the program starts", seconds: seconds(args.startUp), source: "health.startUp" },
            ];
    }
}

/**
 * Adds up how long a workload is gone after a failure, at worst.
 *
 * Rescheduling cannot promise a zone's loss: while a zone of up to 50 nodes is more than 55 % but not wholly gone, the
 * node controller evicts nothing at all (node_lifecycle_controller.go, `secondary-node-eviction-rate`).
 *
 * @throws {ValueError} for `reschedule` with event `zone`
 */
export function recoveryBudget(args: RecoveryArgs): RecoveryBudget {
    if (args.kind === "reschedule" && args.event === "zone") {
        throw new ValueError(
            "zone",
            "a single replica is moved by eviction, which the node controller stops while most of a zone is gone",
            'Run at least 2 replicas, or promise survives: "node"',
        );
    }
    const terms = termsOf(args);
    return { kind: args.kind, event: args.event, terms, seconds: terms.reduce((sum, term) => sum + term.seconds, 0) };
}

/**
 * Holds a budget against the downtime that is allowed.
 *
 * @throws {ValueError} with the whole sum, if it takes longer
 */
export function assertWithin(budget: RecoveryBudget, downtimeBudget: Duration): void {
    const limit = seconds(downtimeBudget);
    if (budget.seconds > limit) {
        const sum = budget.terms.map((term) => `${term.name} ${term.seconds} s`).join(" + ");
        throw new ValueError(
            downtimeBudget,
            `losing a ${budget.event} costs ${budget.seconds} s (${sum})`,
            `Allow at least "${written(budget.seconds)}", or let survivors carry the load with at least 2 replicas`,
        );
    }
}
