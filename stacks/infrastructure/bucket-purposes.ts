/** What objects are kept for; each in a bucket of its own. */
export type BucketPurpose =
    | "airflow-logs"
    | "spark-events"
    | "spark-shuffle"
    | "flink-checkpoints"
    | "loki"
    | "database-backups";

/** How long objects of a bucket are kept, in days. */
export interface BucketRules {
    /**
     * After which an object is deleted, whatever it is.
     * @default never: whoever wrote it deletes it
     */
    readonly expireAfter?: number;
    /**
     * For which an overwritten or deleted object can be had back.
     * @default the bucket has no versions
     */
    readonly undoFor?: number;
}

/** What the rules depend on, in days. */
export interface Retention {
    /** Of task logs. */
    readonly airflowLogDays: number;
    /** Of what Spark's history server shows. */
    readonly sparkEventDays: number;
    /** Of the logs that Loki shows. */
    readonly lokiDays: number;
}

/** An application that has not ended after so long reads no block that an executor left behind. */
const SHUFFLE_DAYS = 3;
/** Loki deletes what is too old itself; this ends what it forgot. */
const LOKI_MARGIN_DAYS = 30;
/** From a backup's deletion to the moment at which somebody has to have missed it. */
const BACKUP_UNDO_DAYS = 14;

/**
 * The rules of every bucket.
 *
 * No age deletes a checkpoint, because an incremental one is made of files of older ones, or a backup, because the last
 * good one is old when backups have failed for a while: Flink and the backup job delete what they no longer need. Only
 * backups have versions: they alone cannot be made again, and a role that is misused deletes them first.
 */
export function bucketRules(retention: Retention): Readonly<Record<BucketPurpose, BucketRules>> {
    return {
        "airflow-logs": { expireAfter: retention.airflowLogDays },
        "spark-events": { expireAfter: retention.sparkEventDays },
        "spark-shuffle": { expireAfter: SHUFFLE_DAYS },
        "flink-checkpoints": {},
        loki: { expireAfter: retention.lokiDays + LOKI_MARGIN_DAYS },
        "database-backups": { undoFor: BACKUP_UNDO_DAYS },
    };
}
