import type * as k8s from "@pulumi/kubernetes";

type PolicyRule = k8s.types.input.rbac.v1.PolicyRule;

function configMaps(...verbs: readonly string[]): PolicyRule {
    return { apiGroups: [""], resources: ["configmaps"], verbs: [...verbs] };
}

/**
 * Job managers elect their leader by one ConfigMap and note, in another for each job, where its newest checkpoint is. The
 * names of the latter have the job's id in them and the client lists by label, so RBAC cannot name them: the namespace is
 * the boundary, and nothing else is in it. Leases are written by `update`, and by `patch` since the client's version 6.
 *
 * Source: Flink documentation, "Kubernetes HA Services, RBAC example"; fabric8 kubernetes-client, `ResourceLock`.
 */
export const JOB_MANAGER_RULES: readonly PolicyRule[] = [
    configMaps("create", "get", "list", "watch", "update", "patch", "delete"),
];

/** Task managers follow the leader, and write nothing. */
export const TASK_MANAGER_RULES: readonly PolicyRule[] = [configMaps("get", "list", "watch")];
