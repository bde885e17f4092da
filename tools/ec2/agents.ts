/** What the pods that run on a node for the node's own sake ask of it. */
interface NodeAgent {
    readonly name: string;
    /** Cores. */
    readonly cpu: number;
    /** Bytes. */
    readonly memory: number;
}

const MIB = 2 ** 20;

/**
 * Agents that EKS's add-ons put on every node, with the requests of the add-ons' own defaults: no program declares them,
 * so no plan sees them.
 *
 * @see https://github.com/aws/amazon-vpc-cni-k8s/blob/master/charts/aws-vpc-cni/values.yaml 25m each for the plugin and the
 *   network policy agent
 * @see https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/master/charts/aws-ebs-csi-driver/values.yaml
 *   `node.resources`, which its two sidecars get as well
 * @see https://github.com/aws/eks-node-monitoring-agent/blob/main/charts/eks-node-monitoring-agent/values.yaml
 * @see https://github.com/aws/eks-pod-identity-agent/blob/main/charts/eks-pod-identity-agent/values.yaml `resources: {}`
 * @see https://docs.aws.amazon.com/eks/latest/userguide/managing-kube-proxy.html 100m by default
 */
export const NODE_AGENTS: readonly NodeAgent[] = [
    { name: "vpc-cni", cpu: 0.05, memory: 0 },
    { name: "kube-proxy", cpu: 0.1, memory: 0 },
    { name: "aws-ebs-csi-driver", cpu: 0.03, memory: 120 * MIB },
    { name: "eks-node-monitoring-agent", cpu: 0.01, memory: 30 * MIB },
    { name: "eks-pod-identity-agent", cpu: 0, memory: 0 },
];
