import type * as pulumi from "@pulumi/pulumi";
import type { Peer } from "../../components/workload-args.ts";
import type { EksConfig, StackConfig } from "../config.ts";
import type { Cache } from "./cache.ts";
import { CACHE_PROXY, CacheProxy } from "./cache-proxy.ts";
import type { WorkloadContext } from "./context.ts";
import { JupyterHub } from "./jupyterhub.ts";
import type { ManagedDatabase } from "./managed-database.ts";
import { Metabase } from "./metabase.ts";
import { REDASH_CACHE_CLIENTS, Redash } from "./redash.ts";
import { SUPERSET_CACHE_CLIENTS, Superset } from "./superset.ts";
import { Zeppelin } from "./zeppelin.ts";

const NAMESPACE = "bi";
/** Notebooks' pods run whatever their users write: apart from everything else. */
const NOTEBOOKS = "jupyterhub";
/** Where the cache is. */
const CACHES = "data";

/** What {@link biTools} are made with. */
export interface BiArgs {
    readonly config: EksConfig;
    readonly context: WorkloadContext;
    /** @default there is none, and so no Superset, and Redash on another */
    readonly cache?: Cache;
    /** A database on the tools' server, in which an application has a role of its own. */
    readonly databaseOf: (application: string) => ManagedDatabase;
    /** Options of what goes into a namespace and needs other systems first. */
    readonly after: (
        namespace: typeof NAMESPACE | typeof NOTEBOOKS | typeof CACHES,
        ...systems: readonly pulumi.Resource[]
    ) => pulumi.ComponentResourceOptions;
}

/** Where the tools are, from inside of the cluster: DNS names of user interfaces, each if the stack has it. */
export interface BiAddresses {
    /** DNS name of the server of Metabase's database. */
    readonly metabaseDatabase?: string;
    readonly metabase?: string;
    readonly superset?: string;
    readonly redash?: string;
    readonly zeppelin?: string;
    readonly jupyterhub?: string;
}

/** Redash on its database, and on a cache elsewhere or the stack's own behind proxies. */
function redashOf(config: NonNullable<EksConfig["redash"]>, { context, cache, databaseOf, after }: BiArgs): Redash {
    const database = databaseOf("redash");
    const own = { config, context, namespace: NAMESPACE, database: database.leader };
    if (config.cache.kind === "external") {
        return new Redash("redash", { ...own, cache: config.cache }, after(NAMESPACE, database));
    }
    if (cache === undefined) {
        throw new RangeError("there is no cache for Redash");
    }
    const proxy = new CacheProxy(
        CACHE_PROXY,
        {
            config: config.cache.proxy,
            context,
            namespace: CACHES,
            cache,
            clients: REDASH_CACHE_CLIENTS.map((workload) => ({ workload, namespace: NAMESPACE })),
        },
        after(CACHES, cache),
    );
    return new Redash("redash", { ...own, cache: proxy }, after(NAMESPACE, database, proxy));
}

/** The tools whose state is in a database; the configuration has a server for them, or it has none of them. */
function onDatabases(args: BiArgs): Partial<Record<keyof BiAddresses, string>> {
    const { config, context, cache, databaseOf, after } = args;
    const { metabaseDatabase, metabase, superset, redash, jupyterhub } = config;
    const made: Partial<Record<keyof BiAddresses, string>> = {};
    if (metabaseDatabase !== undefined) {
        const database = databaseOf("metabase");
        made.metabaseDatabase = database.leader.host;
        if (metabase !== undefined) {
            const own = { config: metabase, context, namespace: NAMESPACE, database: database.leader };
            made.metabase = new Metabase("metabase", own, after(NAMESPACE, database)).address;
        }
    }
    if (superset !== undefined && cache !== undefined) {
        const database = databaseOf("superset");
        const own = { config: superset, context, namespace: NAMESPACE, database: database.leader, cache };
        made.superset = new Superset("superset", own, after(NAMESPACE, database, cache)).address;
    }
    if (redash !== undefined) {
        made.redash = redashOf(redash, args).address;
    }
    if (jupyterhub !== undefined) {
        const database = databaseOf("jupyterhub");
        const own = { config: jupyterhub, context, namespace: NOTEBOOKS, database: database.leader };
        made.jupyterhub = new JupyterHub("jupyterhub", own, after(NOTEBOOKS, database)).address;
    }
    return made;
}

/** Pods that connect to the cache for the tools. */
export function biCacheClients(config: StackConfig): readonly Peer[] {
    if (config.target !== "eks") {
        return [];
    }
    const { superset, redash } = config;
    return [
        ...(superset === undefined
            ? []
            : SUPERSET_CACHE_CLIENTS.map((workload) => ({ workload, namespace: NAMESPACE }))),
        // In the cache's own namespace; it asks the servers themselves.
        ...(redash?.cache.kind === "in-cluster" ? [{ workload: CACHE_PROXY, ports: ["valkey"] }] : []),
    ];
}

/** Makes the tools to look at data with that a configuration asks for. */
export function biTools(args: BiArgs): BiAddresses {
    const { config, context, after } = args;
    const zeppelin =
        config.zeppelin &&
        new Zeppelin("zeppelin", { config: config.zeppelin, context, namespace: NAMESPACE }, after(NAMESPACE));
    return { ...onDatabases(args), ...(zeppelin === undefined ? {} : { zeppelin: zeppelin.address }) };
}
