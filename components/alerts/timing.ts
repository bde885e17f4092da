import type { RolloutSubject } from "./subject.ts";

/** Seconds in which something may stand still before it counts as stuck, however fast the workload is. */
const SHORTEST_STUCK_SECONDS = 120;
/** How much slower than an ordinary one the replacement of a replica has to be. */
const STUCK_FACTOR = 1.5;
/**
 * The part of the promised downtime that an alert may wait. The rest is for what comes before: a node is found silent
 * after 55 s, metrics are scraped and rules evaluated every 30 s each.
 */
const WAIT_SHARE = 0.5;
/** A guard waits for longer: a kube-state-metrics pod that is rescheduled must not page for every workload. */
const GUARD_SHARE = 0.8;
const GUARD_SECONDS = 300;
/** A pod's condition is told after at least a minute (two scrapes), and after ten at the latest. */
const PATIENCE_SECONDS = { least: 60, most: 600 } as const;

/**
 * Seconds over which "no progress" is looked for. Four scrapes, so that one that fails does not look like a standstill,
 * and short: every step of a rollout holds its alert back for as long.
 */
export const PROGRESS_WINDOW_SECONDS = 120;
/** Step of subqueries: the scrape interval. */
export const STEP_SECONDS = 30;

/**
 * Seconds after which a rollout that makes no progress is stuck: one and a half times what a replica takes, at least two
 * minutes. However many replicas there are, each is progress.
 */
export function stuckSeconds(subject: RolloutSubject): number {
    return Math.max(SHORTEST_STUCK_SECONDS, Math.ceil(subject.replicaSeconds * STUCK_FACTOR));
}

/** Shortens a wait so that its alert fires within the promised downtime, if there is a promise. */
export function withinDowntime(subject: { readonly downtimeSeconds?: number }, wanted: number): number {
    return subject.downtimeSeconds === undefined
        ? wanted
        : Math.min(wanted, Math.floor(subject.downtimeSeconds * WAIT_SHARE));
}

/** Seconds for which a workload's metrics may be missing. */
export function guardSeconds(subject: { readonly downtimeSeconds?: number }): number {
    return subject.downtimeSeconds === undefined
        ? GUARD_SECONDS
        : Math.min(GUARD_SECONDS, Math.floor(subject.downtimeSeconds * GUARD_SHARE));
}

/** Seconds for which a pod may be in a bad condition that often passes by itself while it starts. */
export function patienceSeconds(settleSeconds: number): number {
    return Math.min(PATIENCE_SECONDS.most, Math.max(PATIENCE_SECONDS.least, Math.ceil(settleSeconds)));
}
