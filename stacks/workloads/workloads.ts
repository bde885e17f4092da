import type * as pulumi from "@pulumi/pulumi";
import { serviceAddress } from "../../components/support/naming.ts";
import type { StackConfig } from "../config.ts";
import type { Foundation } from "../infrastructure/foundation.ts";
import type { ManagedPostgres } from "../infrastructure/postgres.ts";
import type { ChartNamespace, WorkloadNamespace } from "../platform/namespaces.ts";
import type { Platform } from "../platform/platform.ts";
import { AIRFLOW_DATABASE_CLIENTS, AIRFLOW_MIGRATION, Airflow } from "./airflow.ts";
import { type BiAddresses, biCacheClients, biTools } from "./bi.ts";
import type { Cache } from "./cache.ts";
import type { WorkloadContext } from "./context.ts";
import { Etl } from "./etl.ts";
import { FLINK_KAFKA_CLIENTS, Flink } from "./flink.ts";
import { type Ingestion, ingestion } from "./kafka/ingestion.ts";
import { ManagedDatabase } from "./managed-database.ts";
import { MetadataDatabase } from "./metadata-database.ts";
import { PgBouncer } from "./pgbouncer.ts";
import { SparkBackfill } from "./spark/backfill.ts";
import { sparkSystems } from "./spark/systems.ts";
import { Spark } from "./spark.ts";
import { type StateStoreAddresses, stateStores } from "./state-stores.ts";

/**
 * Where the systems are. A user interface that has a name under the stack's domain is at that, `https://HOST`; all else has
 * its address from inside of the cluster.
 */
export interface Addresses extends BiAddresses, StateStoreAddresses {
    /** Airflow's API server and user interface. */
    readonly airflow: string;
    /** Pages of Spark's applications that have ended, if the stack has them. */
    readonly sparkHistory?: string;
    /** `HOST:PORT` of the brokers. */
    readonly kafka: string;
    /** `HOST:PORT` of Kafka Connect's REST interface, if the stack has it. */
    readonly kafkaConnect?: string;
    /** Address of the registry of schemas, if the stack has one. */
    readonly schemaRegistry?: string;
    /** DNS name of the server of Airflow's database that takes writes. */
    readonly metadataDatabase: string;
    /** `HOST:PORT` of Flink's REST interface, if the stack has it. */
    readonly flink?: string;
}

/** Names under the domain of the user interfaces that have an Ingress there. Flink's has none. */
const HOSTS = {
    airflow: "airflow",
    sparkHistory: "spark-history",
    metabase: "metabase",
    superset: "superset",
    redash: "redash",
    zeppelin: "zeppelin",
    jupyterhub: "jupyterhub",
} as const satisfies Partial<Record<keyof Addresses, string>>;

/** What systems are made with. */
interface Stack {
    readonly config: StackConfig;
    readonly context: WorkloadContext;
    readonly platform: Platform;
}

const PGBOUNCER = "pgbouncer";

/** Options of a system in a namespace, or in several, that needs other systems first. */
function after(
    platform: Platform,
    namespaces: WorkloadNamespace | ChartNamespace | readonly WorkloadNamespace[],
    ...systems: readonly pulumi.Resource[]
): pulumi.ComponentResourceOptions {
    const { dependsOn, ...opts } = platform.inNamespace(...[namespaces].flat());
    return { ...opts, dependsOn: [...(Array.isArray(dependsOn) ? dependsOn : []), ...systems] };
}

/** A database on a server of RDS. */
function managedDatabase(
    name: string,
    application: string,
    server: ManagedPostgres | undefined,
    { config, context, platform }: Stack,
): ManagedDatabase {
    const { aws } = context;
    if (server === undefined || aws === undefined) {
        throw new RangeError(`there is no server for ${name}`);
    }
    return new ManagedDatabase(
        name,
        { server, aws, application, setupImage: config.airflow.image, context, namespace: "data" },
        after(platform, "data"),
    );
}

/** Airflow's database, wherever it is. */
function metadataDatabase(stack: Stack): MetadataDatabase | ManagedDatabase {
    const { config, context, platform } = stack;
    const name = "metadata-database";
    if (config.metadataDatabase.kind === "rds") {
        return managedDatabase(name, "airflow", context.aws?.databases.metadata, stack);
    }
    return new MetadataDatabase(
        name,
        {
            config: config.metadataDatabase,
            context,
            namespace: "data",
            // The migration holds locks for its session, which pooling by transaction does not keep.
            clients: [{ workload: PGBOUNCER }, { workload: AIRFLOW_MIGRATION, namespace: "airflow" }],
        },
        after(platform, "data"),
    );
}

/** Airflow, and the pools in front of its database. */
function orchestration({ config, context, platform }: Stack, database: MetadataDatabase | ManagedDatabase): Airflow {
    const pools = new PgBouncer(
        PGBOUNCER,
        {
            config: config.pgbouncer,
            context,
            namespace: "data",
            database: database.leader,
            clients: AIRFLOW_DATABASE_CLIENTS.map((workload) => ({ workload, namespace: "airflow" })),
        },
        after(platform, "data", database),
    );
    return new Airflow(
        "airflow",
        {
            config: config.airflow,
            context,
            namespace: "airflow",
            taskNamespace: "airflow-tasks",
            database: pools.pooled,
            migrationDatabase: database.leader,
        },
        after(platform, ["airflow", "airflow-tasks"], database, pools),
    );
}

/** What the configuration asks for of Spark beyond its jobs. */
function batch({ config, context, platform }: Stack): Pick<Addresses, "sparkHistory"> {
    const namespace = "batch";
    if (config.backfill !== undefined) {
        const args = { config: config.backfill, context, namespace };
        new SparkBackfill("spark-backfill", args, after(platform, namespace));
    }
    if (config.target === "eks" && platform.sparkOperator !== undefined) {
        const { sparkOperator: operator } = platform;
        sparkSystems({
            config,
            context,
            namespace,
            operator,
            after: (...others) => after(platform, namespace, ...others),
        });
    }
    return config.target === "eks" && config.sparkHistoryServer !== undefined
        ? { sparkHistory: serviceAddress(HOSTS.sparkHistory, namespace) }
        : {};
}

/** Flink, where there is a bucket for its checkpoints. */
function flink({ config, context, platform }: Stack, { brokers, ready }: Ingestion): { readonly flink?: string } {
    const { aws } = context;
    if (config.target !== "eks" || config.flink === undefined || aws === undefined) {
        return {};
    }
    const namespace = "flink";
    const made = new Flink(
        "flink",
        { config: config.flink, context, aws, namespace, kafka: brokers },
        after(platform, namespace, ...ready),
    );
    return { flink: made.address };
}

/** The tools to look at data with, where there is a server for their databases. */
function bi(stack: Stack, cache: Cache | undefined): BiAddresses {
    const { config, context, platform } = stack;
    return config.target === "eks"
        ? biTools({
              config,
              context,
              ...(cache === undefined ? {} : { cache }),
              databaseOf: (application) =>
                  managedDatabase(`${application}-database`, application, context.aws?.databases.metabase, stack),
              after: (namespace, ...systems) => after(platform, namespace, ...systems),
          })
        : {};
}

/** Addresses with user interfaces at their names under the domain, if there is one. */
function published(domain: string | undefined, addresses: Addresses): Addresses {
    if (domain === undefined) {
        return addresses;
    }
    const made = Object.entries(HOSTS).filter(([output]) => Object.hasOwn(addresses, output));
    return { ...addresses, ...Object.fromEntries(made.map(([output, name]) => [output, `https://${name}.${domain}`])) };
}

/** Makes every system that the team runs. */
export function workloads(config: StackConfig, foundation: Foundation, platform: Platform): Addresses {
    const context: WorkloadContext = {
        cluster: platform.cluster,
        claimProvider: foundation.claimProvider,
        storageClass: foundation.storage.stateful,
        throughputClass: foundation.storage.throughput,
        pools: foundation.pools,
        availability: { downtimeBudget: config.availability.downtimeBudget },
        ...(foundation.aws === undefined ? {} : { aws: foundation.aws }),
        ...(platform.domain === undefined ? {} : { domain: platform.domain }),
    };
    const stack = { config, context, platform };
    const database = metadataDatabase(stack);
    const airflow = orchestration(stack, database);
    const streams = ingestion({
        config,
        context,
        clients:
            config.target === "eks" && config.flink !== undefined
                ? FLINK_KAFKA_CLIENTS.map((workload) => ({ workload, namespace: "flink" }))
                : [],
        after: (...systems) => after(platform, "kafka", ...systems),
    });
    new Spark("spark", { config: config.spark, context, namespace: "batch" }, after(platform, "batch"));
    new Etl("etl", { config: config.etl, context, namespace: "batch" }, after(platform, "batch"));
    const history = batch(stack);
    const stores = stateStores({
        config,
        context,
        cacheClients: biCacheClients(config),
        after: (namespace) => after(platform, namespace),
    });
    return published(platform.domain, {
        airflow: airflow.address,
        kafka: streams.brokers.bootstrapServers,
        ...(streams.kafkaConnect === undefined ? {} : { kafkaConnect: streams.kafkaConnect }),
        ...(streams.schemaRegistry === undefined ? {} : { schemaRegistry: streams.schemaRegistry }),
        metadataDatabase: database.leader.host,
        ...history,
        ...flink(stack, streams),
        ...bi(stack, stores.cache),
        ...stores.addresses,
    });
}
