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

/** What a machine has of a network. */
interface Network {
    readonly interfaces: number;
    /** IPv4, of each interface. */
    readonly addresses: number;
}

/**
 * By CPUs; alike in all families whose names tell what they have.
 *
 * Source: amazon-eks-ami, nodeadm, `kubelet/instance-info.jsonl`; Amazon EC2, "Instance types, network specifications".
 */
const NETWORKS: Readonly<Record<number, Network>> = {
    2: { interfaces: 3, addresses: 10 },
    4: { interfaces: 4, addresses: 15 },
    8: { interfaces: 4, addresses: 15 },
    16: { interfaces: 8, addresses: 30 },
    32: { interfaces: 8, addresses: 30 },
    48: { interfaces: 8, addresses: 30 },
    64: { interfaces: 15, addresses: 50 },
};

/**
 * Pods that EKS allows on a node of a managed group, below and from 30 CPUs.
 *
 * Source: EKS user guide, "Choose an optimal Amazon EC2 node instance type", "How maxPods is determined".
 */
const MANAGED_PODS = 110;
const MANAGED_PODS_LARGE = 250;
const LARGE_CPUS = 30;

/** Of the first four CPUs, in millicores; of each further one 2.5. */
const KUBELET_CPU = [60, 10, 5, 5];
const KUBELET_CPU_BEYOND = 2.5;

/** What kubelet is told to keep: 255 MiB and 11 for each pod; and below which it evicts. */
const KUBELET_MEBIBYTES = 255;
const KUBELET_MEBIBYTES_A_POD = 11;
const EVICTION_MEBIBYTES = 100;

/**
 * The network of a machine.
 *
 * @throws {RangeError} for a size that no pool has
 */
export function networkOf({ name, cpus }: InstanceType): Network {
    const network = NETWORKS[cpus];
    if (network === undefined) {
        throw new RangeError(`how many pods a ${name} takes is not known`);
    }
    return network;
}

/** Pods for which there are addresses: each interface needs one itself, and two pods are in the host's network. */
function addressedPods(type: InstanceType): number {
    const { interfaces, addresses } = networkOf(type);
    return interfaces * (addresses - 1) + 2;
}

/**
 * How many pods a node takes. Karpenter's nodes have no other limit than that of addresses.
 *
 * @param scaledBy what starts the node
 * @throws {RangeError} as {@link networkOf}
 */
export function mostPods(type: InstanceType, scaledBy: "managed-groups" | "karpenter"): number {
    const most = type.cpus < LARGE_CPUS ? MANAGED_PODS : MANAGED_PODS_LARGE;
    return scaledBy === "karpenter" ? addressedPods(type) : Math.min(addressedPods(type), most);
}

/** What a node has, in a machine of EC2. */
export function capacity({ cpus, memoryGiB }: InstanceType): Room {
    return {
        millicores: cpus * 1000,
        mebibytes: Math.floor(memoryGiB * MEBI_PER_GIBI * (1 - MEMORY_OVERHEAD)),
    };
}

/**
 * What is left of a node of Amazon Linux 2023 for pods. The memory that kubelet keeps goes by the pods that have addresses, also
 * where fewer are allowed.
 *
 * Source: amazon-eks-ami, nodeadm, `kubelet/config.go` (`getCPUMillicoresToReserve`, `getMemoryMebibytesToReserve`,
 * `evictionHard`), `kubelet/eni_max_pods.go`.
 *
 * @param reserved what the node class keeps beside it, if there is one
 * @throws {RangeError} as {@link networkOf}
 */
export function allocatable(type: InstanceType, reserved?: Requests): Room {
    const { cpus } = type;
    const has = capacity(type);
    const kubelet = KUBELET_CPU.slice(0, cpus).reduce((sum, part) => sum + part, 0);
    const beyond = Math.max(cpus - KUBELET_CPU.length, 0) * KUBELET_CPU_BEYOND;
    return without(
        {
            millicores: has.millicores - Math.floor(kubelet + beyond),
            mebibytes:
                has.mebibytes -
                (KUBELET_MEBIBYTES + KUBELET_MEBIBYTES_A_POD * addressedPods(type)) -
                EVICTION_MEBIBYTES,
        },
        reserved === undefined ? [] : [reserved],
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
