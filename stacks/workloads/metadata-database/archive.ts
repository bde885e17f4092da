import { baseBackupScript, firstStartScript, restoreScript } from "./backup-scripts.ts";
import { type BackupStore, generationUrl, walGScript } from "./backup-store.ts";

/** Directory of the scripts in the database's pods, and in those of the job. */
export const SCRIPTS = "/etc/metadata-database";
/** Runs WAL-G. */
export const WAL_G = `/bin/sh ${SCRIPTS}/wal-g.sh`;
/** What a first start does in Spilo's image, by its own configuration (`configure_spilo.py`). */
const FIRST_START = '/scripts/post_init.sh "zalandos"';

/** A segment is archived after so many seconds at the latest, full or not; what is older is in the bucket. */
export const ARCHIVE_TIMEOUT = 60;

/** Segments that a restore fetches ahead of the one that it replays. */
const SEGMENTS_AHEAD = 8;

/** What a database began with, if it was restored. */
export interface Restored {
    readonly from: number;
    readonly to?: string | undefined;
}

/**
 * Makes a base backup, where the leader runs.
 *
 * @param waitSeconds for how long it waits for one that is being made
 */
export function baseBackupCommand(waitSeconds: number): string {
    return `/bin/sh ${SCRIPTS}/base-backup.sh ${waitSeconds}`;
}

/** The scripts of the database's pods, by path. */
export function archiveScripts(
    store: BackupStore,
    dataDirectory: string,
    restored: Restored | undefined,
): Readonly<Record<string, string>> {
    const place = generationUrl(store, store.generation);
    return {
        [`${SCRIPTS}/wal-g.sh`]: walGScript(store),
        [`${SCRIPTS}/base-backup.sh`]: baseBackupScript(WAL_G, dataDirectory),
        ...(restored === undefined
            ? { [`${SCRIPTS}/first-start.sh`]: firstStartScript(WAL_G, place) }
            : {
                  [`${SCRIPTS}/restore.sh`]: restoreScript(WAL_G, {
                      source: generationUrl(store, restored.from),
                      place,
                      dataDirectory,
                      to: restored.to,
                  }),
              }),
    };
}

/** PostgreSQL's settings of the archive. Only the leader archives. */
export function archiveParameters(): Readonly<Record<string, string>> {
    return { archive_command: `${WAL_G} wal-push "%p"`, archive_timeout: `${ARCHIVE_TIMEOUT}s` };
}

/** By which a replica that was away for long finds what the leader no longer has. */
export function archiveRecovery(): Readonly<Record<string, string>> {
    return { restore_command: `${WAL_G} wal-fetch "%f" "%p"` };
}

/**
 * How the first replica begins: empty, and only where no other cluster has backups; or, if the database is restored, with a
 * backup. Once it has begun, nobody reads it. Source: Patroni, "Replica imaging and bootstrap".
 */
export function archivedBootstrap(store: BackupStore, restored: Restored | undefined): object {
    return restored === undefined
        ? { post_init: `/bin/sh ${SCRIPTS}/first-start.sh ${FIRST_START}` }
        : restoredBootstrap(store, restored);
}

function restoredBootstrap(store: BackupStore, { from, to }: Restored): object {
    const source = `env WALG_S3_PREFIX=${generationUrl(store, from)} WALG_DOWNLOAD_CONCURRENCY=${SEGMENTS_AHEAD}`;
    return {
        method: "restored",
        restored: {
            command: `/bin/sh ${SCRIPTS}/restore.sh`,
            no_params: true,
            recovery_conf: {
                restore_command: `${source} ${WAL_G} wal-fetch "%f" "%p"`,
                recovery_target_timeline: "latest",
                recovery_target_action: "promote",
                ...(to === undefined ? {} : { recovery_target_time: to }),
            },
        },
    };
}
