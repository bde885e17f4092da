/**
 * The VerticalPodAutoscaler of a workload, which only recommends: no pod is evicted or changed by it, so it agrees with an
 * autoscaler of replicas. Source: kubernetes/autoscaler, vertical-pod-autoscaler, "updateMode".
 */
export function recommendation(
    name: string,
    kind: "Deployment" | "StatefulSet" | "DaemonSet",
): { readonly apiVersion: string; readonly kind: string; readonly spec: object } {
    return {
        apiVersion: "autoscaling.k8s.io/v1",
        kind: "VerticalPodAutoscaler",
        spec: { targetRef: { apiVersion: "apps/v1", kind, name }, updatePolicy: { updateMode: "Off" } },
    };
}
