import type { V1Node } from "@kubernetes/client-node";

/** A node with room for a few pods. */
export function smallNode(name: string): V1Node {
    const resources = { cpu: "4", memory: "8Gi", pods: "20" };
    return {
        apiVersion: "v1",
        kind: "Node",
        metadata: { name, labels: { "kubernetes.io/hostname": name } },
        status: { capacity: resources, allocatable: resources },
    };
}
