import type { EksConfig } from "../../stacks/config.ts";
import { poolNames } from "../../stacks/infrastructure/pools.ts";
import {
    addonDemand,
    chartDemand,
    type Demand,
    declaredDemand,
    prioritiesOf,
    type System,
    taskDemand,
} from "./capacity/demand.ts";
import { type Finding, findingsOf } from "./capacity/findings.ts";
import { managedDatabases } from "./capacity/managed-databases.ts";
import { fits, type Packing, pack, ROOM, type Room } from "./capacity/packing.ts";
import { nodesOf, type PoolRoom, poolRooms, type UnknownPool } from "./capacity/pools.ts";
import { type ZoneLoss, zoneLoss } from "./capacity/zone-loss.ts";
import type { RecordedResource } from "./resource.ts";

/** How the workloads fit on a pool's nodes. */
export interface PoolFit {
    readonly pool: string;
    readonly instanceType: string;
    /** Of all zones together: as many as are counted with, and the most there may be. */
    readonly nodes: number;
    readonly max: number;
    readonly scaledBy: "managed-groups" | "karpenter";
    /** What one node has for pods, beside its agents. */
    readonly room: Room;
    /** What all pods ask for that run for good. */
    readonly standing: Room;
    /** The part of all nodes' room that they take; null where no node is always there. */
    readonly share: Room | null;
    /** Pods without room. */
    readonly unplaced: readonly UnplacedPods[];
    /** The same when everything is scaled to its most, where that is more. */
    readonly unplacedAtMost: readonly UnplacedPods[];
}

/** Pods of a workload that find no room on a pool. */
export interface UnplacedPods {
    readonly workload: string;
    readonly pods: number;
    readonly short: readonly string[];
    /** Whether one is larger than an empty node of the type that is counted with. */
    readonly tooLarge: boolean;
}

/** Whether everything finds room, and what stays up with a zone gone. */
export interface Capacity {
    readonly method: string;
    readonly pools: readonly PoolFit[];
    /** Of what runs on the managed pools, and of RDS's databases, in the worst case of the zones. */
    readonly zoneLoss: readonly ZoneLoss[];
    readonly findings: readonly Finding[];
}

const METHOD =
    "an estimate: pods by priority and size, each on the first node of its pool with room for it (first fit, decreasing)";

function total(demands: readonly Demand[]): Room {
    const sum = (of: (demand: Demand) => number): number =>
        demands.reduce((all, demand) => all + of(demand) * demand.replicas, 0);
    return {
        cpu: sum(({ cpu }) => cpu),
        memory: sum(({ memory }) => memory),
        pods: sum(() => 1),
        volumes: sum(volumesOf),
    };
}

function volumesOf({ volumes }: Demand): number {
    return volumes;
}

function shareOf(asked: Room, room: Room, nodes: number): Room {
    const part = (kind: (typeof ROOM)[number]): number =>
        Math.round((asked[kind] / (room[kind] * nodes)) * 1000) / 1000;
    return { cpu: part("cpu"), memory: part("memory"), pods: part("pods"), volumes: part("volumes") };
}

interface Filled {
    readonly fit: PoolFit;
    readonly losses: readonly ZoneLoss[];
}

/**
 * A pool on the first of its machines that is large enough for each of the pods: Karpenter starts a larger one for a pod
 * that does not fit on a smaller one. The pool as it is, if none is.
 */
function onLargeEnough(room: PoolRoom, demands: readonly Demand[]): PoolRoom {
    const machine = [room, ...room.others].find((one) => demands.every((demand) => fits(demand, one.room)));
    return machine === undefined ? room : { ...room, type: machine.type, room: machine.room };
}

/** The nodes that Karpenter would have to start, one more at a time, and what still finds no room on the most of them. */
function provisioned(room: PoolRoom, zones: readonly string[], demands: readonly Demand[]): [number, Packing] {
    const wanted = demands.map((demand) => ({ demand, pods: demand.replicas }));
    const { max } = room.pool.nodes;
    // No fewer than what is asked for divided by what a node has; above that, a few more for the rest that stays empty.
    const asked = total(demands);
    const least = Math.max(0, ...ROOM.map((kind) => Math.ceil(asked[kind] / room.room[kind])));
    for (let count = Math.min(least, max); ; count += 1) {
        const packing = pack(nodesOf(room, zones, count), wanted);
        if (packing.unplaced.length === 0 || count >= max) {
            return [count, packing];
        }
    }
}

function fill(ofPool: PoolRoom, zones: readonly string[], demands: readonly Demand[]): Filled {
    const { pool } = ofPool;
    const managed = pool.scaledBy === "managed-groups";
    const room = managed ? ofPool : onLargeEnough(ofPool, demands);
    const fixed = nodesOf(room, zones, pool.nodes.typical);
    const packed = (pods: "replicas" | "most"): Packing =>
        pack(
            fixed,
            demands.map((demand) => ({ demand, pods: demand[pods] })),
        );
    const [nodes, packing] = managed
        ? ([fixed.length, packed("replicas")] as const)
        : provisioned(room, zones, demands);
    const isScaled = demands.some(({ replicas, most }) => most > replicas);
    const unplacedOf = ({ unplaced }: Packing): UnplacedPods[] =>
        unplaced.map(({ demand, pods, short }) => ({
            workload: demand.workload,
            pods,
            short,
            tooLarge: !fits(demand, room.room),
        }));
    const standing = total(demands.filter((demand) => demand.standing));
    return {
        fit: {
            pool: pool.name,
            instanceType: room.type,
            nodes,
            max: pool.nodes.max,
            scaledBy: pool.scaledBy,
            room: room.room,
            standing,
            share: managed ? shareOf(standing, room.room, nodes) : null,
            unplaced: unplacedOf(packing),
            unplacedAtMost: managed && isScaled && packing.unplaced.length === 0 ? unplacedOf(packed("most")) : [],
        },
        losses: managed ? zoneLoss(fixed, packing) : [],
    };
}

/** Every pod that there is to be, but for the agents of nodes. */
function demandsOf(config: EksConfig, resources: readonly RecordedResource[], systems: readonly System[]): Demand[] {
    const priorities = prioritiesOf(resources);
    return [
        ...declaredDemand(systems, priorities),
        ...chartDemand(resources, priorities),
        ...addonDemand(resources, priorities),
        taskDemand(config, poolNames(config.pools).jobs),
    ];
}

/** Puts a stack's pods on the nodes of its pools, once with all zones and once without each of them. */
export function capacityOf(
    config: EksConfig,
    resources: readonly RecordedResource[],
    systems: readonly System[],
): Capacity {
    const demands = demandsOf(config, resources, systems);
    const { zones } = config.network;
    const rooms = poolRooms(config, resources);
    // What names no pool runs on nodes without a taint.
    const untainted = rooms.find(({ pool }) => pool.taints.length === 0)?.pool.name;
    const filled = rooms
        .filter((room): room is PoolRoom => "room" in room)
        .map((room) =>
            fill(
                room,
                zones,
                demands.filter(({ pool }) => (pool ?? untainted) === room.pool.name),
            ),
        );
    const pools = filled.map(({ fit }) => fit);
    const losses = [...filled.flatMap((one) => one.losses), ...managedDatabases(resources, config.environment)];
    const unknown = rooms.filter((room): room is UnknownPool => "why" in room);
    return {
        method: METHOD,
        pools,
        zoneLoss: losses,
        findings: findingsOf({ environment: config.environment, zones: zones.length, pools, losses, unknown }),
    };
}
