import { type Bytes, bytes, type Cpu, millicores } from "../../components/values/quantity.ts";
import type { InstanceType } from "./instance-types.ts";

/** What pods may ask for together on one node. */
export interface Room {
    readonly millicores: number;
    readonly mebibytes: number;
}

/** Requests that are somebody else's. */
interface Requests {
    readonly cpu: Cpu;
    readonly memory: Bytes;
}

const MEBI = 2 ** 20;
const MEBI_PER_GIBI = 1024;

/**
 * The part of a machine's memory that hypervisor and kernel keep; Karpenter counts with as much until it has seen one.
 *
 * Source: Karpenter, "Settings", `VM_MEMORY_OVERHEAD_PERCENT`.
 */
const MEMORY_OVERHEAD = 0.075;

/**
 * Pods for which there are addresses, by CPUs: interfaces × (addresses − 1) + 2, alike in all families of that size.
 *
 * Source: Amazon EC2, "Instance types, network specifications"; EKS user guide, "Choose an optimal instance type".
 */
const MOST_PODS: Readonly<Record<number, number>> = { 2: 29, 4: 58, 8: 58, 16: 234 };

/** Of the first four CPUs, in millicores; of each further one 2.5. */
const KUBELET_CPU = [60, 10, 5, 5];
const KUBELET_CPU_BEYOND = 2.5;

/** What kubelet is told to keep: 255 MiB and 11 for each pod; and below which it evicts. */
const KUBELET_MEBIBYTES = 255;
const KUBELET_MEBIBYTES_A_POD = 11;
const EVICTION_MEBIBYTES = 100;

/**
 * What is left of a node of Amazon Linux 2023 for pods.
 *
 * Source: amazon-eks-ami, nodeadm, `kubelet/config.go` (`getCPUMillicoresToReserve`, `getMemoryMebibytesToReserve`,
 * `evictionHard`).
 *
 * @param reserved what the node class keeps beside it
 * @throws {RangeError} for a size that no pool has
 */
export function allocatable({ name, cpus, memoryGiB }: InstanceType, reserved: Requests): Room {
    const pods = MOST_PODS[cpus];
    if (pods === undefined) {
        throw new RangeError(`how many pods a ${name} takes is not known`);
    }
    const kubelet = KUBELET_CPU.slice(0, cpus).reduce((sum, part) => sum + part, 0);
    const beyond = Math.max(cpus - KUBELET_CPU.length, 0) * KUBELET_CPU_BEYOND;
    return without(
        {
            millicores: cpus * 1000 - Math.ceil(kubelet + beyond),
            mebibytes:
                Math.floor(memoryGiB * MEBI_PER_GIBI * (1 - MEMORY_OVERHEAD)) -
                (KUBELET_MEBIBYTES + KUBELET_MEBIBYTES_A_POD * pods) -
                EVICTION_MEBIBYTES,
        },
        [reserved],
    );
}

/** What is left when others have what they ask for. */
export function without(room: Room, others: readonly Requests[]): Room {
    return others.reduce<Room>(
        (left, { cpu, memory }) => ({
            millicores: left.millicores - millicores(cpu),
            mebibytes: left.mebibytes - Math.ceil(bytes(memory) / MEBI),
        }),
        room,
    );
}

/** Whether a pod finds room. */
export function fits({ cpu, memory }: Requests, room: Room): boolean {
    return millicores(cpu) <= room.millicores && bytes(memory) <= room.mebibytes * MEBI;
}
