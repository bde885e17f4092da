import type { InstanceType } from "./instance-types.ts";

/** Amounts of a node, as its status has them. */
export interface Resources {
    readonly cpu: string;
    readonly memory: string;
    readonly pods: string;
    readonly "ephemeral-storage": string;
}

const MIB_PER_GIB = 1024;

/**
 * Part of the memory that the hypervisor and the kernel keep; what is seen differs by type, and this is at its upper end.
 *
 * @see https://karpenter.sh/docs/reference/settings/ `vm-memory-overhead-percent`
 */
const MEMORY_OVERHEAD = 0.075;

/**
 * Most pods of a node in a managed group, below and from 30 vCPUs.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/choosing-instance-type.html
 */
const MOST_PODS = 110;
const MOST_PODS_LARGE = 250;
const LARGE_CPUS = 30;

/** kubelet's `evictionHard` on Amazon Linux 2023: memory, and the part of the disk that has to be free. */
const EVICTION_MIB = 100;
const EVICTION_DISK = 0.1;

/** Of the disk, kept for kubelet and containerd. */
const RESERVED_DISK_GIB = 1;

/** Of a CPU, by its place among the CPUs, in thousandths: 6 % of the first, 1 % of the second, and so on. */
const RESERVED_CPU = [60, 10, 5, 5];
const RESERVED_CPU_BEYOND = 2.5;

/**
 * How many pods get an address: each interface has one of its own, and two pods are in the host's network.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/choosing-instance-type.html
 */
export function maxPods({ cpus, interfaces, addresses }: InstanceType): number {
    return Math.min(interfaces * (addresses - 1) + 2, cpus < LARGE_CPUS ? MOST_PODS : MOST_PODS_LARGE);
}

/** What the machine has, in a node's units. */
export function capacity(type: InstanceType, diskGiB: number): Resources {
    return {
        cpu: `${type.cpus}`,
        memory: `${Math.floor(type.memoryGiB * MIB_PER_GIB * (1 - MEMORY_OVERHEAD))}Mi`,
        pods: `${maxPods(type)}`,
        "ephemeral-storage": `${diskGiB}Gi`,
    };
}

/**
 * What is left for pods: without what kubelet is told to reserve, and without what it would evict for.
 *
 * @see https://github.com/awslabs/amazon-eks-ami/blob/main/nodeadm/internal/kubelet/config.go getCPUMillicoresToReserve,
 *   getMemoryMebibytesToReserve, EvictionHard
 */
export function allocatable(type: InstanceType, diskGiB: number): Resources {
    const all = capacity(type, diskGiB);
    const reservedMiB = 11 * maxPods(type) + 255;
    const first = RESERVED_CPU.slice(0, type.cpus).reduce((sum, share) => sum + share, 0);
    const reservedMillicores = Math.floor(first + Math.max(type.cpus - RESERVED_CPU.length, 0) * RESERVED_CPU_BEYOND);
    return {
        cpu: `${type.cpus * 1000 - reservedMillicores}m`,
        memory: `${Number.parseInt(all.memory, 10) - reservedMiB - EVICTION_MIB}Mi`,
        pods: all.pods,
        "ephemeral-storage": `${Math.floor(diskGiB * (1 - EVICTION_DISK)) - RESERVED_DISK_GIB}Gi`,
    };
}

/**
 * How many volumes pods may bring. The root volume takes one slot; where slots are shared, every interface beyond the
 * first takes one as well, and a full node has them all.
 *
 * @see https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/master/pkg/driver/node.go getVolumesLimit
 */
export function volumeLimit({ volumes, sharedSlots, interfaces }: InstanceType): number {
    return volumes - 1 - (sharedSlots ? interfaces - 1 : 0);
}
