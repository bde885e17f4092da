import type { Demand } from "./demand.ts";
import { type Node, type Packing, type Placed, pack } from "./packing.ts";

/** What has been promised to stay up, by the systems that it takes; of them, the workloads with a limit to recovery. */
const PROMISES: Readonly<Record<string, "orchestration" | "ingestion">> = {
    airflow: "orchestration",
    "metadata-database": "orchestration",
    pgbouncer: "orchestration",
    kafka: "ingestion",
    "kafka-connect": "ingestion",
    "kafka-consumers": "ingestion",
    "schema-registry": "ingestion",
};

/** What is left of a workload with a zone gone, in the worst case of the zones. */
export interface ZoneLoss {
    readonly workload: string;
    readonly system: string;
    readonly promise: "orchestration" | "ingestion" | undefined;
    readonly replicas: number;
    /** Replicas that are in the other zones already. */
    readonly left: number;
    /** With those that find room there; what has a volume stays away with its zone. */
    readonly after: number;
    /** Replicas that could go elsewhere, and find no room. */
    readonly homeless: number;
    /** `up`: enough are left. `back`: it is gone until its pods run again. `gone`: as long as the zone. */
    readonly outcome: "up" | "back" | "gone";
}

const OUTCOMES = ["up", "back", "gone"] as const;

/** Replicas without which a workload is gone: most of those with a volume each, which decide together, or else one. */
function needed({ volumes, replicas }: Demand): number {
    return volumes > 0 && replicas >= 3 ? Math.floor(replicas / 2) + 1 : 1;
}

function count(pods: readonly Placed[], demand: Demand): number {
    return pods.filter((pod) => pod.demand === demand).length;
}

function outcomeOf(demand: Demand, left: number, after: number): ZoneLoss["outcome"] {
    return left >= needed(demand) ? "up" : after >= needed(demand) ? "back" : "gone";
}

/** What becomes of everything that was placed, when a zone is lost. */
function withoutZone(nodes: readonly Node[], { placed }: Packing, zone: string): ZoneLoss[] {
    const survivors = nodes.filter((node) => node.zone !== zone);
    const staying = placed.filter(({ node }) => node.zone !== zone);
    const demands = [...new Set(placed.map(({ demand }) => demand))].filter(({ standing }) => standing);
    const moving = demands
        .filter(({ volumes }) => volumes === 0)
        .map((demand) => ({ demand, pods: count(placed, demand) - count(staying, demand) }))
        .filter(({ pods }) => pods > 0);
    // Tasks and jobs make room: their priority is the lowest, and they run again.
    const lasting = staying.filter(({ demand }) => demand.standing);
    const { placed: after, unplaced } = pack(survivors, moving, lasting);
    return demands.map((demand) => {
        const [left, there] = [count(staying, demand), count(after, demand)];
        return {
            workload: demand.workload,
            system: demand.system,
            promise: demand.promised && Object.hasOwn(PROMISES, demand.system) ? PROMISES[demand.system] : undefined,
            replicas: demand.replicas,
            left,
            after: there,
            homeless: unplaced.find((one) => one.demand === demand)?.pods ?? 0,
            outcome: outcomeOf(demand, left, there),
        };
    });
}

/** Whether a loss is worse than another: by its outcome, then by who finds no room, then by how few are left. */
function isWorse(a: ZoneLoss, b: ZoneLoss): boolean {
    const differences = [
        OUTCOMES.indexOf(a.outcome) - OUTCOMES.indexOf(b.outcome),
        a.homeless - b.homeless,
        b.left - a.left,
        b.after - a.after,
    ];
    return (differences.find((difference) => difference !== 0) ?? 0) > 0;
}

/** The worst that losing any one of the zones does to each workload that runs for good. */
export function zoneLoss(nodes: readonly Node[], packing: Packing): ZoneLoss[] {
    const zones = [...new Set(nodes.map(({ zone }) => zone))];
    const worst = new Map<string, ZoneLoss>();
    for (const loss of zones.flatMap((zone) => withoutZone(nodes, packing, zone))) {
        const known = worst.get(loss.workload);
        if (known === undefined || isWorse(loss, known)) {
            worst.set(loss.workload, loss);
        }
    }
    return [...worst.values()];
}
