import type { IEC2NodeClassSpec } from "@kubernetes-models/karpenter/karpenter.k8s.aws/v1/EC2NodeClassSpec";
import { POOL_LABEL } from "../../../components/support/naming.ts";
import type { KarpenterPool } from "../../infrastructure/pools.ts";

/** What is known of a node class before there is a network; that and the machines' identity are added to it. */
type Machines = Omit<IEC2NodeClassSpec, "instanceProfile" | "subnetSelectorTerms" | "securityGroupSelectorTerms">;

/** Root volume of Amazon Linux 2023. */
const ROOT_DEVICE = "/dev/xvda";

/**
 * For programs of the host that are no pods, which EKS's image reserves nothing for (amazon-eks-ami, nodeadm,
 * `kubelet/config.go`: `kubeReserved` alone). One executor that fills a node would leave them no memory.
 */
export const SYSTEM_RESERVED = { cpu: "100m", memory: "300Mi", "ephemeral-storage": "1Gi" } as const;

/**
 * The machines of a pool: image, metadata and disks. Source: Karpenter, "NodeClasses".
 *
 * @param amiRelease release of EKS's image of Amazon Linux 2023: `1.35.7-20260827`, or `latest`
 */
export function machinesOf(pool: KarpenterPool, clusterName: string, amiRelease: string): Machines {
    return {
        amiSelectorTerms: [{ alias: `al2023@${amiRelease.replace(/^.*-/, "v")}` }],
        associatePublicIPAddress: false,
        // One hop: programs of the node reach its credentials, pods in a network of their own do not.
        metadataOptions: {
            httpEndpoint: "enabled",
            httpProtocolIPv6: "disabled",
            httpPutResponseHopLimit: 1,
            httpTokens: "required",
        },
        blockDeviceMappings: [
            {
                deviceName: ROOT_DEVICE,
                ebs: {
                    volumeType: "gp3",
                    volumeSize: `${pool.diskGiB}Gi`,
                    encrypted: true,
                    deleteOnTermination: true,
                },
            },
        ],
        // Pods' scratch space and images go to the disks, which nobody else ever reads: NVMe encrypts them itself.
        ...(pool.instanceStore ? { instanceStorePolicy: "RAID0" as const } : {}),
        kubelet: { systemReserved: SYSTEM_RESERVED },
        tags: { Name: `${clusterName}-${pool.name}`, [POOL_LABEL]: pool.name },
    };
}
