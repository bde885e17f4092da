import { type Bytes, type Cpu, gibibytes, type VolumeSize } from "../../../components/values/quantity.ts";
import type { Resources } from "../../../components/workload-args.ts";
import type { EksConfig } from "../../config.ts";
import { allocatable, type Room, without } from "../../infrastructure/allocatable.ts";
import type { InstanceType } from "../../infrastructure/instance-types.ts";
import { karpenterPools } from "../../infrastructure/pools.ts";
import { SYSTEM_RESERVED } from "../../platform/karpenter/node-class.ts";

/** What is left for Spark on a node of each size, the smallest first. */
export interface SparkNodes {
    readonly drivers: readonly Room[];
    readonly executors: readonly Room[];
    /** Room for what an executor shuffles and spills, for each CPU that it asks for. */
    readonly scratchGiBPerCpu: number;
}

/** Sections of a configuration that have a part in the nodes. */
type NodeUsers = Pick<EksConfig, "pools" | "fluentBit" | "nodeExporter"> & Partial<Pick<EksConfig, "celeborn">>;

/**
 * What EKS's own agents ask for on every node: network and its policies, proxy, volumes, node monitoring. Rounded up,
 * because the add-ons' versions move by themselves.
 *
 * Source: the default manifests of the add-ons (amazon-vpc-cni-k8s, kube-proxy, aws-ebs-csi-driver, eks-node-monitoring-agent).
 */
const ADDON_AGENTS = { cpu: "250m", memory: "250Mi" } as const;

/**
 * Local disk of a node for each of its CPUs, in GiB: the least are 300 GB with 8 CPUs (r5d, r5dn, r5ad), of which kubelet
 * keeps a tenth free. Source: Amazon EC2, "Memory optimized instances, instance store specifications"; `evictionHard`.
 */
const DISK_GIB_PER_CPU = 31;
/** Of each node's disk: images, logs, and what pods write beside. */
const DISK_KEPT_GIB = 24;

/** Executors ask for steps of as much, so that a new version of an agent does not change every one of them. */
const CPU_STEP = 100;
const MEMORY_STEP = 256;

/** The types of a pool that a configuration asks for. */
function typesOf(pools: EksConfig["pools"], pool: string): readonly InstanceType[] {
    return karpenterPools(pools)
        .filter(({ name }) => name === pool)
        .flatMap(({ instanceTypes }) => instanceTypes);
}

/** GiB of the local disks of the smallest node for what executors shuffle and spill, once others have their part. */
export function executorDisk(pools: EksConfig["pools"], worker: VolumeSize | undefined): number {
    const fewest = Math.min(...typesOf(pools, "spark-executor").map(({ cpus }) => cpus));
    return fewest * DISK_GIB_PER_CPU - DISK_KEPT_GIB - (worker === undefined ? 0 : gibibytes(worker));
}

/**
 * What is left of the nodes for Spark, when every agent of the stack has its part.
 *
 * @param config a whole configuration, which has been checked
 */
export function sparkNodes({ pools, fluentBit, nodeExporter, celeborn }: NodeUsers): SparkNodes {
    const everywhere = [ADDON_AGENTS, fluentBit.resources, nodeExporter.resources];
    const workers = celeborn === undefined ? [] : [celeborn.workerResources];
    const rooms = (pool: string, agents: Parameters<typeof without>[1]): readonly Room[] =>
        typesOf(pools, pool)
            .map((type) => without(allocatable(type, SYSTEM_RESERVED), agents))
            .toSorted((one, other) => one.millicores - other.millicores || one.mebibytes - other.mebibytes);
    const executors = rooms("spark-executor", [...everywhere, ...workers]);
    const [smallest] = executors;
    return {
        drivers: rooms("spark-driver", everywhere),
        executors,
        scratchGiBPerCpu:
            smallest === undefined ? 0 : (executorDisk(pools, celeborn?.workerStorage) * 1000) / smallest.millicores,
    };
}

/**
 * An executor that fills the smallest node of the pool, and so a larger one with another of its kind.
 *
 * @throws {RangeError} if the pool has no nodes
 */
export function nodeFilling({ executors: [smallest] }: SparkNodes): Resources {
    if (smallest === undefined) {
        throw new RangeError("no machine is large enough for the pool of executors");
    }
    const cpu: Cpu = `${Math.floor(smallest.millicores / CPU_STEP) * CPU_STEP}m`;
    const memory: Bytes = `${Math.floor(smallest.mebibytes / MEMORY_STEP) * MEMORY_STEP}Mi`;
    return { cpu, memory };
}
