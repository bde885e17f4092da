import { type Collected, collect } from "../../support/mocks.ts";
import { Workloads } from "../support/workloads.ts";

/** Nodes that the program runs on. */
export const NODES = 30;
/** The tenth of the nodes that an agent's update may leave without one. */
export const AGENTS_AWAY = 3;

/** A Deployment that may have a quarter of its pods more during an update. */
export const SURGE = { name: "surge", replicas: 8, more: 2 } as const;
/** A Deployment that never has more pods than asked. */
export const IN_PLACE = { name: "in-place", replicas: 3 } as const;
export const ORDERED = { name: "ordered", replicas: 3 } as const;
export const PARALLEL = { name: "parallel", replicas: 3 } as const;
export const CANARY = { name: "canary", replicas: 4, partition: 3 } as const;
export const AGENT = { name: "agent" } as const;

/** One workload of each kind. All but `surge` take less than their default to count as available. */
export function program(image: string, canary: "apart" | "let-through" = "apart"): Promise<Collected[]> {
    return collect(() => {
        const workloads = new Workloads();
        const minReady = "3 seconds";
        workloads.stateless(SURGE.name, { replicas: SURGE.replicas, image });
        workloads.stateless(IN_PLACE.name, { replicas: IN_PLACE.replicas, update: "inPlace", image, minReady });
        workloads.ordered(ORDERED.name, { image, minReady });
        workloads.ordered(PARALLEL.name, { quorum: "majority", order: "parallel", image, minReady });
        workloads.ordered(CANARY.name, {
            replicas: CANARY.replicas,
            order: "parallel",
            update: canary === "apart" ? { kind: "canary", partition: CANARY.partition } : { kind: "rolling" },
            image,
            minReady,
        });
        workloads.agent(AGENT.name, { image });
    });
}
