import { POOL_LABEL } from "../../components/support/naming.ts";
import { bytes } from "../../components/values/quantity.ts";
import type { EksConfig } from "../config.ts";
import { type InstanceNeeds, type InstanceType, instanceType, matchingTypes } from "./instance-types.ts";

/** Name of a pool: the value of the label by which workloads choose it. */
type PoolName = "infra" | "streaming" | "batch" | "spark-driver" | "spark-executor";

/** How EC2 rents a machine, in Karpenter's words. */
type CapacityType = "on-demand" | "spot";

/** A taint as a node has it. */
export interface Taint {
    readonly key: string;
    readonly value: string;
    readonly effect: "NoSchedule" | "NoExecute";
}

/** Nodes of one purpose. */
export interface Pool {
    readonly name: PoolName;
    readonly labels: Readonly<Record<string, string>>;
    /** For good; what the pool is for tolerates them. */
    readonly taints: readonly Taint[];
    /** Of a node that has just joined; see {@link AGENT_NOT_READY}. */
    readonly startupTaints: readonly Taint[];
    /** Managed groups are one a zone and have a number of nodes; Karpenter starts nodes for the pods that wait. */
    readonly scaledBy: "managed-groups" | "karpenter";
    /** The first that there is. */
    readonly capacity: readonly CapacityType[];
    /** In the order of preference; the first is what costs and capacity are counted with. */
    readonly instanceTypes: readonly InstanceType[];
    /** Of all zones together. */
    readonly nodes: { readonly min: number; readonly typical: number; readonly max: number };
    /** Root volume. */
    readonly diskGiB: number;
    /** Whether pods' scratch space lies on the instance's own disks instead of the root volume. */
    readonly instanceStore: boolean;
}

/** A pool that Karpenter fills. */
export interface KarpenterPool extends Pool {
    readonly scaledBy: "karpenter";
    /** What Karpenter asks of a machine; `instanceTypes` are those that meet it. */
    readonly needs: InstanceNeeds;
}

/** The pools that workloads run on, by what they are. */
export interface PoolNames {
    /** What runs for good. */
    readonly services: PoolName;
    /** Brokers: on nodes of their own where there are such. */
    readonly brokers: PoolName;
    /** What ends, and can be run again. */
    readonly jobs: PoolName;
    /** What ends, and has to begin from the start when its node goes: never on spot. */
    readonly drivers: PoolName;
    readonly executors: PoolName;
}

/**
 * Keeps pods off a new node until the CSI driver's agent has said how many volumes it takes: without its count the
 * scheduler takes any number for granted (aws-ebs-csi-driver#1278). The agent itself removes the taint when it has
 * registered, so it tolerates it (`node.tolerateAllTaints` in addons.ts), as all our agents do.
 *
 * Source: aws-ebs-csi-driver, docs/install.md, "Node Startup Taint"; `AgentNotReadyNodeTaintKey`.
 */
export const AGENT_NOT_READY: Taint = { key: "ebs.csi.aws.com/agent-not-ready", value: "true", effect: "NoExecute" };

type Pools = EksConfig["pools"];

const GIBI = 2 ** 30;

function labelled(name: PoolName) {
    return { name, labels: { [POOL_LABEL]: name }, startupTaints: [AGENT_NOT_READY] };
}

function tainted(name: PoolName) {
    return { ...labelled(name), taints: [{ key: POOL_LABEL, value: name, effect: "NoSchedule" } as const] };
}

function managed({ instanceTypes, min, typical, max, diskSize }: Pools["infra"]) {
    return {
        scaledBy: "managed-groups",
        capacity: ["on-demand"],
        instanceTypes: instanceTypes.map(instanceType),
        nodes: { min, typical, max },
        diskGiB: diskSize,
        instanceStore: false,
    } as const;
}

/** What the machines of a pool have to have. */
export function instanceNeeds(pool: Pools["batch"]): InstanceNeeds {
    return {
        families: pool.instanceFamilies,
        minCpus: pool.minCpu,
        maxCpus: pool.maxCpu,
        minMemoryGiB: bytes(pool.minMemory) / GIBI,
    };
}

function provisioned(pool: Pools["batch"]) {
    const needs = instanceNeeds(pool);
    return {
        scaledBy: "karpenter",
        capacity: pool.capacity,
        needs,
        instanceTypes: matchingTypes(needs),
        nodes: { min: 0, typical: pool.typical, max: pool.max },
        diskGiB: pool.diskSize,
        instanceStore: pool.instanceStore,
    } as const;
}

/** The pools that managed groups make. `infra` has no taint: what names no pool, charts and add-ons, runs there. */
export function managedPools(pools: Pools): readonly Pool[] {
    const infra = { ...labelled("infra"), taints: [], ...managed(pools.infra) };
    return pools.streaming === undefined ? [infra] : [infra, { ...tainted("streaming"), ...managed(pools.streaming) }];
}

/** The pools that Karpenter fills, tainted all: only what asks for a pool starts a node in it. */
export function karpenterPools(pools: Pools): readonly KarpenterPool[] {
    return [
        { ...tainted("batch"), ...provisioned(pools.batch) },
        { ...tainted("spark-driver"), ...provisioned(pools.sparkDriver) },
        { ...tainted("spark-executor"), ...provisioned(pools.sparkExecutor) },
    ];
}

/** Every pool of a cluster. */
export function allPools(pools: Pools): readonly Pool[] {
    return [...managedPools(pools), ...karpenterPools(pools)];
}

/** Where workloads go. */
export function poolNames(pools: Pools): PoolNames {
    return {
        services: "infra",
        brokers: pools.streaming === undefined ? "infra" : "streaming",
        jobs: "batch",
        drivers: "spark-driver",
        executors: "spark-executor",
    };
}

function most(pools: readonly Pool[]): number {
    return pools.reduce((sum, { nodes }) => sum + nodes.max, 0);
}

/**
 * Nodes in the fullest zone, at most: managed groups have the same share in each zone, while Karpenter goes where machines
 * are cheapest, which may be one zone for all of them.
 */
export function nodesPerZone(pools: Pools, zones: number): number {
    return most(managedPools(pools)) / zones + most(karpenterPools(pools));
}
