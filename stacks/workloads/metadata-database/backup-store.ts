import type { InClusterDatabaseConfig } from "../../config.ts";
import type { AwsFacts } from "../../infrastructure/aws-facts.ts";
import { bucketStatements } from "../../infrastructure/bucket-access.ts";
import { CREDENTIALS } from "../../infrastructure/pod-credentials.ts";
import type { Statement } from "../../infrastructure/policy.ts";

/** Where the backups of a database are. */
export interface BackupStore {
    readonly bucket: string;
    readonly region: string;
    /** Part of the bucket that all generations of the database lie in. */
    readonly prefix: string;
    /** The generation that is written now; see `restored` of the configuration. */
    readonly generation: number;
}

/** Where the backups of one generation are, as WAL-G reads it. */
export function generationUrl({ bucket, prefix }: BackupStore, generation: number): string {
    return `s3://${bucket}/${prefix}/${generation}`;
}

/** The generation of a database that is configured so. */
function generationOf(config: InClusterDatabaseConfig): number {
    return config.restored?.generation ?? 1;
}

/** Where a database's backups go; nowhere without a bucket, or without a word on backups. */
export function backupStore(
    name: string,
    config: InClusterDatabaseConfig,
    aws: AwsFacts | undefined,
): BackupStore | undefined {
    if (aws === undefined || config.backups === undefined) {
        return undefined;
    }
    const { name: bucket, region } = aws.buckets["database-backups"];
    return { bucket, region, prefix: name, generation: generationOf(config) };
}

/** What the database's own pods do: read what any generation has, and write their own. They delete nothing. */
export function archiveStatements(store: BackupStore, aws: AwsFacts): Statement[] {
    const bucket = aws.buckets["database-backups"];
    return [
        ...bucketStatements(bucket, ["read"], store.prefix),
        ...bucketStatements(bucket, ["write"], `${store.prefix}/${store.generation}`),
    ];
}

/** What the job does that deletes backups which are too old: of the generation that is written now. */
export function retentionStatements(store: BackupStore, aws: AwsFacts): Statement[] {
    return bucketStatements(aws.buckets["database-backups"], ["read", "delete"], `${store.prefix}/${store.generation}`);
}

/**
 * A script that runs WAL-G, which has the image, with all that it needs: Patroni hands on none of the container's variables
 * to the commands of PostgreSQL (Spilo, `runit/patroni/run`), those of the pod's role among them, and Spilo itself
 * knows nothing of Pod Identity (zalando/spilo#1160). So archive and backups are ours, and Spilo's own stay switched off.
 *
 * What is in the archive stays as it is: WAL-G looks before it writes (by default it does not), takes an equal segment as
 * archived, and refuses one that differs. PostgreSQL wants that of an `archive_command` (manual, "Setting Up WAL
 * Archiving"), and Patroni counts on it where a leader of before archives what it had left (`rewind.py`).
 *
 * Objects are encrypted with the bucket's key, by its default. The bucket has versions, of which WAL-G shall not know: what
 * it deletes can be had back for a while. `WALG_S3_PREFIX` leads to another generation.
 *
 * Source: WAL-G, docs/STORAGES.md and docs/PostgreSQL.md.
 */
export function walGScript(store: BackupStore): string {
    return [
        "set -eu",
        ...Object.entries(CREDENTIALS).map(([variable, value]) => `export ${variable}=${value}`),
        `export AWS_REGION=${store.region}`,
        "export S3_ENABLE_VERSIONING=disabled",
        "export WALG_PREVENT_WAL_OVERWRITE=true",
        `export WALG_S3_PREFIX="\${WALG_S3_PREFIX:-${generationUrl(store, store.generation)}}"`,
        // What is fetched ahead lies among PostgreSQL's own files, where pg_rewind stumbles over it: one at a time.
        'export WALG_DOWNLOAD_CONCURRENCY="${WALG_DOWNLOAD_CONCURRENCY:-1}"',
        "export WALG_UPLOAD_CONCURRENCY=2",
        'exec wal-g "$@"',
        "",
    ].join("\n");
}
