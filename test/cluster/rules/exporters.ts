import { type Bytes, bytes } from "../../../components/values/quantity.ts";
import { containersOf, type Pods, podsOf } from "../../stacks/rendered/pods.ts";
import type { RenderedObject, RenderedStack } from "../../stacks/rendered/stack.ts";
import type { Inputs } from "../../support/mocks.ts";
import { type Series, series } from "./metric.ts";
import { rulesIn } from "./rule-files.ts";

/** A controller, as exporters show it. */
export interface Workload {
    readonly kind: "Deployment" | "StatefulSet" | "DaemonSet" | "Job" | "CronJob";
    readonly namespace: string;
    /** Name of the object. */
    readonly object: string;
    /** Name that its alerts are under. */
    readonly name: string;
    readonly replicas: number;
    readonly containers: readonly { readonly name: string; readonly memory: number }[];
    readonly claims: readonly string[];
    /** Whether it is a StatefulSet that replaces its pods one by one. */
    readonly ordered: boolean;
    /** Replicas that an autoscaler may add up to; undefined without one. */
    readonly scaledTo: number | undefined;
}

const NODES = 4;
/** Seconds for which everything has been there. */
const AGE = 86_400;
/** Seconds for which a job has been running: not for long, by any deadline. */
const JOB_AGE = 60;
const CLAIM_BYTES = 100 * 2 ** 30;
const MEMORY_SHARE = 0.5;

/** A controller of a stack. */
function workloadOf({ owner, spec, labels }: Pods, objects: readonly RenderedObject[]): Workload {
    const scaled = objects.find(
        ({ kind, namespace, object }) =>
            kind === "ScaledObject" &&
            namespace === owner.namespace &&
            object["spec"].scaleTargetRef.name === owner.name,
    );
    const { replicas, ordinals, podManagementPolicy, volumeClaimTemplates = [] } = owner.object["spec"];
    const kind = owner.kind as Workload["kind"];
    const count: number = kind === "DaemonSet" ? NODES : (replicas ?? 1);
    return {
        kind,
        namespace: owner.namespace,
        object: owner.name,
        name: String(labels["app.kubernetes.io/name"]),
        replicas: count,
        containers: containersOf({ owner, spec, labels }).map(({ name, resources }) => ({
            name,
            memory: bytes((resources?.limits?.memory ?? "1Gi") as Bytes),
        })),
        claims: volumeClaimTemplates.flatMap(({ metadata }: Inputs) =>
            Array.from({ length: count }, (_, i) => `${metadata["name"]}-${owner.name}-${(ordinals?.start ?? 0) + i}`),
        ),
        ordered: kind === "StatefulSet" && podManagementPolicy !== "Parallel",
        scaledTo: scaled?.object["spec"].maxReplicaCount,
    };
}

const node = (index: number): string => `node-${index % NODES}`;

/** The owner of a workload's pods, as kube-state-metrics names it. */
function ownerOf({ kind, object }: Workload): { readonly kind: string; readonly name: string } {
    switch (kind) {
        case "Deployment":
            return { kind: "ReplicaSet", name: `${object}-5d8f7c9b6` };
        case "CronJob":
            return { kind: "Job", name: runOf(object) };
        case "StatefulSet":
        case "DaemonSet":
        case "Job":
            return { kind, name: object };
    }
}

/** The Job of a CronJob's last run. */
function runOf(cronJob: string): string {
    return `${cronJob}-29401920`;
}

/** A pod by its index. */
export function podOf(workload: Workload, index: number): Series["labels"] {
    return {
        namespace: workload.namespace,
        pod: `${workload.object}-${index}`,
        uid: `${workload.object}-uid-${index}`,
    };
}

/** What says of a pod that it is there. */
export function podInfo(workload: Workload, index: number, uid: string): Series {
    const owner = ownerOf(workload);
    const created = { created_by_kind: owner.kind, created_by_name: owner.name };
    return series("kube_pod_info", { ...podOf(workload, index), uid, ...created, node: node(index) }, 1);
}

function ofPod(workload: Workload, index: number, now: number): readonly Series[] {
    const pod = podOf(workload, index);
    const owner = ownerOf(workload);
    const { namespace = "", pod: name = "", uid = "" } = pod;
    return [
        podInfo(workload, index, uid),
        series("kube_pod_owner", { ...pod, owner_kind: owner.kind, owner_name: owner.name }, 1),
        series("kube_pod_created", pod, now - AGE),
        series("kube_pod_status_ready", { ...pod, condition: "true" }, 1),
        series("kube_pod_status_ready", { ...pod, condition: "false" }, 0),
        ...workload.containers.flatMap(({ name: container, memory }) => [
            series("kube_pod_container_status_restarts_total", { ...pod, container }, 0),
            series(
                "kube_pod_container_resource_limits",
                { ...pod, container, resource: "memory", unit: "byte" },
                memory,
            ),
            series("container_memory_working_set_bytes", { namespace, pod: name, container }, memory * MEMORY_SHARE),
            series("container_memory_rss", { namespace, pod: name, container }, memory * MEMORY_SHARE),
            series("container_cpu_cfs_periods_total", { namespace, pod: name, container }, 0, 300),
            series("container_cpu_cfs_throttled_periods_total", { namespace, pod: name, container }, 0, 3),
        ]),
    ];
}

function ofClaim(namespace: string, claim: string): readonly Series[] {
    const labels = { namespace, persistentvolumeclaim: claim };
    return [
        series("kubelet_volume_stats_capacity_bytes", labels, CLAIM_BYTES),
        series("kubelet_volume_stats_available_bytes", labels, CLAIM_BYTES / 2),
        series("kube_persistentvolumeclaim_resource_requests_storage_bytes", labels, CLAIM_BYTES),
        series("kube_persistentvolumeclaim_status_condition", { ...labels, condition: "Resizing", status: "true" }, 0),
    ];
}

function ofJob(namespace: string, jobName: string, now: number): readonly Series[] {
    const labels = { namespace, job_name: jobName };
    return [
        series("kube_job_info", labels, 1),
        series("kube_job_status_start_time", labels, now - JOB_AGE),
        series("kube_job_status_active", labels, 1),
        series("kube_job_failed", { ...labels, condition: "true" }, 0),
    ];
}

/** Status of a controller, a number for each field. */
function status(prefix: string, labels: Series["labels"], fields: Readonly<Record<string, number>>): readonly Series[] {
    return Object.entries(fields).map(([field, value]) => series(`${prefix}_${field}`, labels, value));
}

function ofController({ kind, namespace, object, replicas }: Workload, now: number): readonly Series[] {
    switch (kind) {
        case "Deployment":
            return status(
                "kube_deployment",
                { namespace, deployment: object },
                {
                    spec_replicas: replicas,
                    status_replicas: replicas,
                    status_replicas_available: replicas,
                    status_replicas_updated: replicas,
                },
            );
        case "StatefulSet":
            return status(
                "kube_statefulset",
                { namespace, statefulset: object },
                {
                    replicas,
                    status_replicas: replicas,
                    status_replicas_ready: replicas,
                    status_replicas_updated: replicas,
                },
            );
        case "DaemonSet":
            return status(
                "kube_daemonset_status",
                { namespace, daemonset: object },
                {
                    desired_number_scheduled: replicas,
                    current_number_scheduled: replicas,
                    number_available: replicas,
                    updated_number_scheduled: replicas,
                    number_misscheduled: 0,
                },
            );
        case "Job":
            return ofJob(namespace, object, now);
        case "CronJob":
            return [
                ...status(
                    "kube_cronjob",
                    { namespace, cronjob: object },
                    {
                        created: now - 30 * AGE,
                        spec_suspend: 0,
                        next_schedule_time: now + AGE / 2,
                        status_last_schedule_time: now - JOB_AGE,
                        status_last_successful_time: now - AGE,
                    },
                ),
                ...ofJob(namespace, runOf(object), now),
                series(
                    "kube_job_owner",
                    {
                        namespace,
                        job_name: runOf(object),
                        owner_kind: "CronJob",
                        owner_name: object,
                    },
                    1,
                ),
            ];
    }
}

/** What exporters say of a workload that is well at a time, in seconds. */
export function healthySeries(workload: Workload, now: number): readonly Series[] {
    const pods = Array.from({ length: workload.replicas }, (_, i) => ofPod(workload, i, now)).flat();
    return [
        ...ofController(workload, now),
        ...ofAutoscaler(workload),
        ...pods,
        ...workload.claims.flatMap((claim) => ofClaim(workload.namespace, claim)),
    ];
}

/** What exporters say of nodes that are well. */
export function healthyNodes(now: number): readonly Series[] {
    return Array.from({ length: NODES }, (_, i) => [
        series("kube_node_created", { node: node(i) }, now - 7 * AGE),
        series("kube_node_status_condition", { node: node(i), condition: "Ready", status: "true" }, 1),
        series("kube_node_status_condition", { node: node(i), condition: "Ready", status: "unknown" }, 0),
    ]).flat();
}

/** The autoscaler of a workload that has one. */
function ofAutoscaler({ namespace, object, replicas, scaledTo }: Workload): readonly Series[] {
    if (scaledTo === undefined) {
        return [];
    }
    const labels = { namespace, horizontalpodautoscaler: `keda-hpa-${object}` };
    const target = { scaletargetref_kind: "Deployment", scaletargetref_name: object };
    return [
        series("kube_horizontalpodautoscaler_info", { ...labels, ...target }, 1),
        series("kube_horizontalpodautoscaler_status_desired_replicas", labels, replicas),
        series(
            "kube_horizontalpodautoscaler_status_condition",
            { ...labels, condition: "ScalingLimited", status: "true" },
            0,
        ),
    ];
}

/** What makes pods that no controller of Kubernetes' own owns. */
const NO_CONTROLLERS = new Set(["Pod", "SparkApplication"]);

/** The workloads of a stack. */
export function workloadsOf(objects: readonly RenderedObject[]): readonly Workload[] {
    return podsOf(objects)
        .filter(({ owner }) => !NO_CONTROLLERS.has(owner.kind))
        .map((pods) => workloadOf(pods, objects));
}

/** Replicas of a chart's controller: two, whatever its values say, since nothing here depends on it. */
const OF_CHART = 2;

/** The workloads of charts, whose objects the program does not render: those that alerts speak of and nothing else does. */
export function workloadsOfCharts(stack: RenderedStack): readonly Workload[] {
    const rendered = new Set(
        workloadsOf(stack.objects).map(({ kind, namespace, object }) => `${kind}/${namespace}/${object}`),
    );
    const groups: readonly Inputs[] = rulesIn(stack).flatMap(({ object }) => object["spec"].groups);
    return groups.flatMap(({ name: group }) => {
        const [, kind = "", namespace = "", name = ""] = /^(deployment|statefulset)\.([^.]+)\.(.+)$/.exec(group) ?? [];
        const found = { deployment: "Deployment", statefulset: "StatefulSet" }[kind] as Workload["kind"] | undefined;
        if (found === undefined || rendered.has(`${found}/${namespace}/${name}`)) {
            return [];
        }
        const chart = { containers: [], claims: [], ordered: false, scaledTo: undefined, replicas: OF_CHART };
        return [{ kind: found, namespace, object: name, name, ...chart }];
    });
}
