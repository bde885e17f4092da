import { gibibytes } from "../../components/values/quantity.ts";
import { RESERVED_ATTACHMENTS } from "../../stacks/infrastructure/addons.ts";
import * as node from "../../stacks/infrastructure/allocatable.ts";
import type { Pool } from "../../stacks/infrastructure/pools.ts";
import { SYSTEM_RESERVED } from "../../stacks/platform/karpenter/node-class.ts";
import type { InstanceType } from "./instance-types.ts";

/** Amounts of a node, as its status has them. */
export interface Resources {
    readonly cpu: string;
    readonly memory: string;
    readonly pods: string;
    readonly "ephemeral-storage": string;
}

/** What decides what a node of a pool has, beside its machine. */
type NodeOf = Pick<Pool, "scaledBy" | "diskGiB" | "instanceStore">;

/** kubelet's `evictionHard` on Amazon Linux 2023: the part of the disk that has to be free. */
const EVICTION_DISK = 0.1;

/** Of the disk, kept for kubelet and containerd (amazon-eks-ami, nodeadm, `kubelet/config.go`, `kubeReserved`). */
const RESERVED_DISK_GIB = 1;

/** The disk that pods' scratch space lies on, in GiB: the root volume, or the machine's own disks as one. */
function scratchGiB({ localDiskGB }: InstanceType, { instanceStore, diskGiB }: NodeOf): number {
    return instanceStore && localDiskGB > 0 ? Math.floor((localDiskGB * 1e9) / 2 ** 30) : diskGiB;
}

/** What the machine has, in a node's units. */
export function capacity(type: InstanceType, pool: NodeOf): Resources {
    const { mebibytes } = node.capacity(type);
    return {
        cpu: `${type.cpus}`,
        memory: `${mebibytes}Mi`,
        pods: `${node.mostPods(type, pool.scaledBy)}`,
        "ephemeral-storage": `${scratchGiB(type, pool)}Gi`,
    };
}

/** What is left for pods: without what kubelet is told to reserve and would evict for, and what Karpenter's classes keep. */
export function allocatable(type: InstanceType, pool: NodeOf): Resources {
    const reserved = pool.scaledBy === "karpenter" ? SYSTEM_RESERVED : undefined;
    const { millicores, mebibytes } = node.allocatable(type, reserved);
    const kept = RESERVED_DISK_GIB + (reserved === undefined ? 0 : gibibytes(reserved["ephemeral-storage"]));
    return {
        cpu: `${millicores}m`,
        memory: `${mebibytes}Mi`,
        pods: `${node.mostPods(type, pool.scaledBy)}`,
        "ephemeral-storage": `${Math.floor(scratchGiB(type, pool) * (1 - EVICTION_DISK)) - kept}Gi`,
    };
}

/**
 * How many volumes pods may bring, as the driver says it of a node: what the machine takes, without the slots that the
 * stack's add-on is told to keep.
 *
 * @see https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/master/pkg/driver/node.go getVolumesLimit
 */
export function volumeLimit({ volumes }: InstanceType): number {
    return volumes - RESERVED_ATTACHMENTS;
}
