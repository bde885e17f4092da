import type * as pulumi from "@pulumi/pulumi";
import type { EksConfig, RdsConfig } from "../config.ts";
import type { AwsFacts } from "./aws-facts.ts";
import { Buckets } from "./buckets.ts";
import type { Keys } from "./keys.ts";
import type { Network } from "./network.ts";
import { ManagedPostgres } from "./postgres.ts";

/** What {@link dataStores} stand on. */
export interface DataStoresArgs {
    readonly config: EksConfig;
    readonly keys: Keys;
    readonly network: Network;
    /** Security group of the cluster's nodes. */
    readonly nodes: pulumi.Input<string>;
}

/** The databases of RDS that a configuration asks for, by what they are for. */
export function managedDatabases({ metadataDatabase, metabaseDatabase }: EksConfig): {
    readonly metadata?: RdsConfig;
    readonly metabase?: RdsConfig;
} {
    return {
        ...(metadataDatabase.kind === "rds" ? { metadata: metadataDatabase } : {}),
        ...(metabaseDatabase === undefined ? {} : { metabase: metabaseDatabase }),
    };
}

/** Makes what keeps data outside of the cluster: buckets, and databases of RDS. */
export function dataStores(name: string, args: DataStoresArgs): Pick<AwsFacts, "buckets" | "databases"> {
    const { config, keys, network, nodes } = args;
    const protect = config.environment === "prod";
    const { region, account, environment, logs, loki, buckets } = config;
    const { byPurpose } = new Buckets(name, {
        environment,
        site: { account, region },
        retention: { ...buckets, lokiDays: loki?.retentionDays ?? logs.retentionDays },
        keyArn: keys.buckets,
        protect,
    });
    const database = (purpose: string, rds: RdsConfig): ManagedPostgres => {
        if (keys.databases === undefined) {
            throw new RangeError(`there is no key for the database ${purpose}`);
        }
        const identifier = `${name}-${purpose}`;
        return new ManagedPostgres(identifier, {
            identifier,
            config: rds,
            network,
            nodes,
            region,
            keyArn: keys.databases,
            changes: config.nodeUpdates.window,
            logs: { retentionDays: logs.retentionDays, protect, keyArn: keys.logs },
            protect,
        });
    };
    const { metadata, metabase } = managedDatabases(config);
    return {
        buckets: byPurpose,
        databases: {
            ...(metadata === undefined ? {} : { metadata: database("metadata", metadata) }),
            ...(metabase === undefined ? {} : { metabase: database("metabase", metabase) }),
        },
    };
}
