import type { KubeconfigConfig } from "../config.ts";
import { type Foundation, providers } from "./foundation.ts";

/** A cluster in a container has one node or few, and all of them are in one place. */
const NODES = 3;

/** Uses a cluster that is there: no zones, no pools, one storage class for everything. */
export function kubeconfigFoundation(config: KubeconfigConfig): Foundation {
    const { context, storageClass } = config;
    return {
        ...providers("cluster", { clusterIdentifier: context, context }),
        zones: 0,
        nodesPerZone: NODES,
        storage: { stateful: storageClass, throughput: undefined },
        pools: undefined,
    };
}
