import type { AwsFacts } from "../../infrastructure/aws-facts.ts";
import { bucketStatements } from "../../infrastructure/bucket-access.ts";
import type { Bucket } from "../../infrastructure/buckets.ts";
import type { Statement } from "../../infrastructure/policy.ts";
import { type DataBucket, dataStatements } from "../data-buckets.ts";

/** Settings of Spark, as `spark-defaults.conf` and `--conf` take them. */
export type SparkSettings = Readonly<Record<string, string>>;

/** A bucket's top, which S3A takes for a directory even when nothing is in it. */
function root({ name }: Bucket): string {
    return `s3a://${name}/`;
}

/**
 * How buckets are reached: with the role of the pod's service account, and nothing else that might lie about.
 *
 * Source: Hadoop, "Connecting to an Amazon S3 Bucket through the S3A Connector"; AWS SDK for Java 2,
 * `ContainerCredentialsProvider`, which is what EKS Pod Identity answers.
 */
export function s3aSettings(region: string): SparkSettings {
    return {
        "spark.hadoop.fs.s3a.endpoint.region": region,
        "spark.hadoop.fs.s3a.aws.credentials.provider":
            "software.amazon.awssdk.auth.credentials.ContainerCredentialsProvider",
    };
}

/**
 * An application's events go to the bucket that the history server reads. In pieces, since S3 shows a file only when it
 * is closed: with a single one, a driver that is killed would leave nothing.
 *
 * Source: Spark, "Configuration", `spark.eventLog`.
 */
export function eventLogSettings({ buckets }: AwsFacts): SparkSettings {
    return {
        ...s3aSettings(buckets["spark-events"].region),
        "spark.eventLog.enabled": "true",
        "spark.eventLog.dir": root(buckets["spark-events"]),
        "spark.eventLog.rolling.enabled": "true",
    };
}

/** Where the history server looks. It deletes nothing: the bucket's own rule does, and the server's role may only read. */
export function historySettings({ buckets }: AwsFacts): SparkSettings {
    return {
        ...s3aSettings(buckets["spark-events"].region),
        "spark.history.fs.logDirectory": root(buckets["spark-events"]),
        "spark.history.fs.cleaner.enabled": "false",
    };
}

/**
 * Where an executor that has to go leaves blocks which no other executor takes; emptied with the application.
 *
 * Source: Spark, "Configuration", `spark.storage.decommission.fallbackStorage`.
 */
export function fallbackSettings({ buckets }: AwsFacts): SparkSettings {
    return {
        "spark.storage.decommission.fallbackStorage.path": root(buckets["spark-shuffle"]),
        "spark.storage.decommission.fallbackStorage.cleanUp": "true",
    };
}

/**
 * What a driver may do: its event log is renamed when it ends, which in S3 is to copy and delete; and it empties the
 * fallback.
 */
export function driverStatements({ buckets }: AwsFacts, data: readonly DataBucket[]): readonly Statement[] {
    const events = buckets["spark-events"];
    return [
        ...bucketStatements(events, ["read", "write", "delete"]),
        ...bucketStatements(buckets["spark-shuffle"], ["read", "write", "delete"]),
        ...dataStatements(events.region, data),
    ];
}

/** What an executor may do: leave blocks, and fetch those of others. */
export function executorStatements({ buckets }: AwsFacts, data: readonly DataBucket[]): readonly Statement[] {
    const shuffle = buckets["spark-shuffle"];
    return [...bucketStatements(shuffle, ["read", "write"]), ...dataStatements(shuffle.region, data)];
}

/** What a job may do whose driver and executors are one process. */
export function jobStatements(
    { buckets }: AwsFacts,
    eventLog: boolean,
    data: readonly DataBucket[],
): readonly Statement[] {
    const events = buckets["spark-events"];
    return [
        ...(eventLog ? bucketStatements(events, ["read", "write", "delete"]) : []),
        ...dataStatements(events.region, data),
    ];
}

/** What the history server may do. */
export function historyStatements({ buckets }: AwsFacts): readonly Statement[] {
    return bucketStatements(buckets["spark-events"], ["read"]);
}

/** The content of `spark-defaults.conf`. */
export function settingsFile(settings: SparkSettings): string {
    return Object.entries(settings)
        .map(([key, value]) => `${key} ${value}\n`)
        .join("");
}
