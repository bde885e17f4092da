import type * as pulumi from "@pulumi/pulumi";
import type { Peer } from "../../components/workload-args.ts";
import type { StackConfig } from "../config.ts";
import { Cache } from "./cache.ts";
import type { WorkloadContext } from "./context.ts";
import { ZooKeeper } from "./zookeeper.ts";

/** Where the stores are that only some stacks have. */
export interface StateStoreAddresses {
    /** `HOST:PORT` of each sentinel of the cache, separated by commas. */
    readonly cache?: string;
    /** What clients of ZooKeeper connect to. */
    readonly zookeeper?: string;
}

/** The stores, as other systems use them. */
interface StateStores {
    readonly addresses: StateStoreAddresses;
    readonly cache?: Cache;
}

/** What {@link stateStores} are made with. */
interface StateStoresArgs {
    readonly config: StackConfig;
    readonly context: WorkloadContext;
    /** Systems of this program that connect to the cache. */
    readonly cacheClients: readonly Peer[];
    /** Options of what goes into a namespace. */
    readonly after: (namespace: "data") => pulumi.ComponentResourceOptions;
}

/** The stores of state that the configuration asks for, for tools that need them. */
export function stateStores({ config, context, cacheClients, after }: StateStoresArgs): StateStores {
    const namespace = "data";
    const cache =
        config.cache === undefined
            ? undefined
            : new Cache("cache", { config: config.cache, context, namespace, clients: cacheClients }, after(namespace));
    const zookeeper =
        config.zookeeper === undefined
            ? undefined
            : new ZooKeeper(
                  "zookeeper",
                  { config: config.zookeeper, context, namespace, clients: [] },
                  after(namespace),
              );
    return {
        addresses: {
            ...(cache === undefined ? {} : { cache: cache.sentinelAddresses.join(",") }),
            ...(zookeeper === undefined ? {} : { zookeeper: zookeeper.connectString }),
        },
        ...(cache === undefined ? {} : { cache }),
    };
}
