import type * as k8s from "@pulumi/kubernetes";

type PolicyRule = k8s.types.input.rbac.v1.PolicyRule;

function core(resource: string, ...verbs: readonly string[]): PolicyRule {
    return { apiGroups: [""], resources: [resource], verbs: [...verbs] };
}

/**
 * The scheduler starts task pods, follows them, and takes them over from another scheduler by a label.
 * Source of all rules here: Airflow's own chart, `pod-launcher-role` and `pod-log-reader-role`.
 */
export const SCHEDULER_RULES: readonly PolicyRule[] = [
    core("pods", "create", "get", "list", "watch", "patch", "delete"),
    core("pods/log", "get"),
];

/** The API server shows the log of a task that still runs. */
export const API_SERVER_RULES: readonly PolicyRule[] = [core("pods", "get", "list"), core("pods/log", "get")];

/** A task may start pods of its own (KubernetesPodOperator); `pods/exec` fetches their result from the sidecar. */
export const TASK_RULES: readonly PolicyRule[] = [
    core("pods", "create", "get", "list", "watch", "patch", "delete"),
    core("pods/log", "get"),
    core("pods/exec", "create", "get"),
    core("events", "list"),
];

/** A deferred KubernetesPodOperator waits for its pod in the triggerer, and removes it when it is cancelled. */
export const TRIGGERER_RULES: readonly PolicyRule[] = [
    core("pods", "get", "list", "watch", "delete"),
    core("pods/log", "get"),
    core("events", "list"),
];
