import { containerSecurity } from "../../../components/specs/container.ts";
import type { Security } from "../../../components/workload-args.ts";

/** What {@link podOperatorConnection} is about. */
interface PodOperatorArgs {
    /** Namespace of task pods. */
    readonly namespace: string;
    /** Airflow's own, which the nodes of tasks have already. */
    readonly image: string;
    readonly security: Security;
}

/**
 * The connection that KubernetesPodOperator uses unless a task names another: in this cluster, and in the one namespace
 * where tasks may start pods. It also makes the sidecar that hands over a pod's result meet the level `restricted`, which
 * the operator's own, an image of Docker Hub without any security context, does not.
 *
 * What a task has to say of its pod by itself, or the pod is refused or lands among services:
 * - an image of a registry that the cluster may use, by the image cache's path where there is one;
 * - `security_context` with `runAsNonRoot` and `seccompProfile: RuntimeDefault`, `container_security_context` with
 *   `allowPrivilegeEscalation: False` and `capabilities: {drop: [ALL]}`;
 * - `node_selector: {workload: batch}` and the toleration of that taint;
 * - `annotations: {karpenter.sh/do-not-disrupt: "true"}`, because nothing makes it again.
 *
 * Source: Airflow's Kubernetes provider 10.25, `hooks/kubernetes.py`, `utils/xcom_sidecar.py`; nested values are JSON in
 * themselves. Kubernetes, "Pod Security Standards".
 */
export function podOperatorConnection({ namespace, image, security }: PodOperatorArgs): Record<string, string> {
    return {
        AIRFLOW_CONN_KUBERNETES_DEFAULT: JSON.stringify({
            conn_type: "kubernetes",
            extra: {
                in_cluster: true,
                namespace,
                xcom_sidecar_container_image: image,
                xcom_sidecar_container_security_context: JSON.stringify(containerSecurity(security)),
            },
        }),
    };
}
