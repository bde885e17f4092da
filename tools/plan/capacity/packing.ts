import type { Demand } from "./demand.ts";

/** What a node has for pods, or what is left of it. */
export interface Room {
    /** Cores. */
    readonly cpu: number;
    /** Bytes. */
    readonly memory: number;
    readonly pods: number;
    readonly volumes: number;
}

/** What can run out. */
export const ROOM = ["cpu", "memory", "pods", "volumes"] as const;

/** A node to put pods on. */
export interface Node {
    readonly name: string;
    readonly zone: string;
    readonly room: Room;
}

/** A pod, and where it went. */
export interface Placed {
    readonly demand: Demand;
    readonly node: Node;
}

/** Pods that found no room. */
interface Unplaced {
    readonly demand: Demand;
    readonly pods: number;
    /** What no node that it may use has enough of; empty if it is the spread that leaves none. */
    readonly short: readonly (typeof ROOM)[number][];
}

/** Which pod is on which node. */
export interface Packing {
    readonly placed: readonly Placed[];
    readonly unplaced: readonly Unplaced[];
}

function needOf({ cpu, memory, volumes }: Demand): Room {
    return { cpu, memory, pods: 1, volumes };
}

/** Small amounts of floating point do not decide. */
const EPSILON = 1e-9;

/** More pods than a node takes: zones count before hosts. */
const MOST_PODS = 1000;

/** Whether there is room for one pod. */
export function fits(demand: Demand, room: Room): boolean {
    const need = needOf(demand);
    return ROOM.every((kind) => room[kind] + EPSILON >= need[kind]);
}

class Filling {
    readonly #nodes: readonly Node[];
    readonly #left: Map<Node, Room>;
    readonly #placed: Placed[];
    /** Pods by workload and zone or host. */
    readonly #counts = new Map<string, number>();

    constructor(nodes: readonly Node[], placed: readonly Placed[]) {
        this.#nodes = nodes;
        this.#left = new Map(nodes.map((node) => [node, node.room]));
        this.#placed = [];
        placed.forEach((pod) => this.#put(pod));
    }

    get placed(): readonly Placed[] {
        return this.#placed;
    }

    #room(node: Node): Room {
        return this.#left.get(node) ?? node.room;
    }

    #put(pod: Placed): void {
        const { demand, node } = pod;
        const [room, need] = [this.#room(node), needOf(demand)];
        this.#left.set(node, {
            cpu: room.cpu - need.cpu,
            memory: room.memory - need.memory,
            pods: room.pods - need.pods,
            volumes: room.volumes - need.volumes,
        });
        for (const place of [`zone ${node.zone}`, `host ${node.name}`]) {
            const key = `${demand.workload} ${place}`;
            this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
        }
        this.#placed.push(pod);
    }

    /** Puts a pod on the first node with room, those first that keep it apart from its like. */
    place(demand: Demand): boolean {
        const inZone = ({ zone }: Node): number => this.#counts.get(`${demand.workload} zone ${zone}`) ?? 0;
        const onHost = ({ name }: Node): number => this.#counts.get(`${demand.workload} host ${name}`) ?? 0;
        const [emptiestZone, emptiestHost] = [inZone, onHost].map((count) => Math.min(...this.#nodes.map(count)));
        const allowed = this.#nodes
            .filter((node) => fits(demand, this.#room(node)))
            // A skew of one, which is what every constraint here asks for.
            .filter((node) => demand.zones !== "required" || inZone(node) === emptiestZone)
            .filter((node) => demand.hosts !== "required" || onHost(node) === emptiestHost);
        const apart = (node: Node): number =>
            (demand.zones === "none" ? 0 : inZone(node) * this.#nodes.length * MOST_PODS) +
            (demand.hosts === "none" ? 0 : onHost(node));
        const [first] = allowed;
        if (first === undefined) {
            return false;
        }
        const node = allowed.reduce((best, other) => (apart(other) < apart(best) ? other : best), first);
        this.#put({ demand, node });
        return true;
    }

    short(demand: Demand): Unplaced["short"] {
        const need = needOf(demand);
        return ROOM.filter((kind) => this.#nodes.every((node) => this.#room(node)[kind] + EPSILON < need[kind]));
    }
}

/** The largest share of a node that a pod takes. */
function size(demand: Demand, { room }: Node): number {
    return Math.max(demand.cpu / room.cpu, demand.memory / room.memory);
}

/**
 * Puts pods on nodes: the higher priority first, of one priority the larger first, each on the first node that has room
 * for it and keeps it apart from its like (first fit, decreasing). An estimate: the scheduler takes pods as they come and
 * scores nodes otherwise, so it may need a little more, and with evictions a little less.
 *
 * @param settled pods that are on some of the nodes already
 */
export function pack(
    nodes: readonly Node[],
    demands: readonly { readonly demand: Demand; readonly pods: number }[],
    settled: readonly Placed[] = [],
): Packing {
    const filling = new Filling(nodes, settled);
    const [first] = nodes;
    const order = demands.toSorted(
        (a, b) =>
            b.demand.priority - a.demand.priority ||
            (first === undefined ? 0 : size(b.demand, first) - size(a.demand, first)),
    );
    const unplaced: Unplaced[] = [];
    for (const { demand, pods } of order) {
        let left = pods;
        while (left > 0 && filling.place(demand)) {
            left -= 1;
        }
        if (left > 0) {
            unplaced.push({ demand, pods: left, short: filling.short(demand) });
        }
    }
    return { placed: filling.placed, unplaced };
}
