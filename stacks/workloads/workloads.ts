import type * as pulumi from "@pulumi/pulumi";
import type { Peer } from "../../components/workload-args.ts";
import type { StackConfig } from "../config.ts";
import type { Foundation } from "../infrastructure/foundation.ts";
import type { ManagedPostgres } from "../infrastructure/postgres.ts";
import type { Platform } from "../platform/platform.ts";
import { AIRFLOW_DATABASE_CLIENTS, AIRFLOW_MIGRATION, Airflow } from "./airflow.ts";
import type { WorkloadContext } from "./context.ts";
import { Etl } from "./etl.ts";
import { groupOfConfig } from "./kafka/group-of-config.ts";
import { Kafka } from "./kafka.ts";
import { KafkaConsumerGroup } from "./kafka-consumers.ts";
import { ManagedDatabase } from "./managed-database.ts";
import { MetadataDatabase } from "./metadata-database.ts";
import { PgBouncer } from "./pgbouncer.ts";
import { Spark } from "./spark.ts";

/** Where the systems are, from inside the cluster. */
export interface Addresses {
    /** DNS name of Airflow's API server and user interface. */
    readonly airflow: string;
    /** `HOST:PORT` of the brokers. */
    readonly kafka: string;
    /** DNS name of the server of Airflow's database that takes writes. */
    readonly metadataDatabase: string;
    /** DNS name of the server of Metabase's database, if the stack has one. */
    readonly metabaseDatabase?: string;
}

/** What systems are made with. */
interface Stack {
    readonly config: StackConfig;
    readonly context: WorkloadContext;
    readonly platform: Platform;
}

const CONSUMERS = "kafka-consumers";
const PGBOUNCER = "pgbouncer";

/** Options of a system in a namespace that needs other systems first. */
function after(
    platform: Platform,
    namespace: Parameters<Platform["inNamespace"]>[0],
    ...systems: readonly pulumi.Resource[]
): pulumi.ComponentResourceOptions {
    const { dependsOn, ...opts } = platform.inNamespace(namespace);
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
            database: pools.pooled,
            migrationDatabase: database.leader,
        },
        after(platform, "airflow", database, pools),
    );
}

/** Kafka, its topic, and the group that reads it. */
function ingestion({ config, context, platform }: Stack): Kafka {
    // KEDA's operator asks the brokers for the lag of a group that it scales.
    const lagReaders: readonly Peer[] =
        config.consumers.membership.kind === "dynamic" ? [{ everyPodOf: "keda", ports: ["client"] }] : [];
    const kafka = new Kafka(
        "kafka",
        {
            config: config.kafka,
            context,
            namespace: "kafka",
            clients: [{ workload: CONSUMERS, ports: ["client"] }, ...lagReaders],
        },
        after(platform, "kafka"),
    );
    new KafkaConsumerGroup(
        CONSUMERS,
        groupOfConfig({ config, context, namespace: "kafka", bootstrapServers: kafka.bootstrapServers }),
        after(platform, "kafka", kafka),
    );
    return kafka;
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
    const metabase = context.aws?.databases.metabase;
    const databases = {
        metadataDatabase: database.leader.host,
        ...(metabase === undefined
            ? {}
            : { metabaseDatabase: managedDatabase("metabase-database", "metabase", metabase, stack).leader.host }),
    };
    const airflow = orchestration(stack, database);
    const kafka = ingestion(stack);
    new Spark("spark", { config: config.spark, context, namespace: "batch" }, after(platform, "batch"));
    new Etl("etl", { config: config.etl, context, namespace: "batch" }, after(platform, "batch"));
    return { airflow: airflow.address, kafka: kafka.bootstrapServers, ...databases };
}
