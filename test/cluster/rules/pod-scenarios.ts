import { both, having, ofContainer, plus } from "./changes.ts";
import { podInfo, podOf } from "./exporters.ts";
import type { Scenario } from "./scenario.ts";

const WITH_PODS = ["Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"] as const;
const SERVICES = ["Deployment", "StatefulSet", "DaemonSet"] as const;

/** What can happen to pods, whoever owns them. */
export const POD_SCENARIOS: readonly Scenario[] = [
    {
        what: "a container that restarts again and again",
        kinds: WITH_PODS,
        alerts: ["PodCrashLooping"],
        change: having("kube_pod_container_status_restarts_total", { growth: 0.5 }),
    },
    {
        what: "an image that cannot be pulled",
        kinds: WITH_PODS,
        alerts: ["PodCannotStart"],
        change: ofContainer("kube_pod_container_status_waiting_reason", { reason: "ImagePullBackOff" }),
    },
    {
        what: "an init container that cannot be started",
        kinds: WITH_PODS,
        alerts: ["PodCannotStart"],
        change: ofContainer("kube_pod_init_container_status_waiting_reason", { reason: "CreateContainerError" }),
    },
    {
        what: "a pod that fits nowhere",
        kinds: WITH_PODS,
        alerts: ["PodUnschedulable"],
        change: plus((workload) => [{ metric: "kube_pod_status_unschedulable", labels: podOf(workload, 0), value: 1 }]),
    },
    {
        what: "a container that was killed for its memory and started again",
        kinds: WITH_PODS,
        alerts: ["PodOutOfMemory"],
        change: both(
            ofContainer("kube_pod_container_status_last_terminated_reason", { reason: "OOMKilled" }),
            having("kube_pod_container_status_restarts_total", { growth: 1 / 60 }),
        ),
    },
    {
        what: "containers that use nearly all of their memory",
        kinds: WITH_PODS,
        alerts: ["PodMemoryNearLimit"],
        change: (all) =>
            all.map((one) => (one.metric.startsWith("container_memory_") ? { ...one, value: one.value * 1.9 } : one)),
    },
    {
        what: "containers that are held back half of the time",
        kinds: WITH_PODS,
        alerts: ["PodCpuThrottled"],
        change: having("container_cpu_cfs_throttled_periods_total", { growth: 150 }),
    },
    {
        what: "pods that come and go",
        kinds: SERVICES,
        alerts: ["PodChurn"],
        change: plus((workload) =>
            Array.from({ length: 3 * workload.replicas }, (_, i) => podInfo(workload, 0, `again-${i}`)),
        ),
    },
];
