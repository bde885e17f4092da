import type { KubernetesObject, V1NodeCondition } from "@kubernetes/client-node";

/** Conditions of a kubelet that lacks nothing, in the words of kubernetes/pkg/kubelet/nodestatus/setters.go. */
const HEALTHY: readonly Pick<V1NodeCondition, "type" | "status" | "reason" | "message">[] = [
    { type: "Ready", status: "True", reason: "KubeletReady", message: "kubelet is posting ready status" },
    {
        type: "MemoryPressure",
        status: "False",
        reason: "KubeletHasSufficientMemory",
        message: "kubelet has sufficient memory available",
    },
    {
        type: "DiskPressure",
        status: "False",
        reason: "KubeletHasNoDiskPressure",
        message: "kubelet has no disk pressure",
    },
    {
        type: "PIDPressure",
        status: "False",
        reason: "KubeletHasSufficientPID",
        message: "kubelet has sufficient PID available",
    },
    {
        type: "NetworkUnavailable",
        status: "False",
        reason: "RouteCreated",
        message: "RouteController created a route",
    },
];

interface WithStatus extends KubernetesObject {
    readonly status?: object;
}

/**
 * A node as a kubelet that is up registers it; other objects as they are. kwok would report it ready a moment later, when
 * the node controller has tainted it.
 *
 * @param now when it is heard first
 */
export function registered(object: WithStatus, now: Date): WithStatus {
    if (object.kind !== "Node") {
        return object;
    }
    const conditions = HEALTHY.map((one) => ({ ...one, lastHeartbeatTime: now, lastTransitionTime: now }));
    return { ...object, status: { ...object.status, conditions } };
}
