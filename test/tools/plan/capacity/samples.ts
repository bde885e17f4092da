import type { Demand } from "../../../../tools/plan/capacity/demand.ts";
import type { Node } from "../../../../tools/plan/capacity/packing.ts";

const GIB = 2 ** 30;

/** One pod of one core and 1 GiB, anywhere; spread over it what a test is about. */
export function demand(workload: string, changes: Partial<Demand> = {}): Demand {
    return {
        workload,
        system: "shop",
        pool: "infra",
        replicas: 1,
        most: 1,
        cpu: 1,
        memory: GIB,
        volumes: 0,
        zones: "none",
        hosts: "none",
        priority: 0,
        standing: true,
        promised: false,
        ...changes,
    };
}

/** Nodes of four cores, 16 GiB, 10 pods and 2 volumes: so many in each zone. */
export function nodes(perZone: number, zones: readonly string[] = ["a", "b", "c"]): Node[] {
    return zones.flatMap((zone) =>
        Array.from({ length: perZone }, (_, index) => ({
            name: `${zone}-${index}`,
            zone,
            room: { cpu: 4, memory: 16 * GIB, pods: 10, volumes: 2 },
        })),
    );
}

/** All replicas of each. */
export function all(...demands: readonly Demand[]): { readonly demand: Demand; readonly pods: number }[] {
    return demands.map((one) => ({ demand: one, pods: one.replicas }));
}
