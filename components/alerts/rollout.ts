import { prometheusDuration } from "../values/duration.ts";
import { lines, maxBy, selector } from "./promql.ts";
import { alertRule } from "./rule.ts";
import type { AlertRule, ReplicatedSubject, RolloutSubject } from "./subject.ts";
import { PROGRESS_WINDOW_SECONDS, STEP_SECONDS, stuckSeconds, withinDowntime } from "./timing.ts";

/** A kind of controller as kube-state-metrics names it: `kube_LABEL_…{LABEL="NAME"}`. */
export interface ControllerKind {
    readonly kind: "Deployment" | "StatefulSet" | "DaemonSet";
    readonly label: "deployment" | "statefulset" | "daemonset";
}

/** One figure of a workload's controller, as a vector of one: `status("spec_replicas")`. */
export type Status = (metric: string) => string;

/** The figures of a controller by the rest of their metrics' names. */
export function statusOf({ label }: ControllerKind, subject: RolloutSubject): Status {
    return (metric) =>
        maxBy(
            ["namespace", label],
            selector(`kube_${label}_${metric}`, { namespace: subject.namespace, [label]: subject.name }),
        );
}

/** Joins on what a controller is known by. */
export function sameController({ label }: ControllerKind): string {
    return `on (namespace, ${label})`;
}

/**
 * True where a figure has stood still. It looks at the aggregate through a subquery: the series of one instance of
 * kube-state-metrics ends with it, the aggregate goes on.
 */
export function steady(figure: string, windowSeconds: number = PROGRESS_WINDOW_SECONDS): string {
    return `changes((${figure})[${prometheusDuration(windowSeconds)}:${prometheusDuration(STEP_SECONDS)}]) == 0`;
}

/**
 * The alert on a rollout that has pods left to replace and makes no progress.
 *
 * @param outstanding number of pods that are not of the newest revision; no series, or nothing above 0, when done
 * @param progress the figure that moves with every step
 */
export function rolloutStuck(
    controller: ControllerKind,
    subject: RolloutSubject,
    outstanding: string,
    progress: string,
): AlertRule {
    const { kind } = controller;
    const after = stuckSeconds(subject);
    return alertRule(subject, {
        alert: `${kind}RolloutStuck`,
        severity: "warning",
        expr: lines(outstanding, `and ${sameController(controller)}`, steady(progress)),
        forSeconds: after,
        summary: `Rollout of ${kind} ${subject.namespace}/${subject.name} is stuck.`,
        description:
            `{{ $value }} pod(s) of ${subject.name} still wait for the newest revision and none has been replaced for ` +
            `${prometheusDuration(after)}, one and a half times what a replica takes. First: kubectl --namespace ` +
            `${subject.namespace} rollout status ${kind.toLowerCase()}/${subject.name}, then describe the newest pod that ` +
            `is not ready; if its cause is not found quickly, roll the change back.`,
    });
}

/** Figures that {@link replicaAlerts} compares, as metric names without `kube_KIND_`. */
export interface ReplicaMetrics {
    readonly desired: string;
    readonly available: string;
    readonly updated: string;
}

/**
 * The alerts on replicas that are away: fewer than wanted while no rollout moves (warning), and fewer than the workload
 * can do without (critical), rollout or not. Both wait for no more than half of the promised downtime.
 *
 * @param quiet further conditions for the warning
 */
export function replicaAlerts(
    controller: ControllerKind,
    subject: ReplicatedSubject,
    metrics: ReplicaMetrics,
    quiet: readonly string[] = [],
): readonly AlertRule[] {
    const { kind } = controller;
    const status = statusOf(controller, subject);
    const same = sameController(controller);
    const least = subject.minAvailable ?? 1;
    const wait = withinDowntime(subject, stuckSeconds(subject));
    const promise =
        subject.downtimeSeconds === undefined
            ? ""
            : `It may be away for ${prometheusDuration(subject.downtimeSeconds)} at most. `;
    const pods = `kubectl --namespace ${subject.namespace} get pods -o wide, then describe the pods that are not ready`;
    return [
        alertRule(subject, {
            alert: `${kind}ReplicasMissing`,
            severity: "warning",
            expr: lines(
                `(${status(metrics.desired)} - ${status(metrics.available)}) > 0`,
                ...[steady(status(metrics.updated)), ...quiet].map((condition) => `and ${same} ${condition}`),
            ),
            forSeconds: wait,
            summary: `${kind} ${subject.namespace}/${subject.name} has too few replicas.`,
            description:
                `{{ $value }} replica(s) of ${subject.name} have not been available for ${prometheusDuration(wait)}, and no ` +
                `rollout explains it. What is left carries the load, so another failure weighs more. First: ${pods}.`,
        }),
        alertRule(subject, {
            alert: `${kind}Unavailable`,
            severity: "critical",
            expr: lines(`${status(metrics.available)} < ${least}`, `and ${same} ${status(metrics.desired)} > 0`),
            forSeconds: wait,
            summary: `${kind} ${subject.namespace}/${subject.name} is down.`,
            description:
                `{{ $value }} replica(s) of ${subject.name} are available and it needs ${least}, so it does not serve. ` +
                promise +
                `First: ${pods}; if a rollout is going on, roll it back.`,
        }),
    ];
}
