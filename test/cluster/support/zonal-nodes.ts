import type { KubernetesObject, V1CSINode, V1Node } from "@kubernetes/client-node";

/** Zones of the nodes that {@link zonalNodes} makes. */
export const ZONES = ["eu-central-1a", "eu-central-1b", "eu-central-1c"] as const;

/**
 * Nodes over three zones, as EKS labels them, each with the EBS driver: for what is shown without a stack.
 *
 * @param perZone nodes in each zone, named `ZONE-NUMBER`
 * @param volumes how many EBS volumes each takes
 */
export function zonalNodes(perZone: number, volumes: number): readonly KubernetesObject[] {
    const resources = { cpu: "16", memory: "64Gi", pods: "110", "ephemeral-storage": "100Gi" };
    return ZONES.flatMap((zone) =>
        Array.from({ length: perZone }, (_, number) => `${zone}-${number}`).flatMap((name) => {
            const node: V1Node = {
                apiVersion: "v1",
                kind: "Node",
                metadata: {
                    name,
                    labels: {
                        "kubernetes.io/arch": "amd64",
                        "kubernetes.io/hostname": name,
                        "kubernetes.io/os": "linux",
                        "topology.ebs.csi.aws.com/zone": zone,
                        "topology.kubernetes.io/region": "eu-central-1",
                        "topology.kubernetes.io/zone": zone,
                    },
                    annotations: {
                        "kwok.x-k8s.io/node": "fake",
                        // As a kubelet sets it; without it nothing is attached.
                        "volumes.kubernetes.io/controller-managed-attach-detach": "true",
                    },
                },
                status: { allocatable: resources, capacity: resources },
            };
            const driver = {
                name: "ebs.csi.aws.com",
                nodeID: name,
                topologyKeys: ["kubernetes.io/os", "topology.ebs.csi.aws.com/zone", "topology.kubernetes.io/zone"],
                allocatable: { count: volumes },
            };
            const csiNode: V1CSINode = {
                apiVersion: "storage.k8s.io/v1",
                kind: "CSINode",
                metadata: { name },
                spec: { drivers: [driver] },
            };
            return [node, csiNode];
        }),
    );
}
