import { prometheusDuration } from "../values/duration.ts";
import { NEW_NODE } from "../values/recovery-budget.ts";
import { lines, type Matcher, maxBy, selector } from "./promql.ts";
import { alertRule } from "./rule.ts";
import type { AlertRule, AlertSubject } from "./subject.ts";
import { patienceSeconds } from "./timing.ts";

/** What pods belong to, as kube-state-metrics reports it; exact, where a pattern on pods' names is not. */
interface PodOwner {
    /** The pods' direct owner: for a Deployment its ReplicaSets, for a CronJob its Jobs. */
    readonly kind: "ReplicaSet" | "StatefulSet" | "DaemonSet" | "Job";
    readonly name: Matcher;
}

/**
 * How churn is counted.
 * - `workload`: pods of the whole workload against the replicas it wants, a range-able selector.
 * - `pod`: pods that followed each other under one name (StatefulSet).
 * - `node`: pods that followed each other on one node (DaemonSet), so that nodes may come and go.
 */
type Churn =
    | { readonly per: "workload"; readonly desired: string }
    | { readonly per: "pod" }
    | { readonly per: "node" };

/** What the alerts on pods need to know beside the subject. */
export interface PodAlertArgs {
    readonly owner: PodOwner;
    /** Seconds that pods may take to settle after they are created. */
    readonly settleSeconds: number;
    /** @default none: the pods of a job follow each other by intent */
    readonly churn?: Churn;
    /**
     * Whether the program lives on the page cache of its files, as databases and brokers do: that fills up to the limit,
     * is given back under pressure, and so does not count.
     * @default false: the working set, with the cache in active use
     */
    readonly cachesFiles?: boolean;
}

const CONTAINER = ["namespace", "pod", "container"] as const;
/** Memory by limit; at 1 the kernel kills. */
const MEMORY_SHARE = 0.9;
/** Throttled periods of all periods; the same share as kubernetes-mixin's CPUThrottlingHigh. */
const THROTTLED_SHARE = 0.25;
const THROTTLED_WINDOW_SECONDS = 300;
const CRASHES = 3;
/** The kubelet's longest back-off between two restarts. Source: kubernetes.io, "container restarts". */
const LONGEST_BACK_OFF_SECONDS = 300;
const OUT_OF_MEMORY_WINDOW_SECONDS = 900;
/** More pods than this for each that is wanted: two rollouts within the window are no churn. */
const CHURN_FACTOR = 3;
const CHURN_WINDOW_SECONDS = { least: 3600, rollouts: 6 } as const;
/** Reasons that do not pass by waiting for the program, only by mending image, registry or configuration. */
const CANNOT_START = [
    "CreateContainerConfigError",
    "CreateContainerError",
    "ErrImageNeverPull",
    "ErrImagePull",
    "ImagePullBackOff",
    "InvalidImageName",
    "RegistryUnavailable",
    "RunContainerError",
] as const;

/** Selectors of a metric for ordinary containers and for init containers, of which native sidecars are a kind. */
function containerSelectors(metric: string, matchers: Readonly<Record<string, Matcher>>): readonly [string, string] {
    return [
        selector(`kube_pod_container_${metric}`, matchers),
        selector(`kube_pod_init_container_${metric}`, matchers),
    ];
}

/** How often each container has restarted within a window. By uid, since a recreated pod counts from 0 again. */
function restarts(namespace: string, window: string): string {
    const byUid = [...CONTAINER, "uid"];
    const counted = containerSelectors("status_restarts_total", { namespace }).map(
        (series) =>
            `${maxBy(byUid, `max_over_time(${series}[${window}])`)} - min by (${byUid.join(", ")}) (min_over_time(${series}[${window}]))`,
    );
    return maxBy(CONTAINER, counted.join(" or "));
}

function churnAlert(subject: AlertSubject, args: PodAlertArgs, churn: Churn): AlertRule {
    const { namespace, name } = subject;
    const seconds = Math.max(CHURN_WINDOW_SECONDS.least, CHURN_WINDOW_SECONDS.rollouts * Math.ceil(args.settleSeconds));
    const window = prometheusDuration(seconds);
    const seen = `last_over_time(${selector("kube_pod_info", {
        namespace,
        created_by_kind: args.owner.kind,
        created_by_name: args.owner.name,
        ...(churn.per === "node" ? { node: { not: "" } } : {}),
    })}[${window}])`;
    const where = { workload: "", pod: " as {{ $labels.pod }}", node: " on {{ $labels.node }}" }[churn.per];
    return alertRule(subject, {
        alert: "PodChurn",
        severity: "warning",
        expr:
            churn.per === "workload"
                ? `count(count by (uid) (${seen})) > ${CHURN_FACTOR} * max(max_over_time(${churn.desired}[${window}]))`
                : `count by (namespace, ${churn.per}) (count by (namespace, ${churn.per}, uid) (${seen})) > ${CHURN_FACTOR}`,
        summary: `Pods of ${namespace}/${name} are replaced again and again.`,
        description:
            `{{ $value }} pods of ${name} were there within ${window}${where}: more than two rollouts explain, so pods are ` +
            `evicted, preempted or lost with their nodes. First: kubectl --namespace ${namespace} get events ` +
            `--field-selector type=Warning, and look for evictions.`,
    });
}

/** The alerts on the pods of any workload: what keeps them from starting, kills them or slows them down. */
export function podAlerts(subject: AlertSubject, args: PodAlertArgs): readonly AlertRule[] {
    const { namespace, name } = subject;
    const ours = `and on (namespace, pod) ${selector("kube_pod_owner", {
        namespace,
        owner_kind: args.owner.kind,
        owner_name: args.owner.name,
    })}`;
    const patience = patienceSeconds(args.settleSeconds);
    const container: Matcher = subject.containers.length === 0 ? { not: "" } : { oneOf: subject.containers };
    const one = "{{ $labels.pod }} ({{ $labels.container }})";
    const logs = `kubectl --namespace ${namespace} logs {{ $labels.pod }} --container {{ $labels.container }} --previous`;
    const describe = `kubectl --namespace ${namespace} describe pod {{ $labels.pod }}`;
    // Three restarts show a loop even when each start takes its whole time and the back-off is at its longest.
    const crashWindow = CRASHES * Math.ceil(args.settleSeconds) + (CRASHES + 1) * LONGEST_BACK_OFF_SECONDS;
    const memoryWindow = prometheusDuration(OUT_OF_MEMORY_WINDOW_SECONDS);
    const outOfMemory = { namespace, reason: "OOMKilled" };
    const killed = selector("kube_pod_container_status_terminated_reason", outOfMemory);
    const throttled = (periods: string) =>
        `sum by (${CONTAINER.join(", ")}) (increase(${selector(`container_cpu_cfs_${periods}`, {
            namespace,
            container,
        })}[${prometheusDuration(THROTTLED_WINDOW_SECONDS)}]))`;
    return [
        alertRule(subject, {
            alert: "PodCrashLooping",
            severity: "warning",
            expr: lines(`${restarts(namespace, prometheusDuration(crashWindow))} >= ${CRASHES}`, ours),
            summary: `A container of ${namespace}/${name} crashes again and again.`,
            description:
                `${one} restarted {{ $value }} times within ${prometheusDuration(crashWindow)}; it fails, or its health ` +
                `check kills it. First: ${logs}; if this began with a rollout, roll it back.`,
        }),
        alertRule(subject, {
            alert: "PodCannotStart",
            severity: "warning",
            expr: lines(
                `count by (namespace, pod) (${maxBy(CONTAINER, containerSelectors("status_waiting_reason", { namespace, reason: { oneOf: CANNOT_START } }).join(" or "))})`,
                ours,
            ),
            forSeconds: patience,
            summary: `A pod of ${namespace}/${name} cannot be started.`,
            description:
                `{{ $value }} container(s) of {{ $labels.pod }} wait for their image, or for a Secret or ConfigMap that is ` +
                `missing, and do not get over it alone. First: ${describe}; the events at the end name what is missing.`,
        }),
        alertRule(subject, {
            alert: "PodUnschedulable",
            severity: "warning",
            expr: lines(
                `(time() - ${maxBy(["namespace", "pod"], selector("kube_pod_created", { namespace }))})`,
                `and on (namespace, pod) ${selector("kube_pod_status_unschedulable", { namespace })} == 1`,
                ours,
            ),
            // A node that is on its way solves it.
            forSeconds: 2 * NEW_NODE.seconds,
            summary: `A pod of ${namespace}/${name} finds no node.`,
            description:
                `{{ $labels.pod }} was created {{ $value | humanizeDuration }} ago and fits nowhere, for longer than two new ` +
                `nodes take: no pool may grow, or its volume lies in a zone without room (volume node affinity conflict). ` +
                `First: ${describe}.`,
        }),
        alertRule(subject, {
            alert: "PodOutOfMemory",
            severity: "warning",
            expr: lines(
                "(",
                `  ${restarts(namespace, memoryWindow)} > 0`,
                `  and on (${CONTAINER.join(", ")}) (${containerSelectors("status_last_terminated_reason", outOfMemory).join(" or ")}) > 0`,
                "  or",
                // Containers that are not restarted keep this reason; it counts while it is new.
                `  (${maxBy(CONTAINER, killed)} > 0 unless on (${CONTAINER.join(", ")}) ${killed} offset ${memoryWindow} > 0)`,
                ")",
                ours,
            ),
            summary: `A container of ${namespace}/${name} was killed for its memory.`,
            description:
                `${one} was ended {{ $value }} time(s) within ${memoryWindow}, the last time because it reached its memory ` +
                `limit. First: ${logs}; compare its memory over the last day with the limit, then raise the limit or lower ` +
                `what the program may take (heap, cache, concurrency).`,
        }),
        alertRule(subject, {
            alert: "PodMemoryNearLimit",
            severity: "warning",
            expr: lines(
                maxBy(
                    CONTAINER,
                    selector(
                        args.cachesFiles === true ? "container_memory_rss" : "container_memory_working_set_bytes",
                        {
                            namespace,
                            container,
                        },
                    ),
                ),
                `/ on (${CONTAINER.join(", ")}) ${maxBy(CONTAINER, containerSelectors("resource_limits", { namespace, container, resource: "memory" }).join(" or "))}`,
                `> ${MEMORY_SHARE}`,
                ours,
            ),
            forSeconds: patience,
            summary: `A container of ${namespace}/${name} is close to its memory limit.`,
            description:
                `${one} uses {{ $value | humanizePercentage }} of its memory limit and is killed at 100 %. First: find out ` +
                `whether it grows (a leak, a larger input) or is level; then raise the limit or lower what the program may take.`,
        }),
        alertRule(subject, {
            alert: "PodCpuThrottled",
            severity: "warning",
            expr: lines(
                throttled("throttled_periods_total"),
                `/ ${throttled("periods_total")}`,
                `> ${THROTTLED_SHARE}`,
                ours,
            ),
            forSeconds: patience,
            summary: `A container of ${namespace}/${name} is slowed down by its CPU limit.`,
            description:
                `${one} was stopped in {{ $value | humanizePercentage }} of its CPU periods, which shows as latency and failed ` +
                `health checks. First: raise its CPU limit or leave the limit out; the request alone gives it its share.`,
        }),
        ...(args.churn === undefined ? [] : [churnAlert(subject, args, args.churn)]),
    ];
}
