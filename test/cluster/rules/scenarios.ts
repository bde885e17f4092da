import { both, having, without } from "./changes.ts";
import { podOf } from "./exporters.ts";
import { POD_SCENARIOS } from "./pod-scenarios.ts";
import type { Scenario } from "./scenario.ts";

const JOBS = ["Job", "CronJob"] as const;
/** Seconds, more than anything may take. */
const LONG = 1_000_000;

const DEPLOYMENT_SCENARIOS: readonly Scenario[] = [
    {
        what: "a rollout that stands still",
        kinds: ["Deployment"],
        alerts: ["DeploymentRolloutStuck"],
        change: having("kube_deployment_status_replicas_updated", { value: 1 }),
    },
    {
        what: "a replica that is missing",
        kinds: ["Deployment"],
        alerts: ["DeploymentReplicasMissing"],
        change: having("kube_deployment_status_replicas_available", { value: 1 }),
    },
    {
        what: "no replica at all",
        kinds: ["Deployment"],
        alerts: ["DeploymentReplicasMissing", "DeploymentUnavailable"],
        change: having("kube_deployment_status_replicas_available", { value: 0 }),
    },
    {
        what: "metrics that vanish",
        kinds: ["Deployment"],
        alerts: ["DeploymentMetricsMissing"],
        change: without("kube_deployment_status_replicas"),
    },
    {
        what: "an autoscaler at its limit",
        kinds: ["Deployment"],
        alerts: ["DeploymentAutoscalerAtLimit"],
        change: (all, workload) =>
            both(
                having("kube_horizontalpodautoscaler_status_desired_replicas", { value: workload.scaledTo ?? 0 }),
                having("kube_horizontalpodautoscaler_status_condition", { value: 1 }),
            )(all, workload),
        to: ({ scaledTo }) => scaledTo !== undefined,
    },
];

const STATEFUL_SET_SCENARIOS: readonly Scenario[] = [
    {
        what: "a rollout that stands still",
        kinds: ["StatefulSet"],
        alerts: ["StatefulSetRolloutStuck"],
        change: having("kube_statefulset_status_replicas_updated", { value: 1 }),
    },
    {
        what: "a rollout that was mended, and waits for a pod",
        kinds: ["StatefulSet"],
        alerts: ["StatefulSetBlockedByPod", "StatefulSetRolloutStuck"],
        change: (all, workload) =>
            both(
                having("kube_statefulset_status_replicas_updated", { value: 0 }),
                having("kube_pod_status_ready", { value: 0 }, { ...podOf(workload, 0), condition: "true" }),
            )(all, workload),
        to: ({ ordered }) => ordered,
    },
    {
        what: "a replica that is missing",
        kinds: ["StatefulSet"],
        alerts: ["StatefulSetReplicasMissing"],
        change: (all, workload) =>
            having("kube_statefulset_status_replicas_ready", { value: workload.replicas - 1 })(all),
    },
    {
        what: "no replica at all",
        kinds: ["StatefulSet"],
        alerts: ["StatefulSetReplicasMissing", "StatefulSetUnavailable"],
        change: having("kube_statefulset_status_replicas_ready", { value: 0 }),
    },
    {
        what: "a node that fell silent",
        kinds: ["StatefulSet"],
        alerts: ["StatefulSetPodOnDeadNode"],
        change: having("kube_node_status_condition", { value: 1 }, { node: "node-1", status: "unknown" }),
    },
    {
        what: "a volume that is full",
        kinds: ["StatefulSet"],
        alerts: ["VolumeAlmostFull"],
        change: having("kubelet_volume_stats_available_bytes", { value: 2 ** 30 }),
        to: ({ claims }) => claims.length > 0,
    },
    {
        what: "a volume that will be full in days",
        kinds: ["StatefulSet"],
        alerts: ["VolumeFillingUp"],
        change: having("kubelet_volume_stats_available_bytes", { value: 14 * 2 ** 30, growth: -(2 ** 23) }),
        to: ({ claims }) => claims.length > 0,
    },
    {
        what: "a volume that does not grow",
        kinds: ["StatefulSet"],
        alerts: ["VolumeResizePending"],
        change: having("kube_persistentvolumeclaim_status_condition", { value: 1 }),
        to: ({ claims }) => claims.length > 0,
    },
    {
        what: "metrics that vanish",
        kinds: ["StatefulSet"],
        alerts: ["StatefulSetMetricsMissing"],
        change: without("kube_statefulset_status_replicas"),
    },
];

const DAEMON_SET_SCENARIOS: readonly Scenario[] = [
    {
        what: "a node without a pod",
        kinds: ["DaemonSet"],
        alerts: ["DaemonSetNodeWithoutAgent"],
        change: (all) => all.filter(({ metric, labels }) => metric !== "kube_pod_info" || labels["node"] !== "node-1"),
    },
    {
        what: "a pod that is not ready",
        kinds: ["DaemonSet"],
        alerts: ["DaemonSetAgentNotReady"],
        change: (all, workload) =>
            having("kube_pod_status_ready", { value: 0 }, { ...podOf(workload, 0), condition: "true" })(all),
    },
    {
        what: "half of all nodes uncovered",
        kinds: ["DaemonSet"],
        alerts: ["DaemonSetCoverageLost"],
        change: having("kube_daemonset_status_number_available", { value: 2 }),
    },
    {
        what: "a pod on a node that it is not meant for",
        kinds: ["DaemonSet"],
        alerts: ["DaemonSetMisscheduled"],
        change: having("kube_daemonset_status_number_misscheduled", { value: 1 }),
    },
    {
        what: "a rollout that stands still",
        kinds: ["DaemonSet"],
        alerts: ["DaemonSetRolloutStuck"],
        change: having("kube_daemonset_status_updated_number_scheduled", { value: 1 }),
    },
    {
        what: "metrics that vanish",
        kinds: ["DaemonSet"],
        alerts: ["DaemonSetMetricsMissing"],
        change: without("kube_daemonset_status_desired_number_scheduled"),
    },
];

const JOB_SCENARIOS: readonly Scenario[] = [
    {
        what: "a run that failed",
        kinds: ["Job"],
        alerts: ["JobFailed"],
        change: having("kube_job_failed", { value: 1 }),
    },
    {
        what: "a run that failed",
        kinds: ["CronJob"],
        alerts: ["CronJobRunFailed"],
        change: having("kube_job_failed", { value: 1 }),
    },
    {
        what: "a run that takes too long",
        kinds: JOBS,
        alerts: ["JobNearDeadline"],
        change: having("kube_job_status_start_time", { value: -LONG }),
    },
    {
        what: "metrics that vanish",
        kinds: ["Job"],
        alerts: ["JobMetricsMissing"],
        change: without("kube_job_info"),
    },
    {
        what: "no success for long",
        kinds: ["CronJob"],
        alerts: ["CronJobNotSucceeded"],
        change: having("kube_cronjob_status_last_successful_time", { value: -LONG }),
    },
    {
        what: "a run that does not start",
        kinds: ["CronJob"],
        alerts: ["CronJobNotStarted"],
        change: having("kube_cronjob_next_schedule_time", { value: -LONG }),
    },
    {
        what: "a schedule that somebody switched off",
        kinds: ["CronJob"],
        alerts: ["CronJobSuspended"],
        change: both(
            having("kube_cronjob_spec_suspend", { value: 1 }),
            having("kube_cronjob_status_last_schedule_time", { value: -LONG }),
        ),
    },
    {
        what: "metrics that vanish",
        kinds: ["CronJob"],
        alerts: ["CronJobMetricsMissing"],
        change: without("kube_cronjob_spec_suspend"),
    },
];

/** Everything that can happen to a workload, whatever it does. */
export const SCENARIOS: readonly Scenario[] = [
    ...POD_SCENARIOS,
    ...DEPLOYMENT_SCENARIOS,
    ...STATEFUL_SET_SCENARIOS,
    ...DAEMON_SET_SCENARIOS,
    ...JOB_SCENARIOS,
];
