import type * as pulumi from "@pulumi/pulumi";
import type { Peer } from "../../components/workload-args.ts";
import type { EksConfig, StackConfig } from "../config.ts";
import type { Cache } from "./cache.ts";
import type { WorkloadContext } from "./context.ts";
import { JupyterHub } from "./jupyterhub.ts";
import type { ManagedDatabase } from "./managed-database.ts";
import { Metabase } from "./metabase.ts";
import { Redash } from "./redash.ts";
import { SUPERSET_CACHE_CLIENTS, Superset } from "./superset.ts";
import { Zeppelin } from "./zeppelin.ts";

const NAMESPACE = "bi";
/** Notebooks' pods run whatever their users write: apart from everything else. */
const NOTEBOOKS = "jupyterhub";

/** What {@link biTools} are made with. */
export interface BiArgs {
    readonly config: EksConfig;
    readonly context: WorkloadContext;
    /** @default there is none, and so no Superset */
    readonly cache?: Cache;
    /** A database on the tools' server, in which an application has a role of its own. */
    readonly databaseOf: (application: string) => ManagedDatabase;
    /** Options of what goes into a namespace and needs other systems first. */
    readonly after: (
        namespace: typeof NAMESPACE | typeof NOTEBOOKS,
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

/** The tools whose state is in a database; the configuration has a server for them, or it has none of them. */
function onDatabases({
    config,
    context,
    cache,
    databaseOf,
    after,
}: BiArgs): Partial<Record<keyof BiAddresses, string>> {
    const { metabaseDatabase, metabase, superset, redash, jupyterhub } = config;
    const made: Partial<Record<keyof BiAddresses, string>> = {};
    if (metabaseDatabase !== undefined) {
        const database = databaseOf("metabase");
        made.metabaseDatabase = database.leader.host;
        if (metabase !== undefined) {
            const args = { config: metabase, context, namespace: NAMESPACE, database: database.leader };
            made.metabase = new Metabase("metabase", args, after(NAMESPACE, database)).address;
        }
    }
    if (superset !== undefined && cache !== undefined) {
        const database = databaseOf("superset");
        const args = { config: superset, context, namespace: NAMESPACE, database: database.leader, cache };
        made.superset = new Superset("superset", args, after(NAMESPACE, database, cache)).address;
    }
    if (redash !== undefined) {
        const database = databaseOf("redash");
        const args = {
            config: redash,
            context,
            namespace: NAMESPACE,
            database: database.leader,
            cache: redash.cache,
        };
        made.redash = new Redash("redash", args, after(NAMESPACE, database)).address;
    }
    if (jupyterhub !== undefined) {
        const database = databaseOf("jupyterhub");
        const args = { config: jupyterhub, context, namespace: NOTEBOOKS, database: database.leader };
        made.jupyterhub = new JupyterHub("jupyterhub", args, after(NOTEBOOKS, database)).address;
    }
    return made;
}

/** Pods of the tools that connect to the cache. */
export function biCacheClients(config: StackConfig): readonly Peer[] {
    return config.target === "eks" && config.superset !== undefined
        ? SUPERSET_CACHE_CLIENTS.map((workload) => ({ workload, namespace: NAMESPACE }))
        : [];
}

/** Makes the tools to look at data with that a configuration asks for. */
export function biTools(args: BiArgs): BiAddresses {
    const { config, context, after } = args;
    const zeppelin =
        config.zeppelin &&
        new Zeppelin("zeppelin", { config: config.zeppelin, context, namespace: NAMESPACE }, after(NAMESPACE));
    return { ...onDatabases(args), ...(zeppelin === undefined ? {} : { zeppelin: zeppelin.address }) };
}
