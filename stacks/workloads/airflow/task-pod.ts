import { stringify } from "yaml";
import { podTemplate } from "../../../components/specs/pod.ts";
import type { Resources, Scratch, Security } from "../../../components/workload-args.ts";
import { priorityClass } from "../../platform/priorities.ts";
import { type AirflowSettings, taskEnvironment } from "./environment.ts";
import { podOperatorConnection } from "./pod-operator.ts";

/** Name of the service account of task pods, and their `app.kubernetes.io/name`. */
export const TASK = "airflow-task";

/** `airflow` of the image, whose group has to be 0. Source: the image's `entrypoint_prod.sh`, `check_uid_gid`. */
export const AIRFLOW_USER: Security = { user: 50_000, group: 0 };

/** What Airflow writes to, tasks included: temporary files with DAG bundles among them, and logs. */
export const AIRFLOW_SCRATCH: Readonly<Record<string, Scratch>> = {
    "/tmp": { size: "1Gi" },
    "/opt/airflow/logs": { size: "2Gi" },
};

/** The container that the executor fills in: KubernetesExecutor finds it by this name. */
const MAIN_CONTAINER = "base";

/** What a task pod is made of. */
export interface TaskPodArgs {
    readonly settings: AirflowSettings;
    /** The same as the scheduler's: both have the same DAGs in them. */
    readonly image: string;
    /** Of one task; a DAG asks for more by `executor_config`. */
    readonly resources: Resources;
    /** @default any node without a taint */
    readonly pool?: string;
    readonly system: string;
}

/**
 * The template of task pods, in YAML: locked down as every pod of this program. The executor adds the command, its own
 * labels and a name.
 *
 * A task's pod has no controller that would make it again. So Karpenter leaves its node alone until the task is done
 * (`karpenter.sh/do-not-disrupt`), and `kubectl drain` refuses such a node unless it is told `--force`, which kills the
 * task: wait for it, or clear it in Airflow afterwards. What nothing holds up is the end of a spot instance and of a node's
 * lifetime with its grace period; the task is tried again.
 *
 * Source: Karpenter, "Disruption", "Pod-level controls"; Kubernetes, `kubectl drain`.
 */
export function taskPodTemplate(args: TaskPodArgs): string {
    const { settings, image, resources, pool, system } = args;
    const { metadata, spec } = podTemplate(
        {
            namespace: settings.taskNamespace,
            system,
            image,
            env: {
                ...taskEnvironment(settings),
                ...podOperatorConnection({ namespace: settings.taskNamespace, image, security: AIRFLOW_USER }),
            },
            resources,
            scratch: AIRFLOW_SCRATCH,
            security: AIRFLOW_USER,
            // Karpenter's own disruption waits until a task is done.
            annotations: { "karpenter.sh/do-not-disrupt": "true" },
            priorityClass: priorityClass("batch"),
            // More than the 60 s in which Airflow lets a killed task clean up (core.killed_task_cleanup_time).
            shutdown: { gracePeriod: "90 seconds" },
            apiAccess: {},
            ...(pool === undefined ? {} : { pool }),
        },
        { name: MAIN_CONTAINER, serviceAccount: TASK, restartPolicy: "Never" },
    ) as { metadata: { labels: Record<string, string> }; spec: object };
    const labels = { ...metadata.labels, "app.kubernetes.io/name": TASK };
    const pod = {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { ...metadata, name: TASK, namespace: settings.taskNamespace, labels },
        spec,
    };
    // Airflow reads it with PyYAML, for which `on` and `no` without quotes are booleans.
    return stringify(pod, { version: "1.1" });
}
