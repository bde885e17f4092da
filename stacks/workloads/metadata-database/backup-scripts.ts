/**
 * What a base backup may read of the volume in a second, in MiB. gp3 gives 125 to everything together (Amazon EBS user
 * guide, "General Purpose SSD volumes"), so this leaves more than half to the database.
 */
const RATE_MIB = 50;
const MIB = 2 ** 20;

/** Backups that stay whatever their age, because the last good ones are old when backups have failed for a while. */
const LEAST_KEPT = 2;

/** A lock by which a second backup does not begin while one is made: what asked for it may be gone, it goes on. */
const LOCK = "/tmp/base-backup.lock";

/**
 * Makes a base backup of the server that it runs beside. It ends when the archive has the WAL that the backup needs.
 * Source: WAL-G, docs/PostgreSQL.md, `backup-push`.
 *
 * @param walG what runs WAL-G
 */
export function baseBackupScript(walG: string, dataDirectory: string): string {
    return [
        "set -eu",
        // What it says goes to the server's log, as all of its commands' does.
        "export PGHOST=/var/run/postgresql PGUSER=postgres PGDATABASE=postgres",
        `export WALG_DISK_RATE_LIMIT=${RATE_MIB * MIB}`,
        `exec flock --nonblock ${LOCK} nice -n 10 ${walG} backup-push ${dataDirectory}`,
        "",
    ].join("\n");
}

/** Seconds for which the longest backup of a volume may take: all of it, twice as slowly as it may, and the WAL's archiving. */
export function baseBackupSeconds(volumeBytes: number): number {
    return Math.ceil((2 * volumeBytes) / (RATE_MIB * MIB)) + 1800;
}

/**
 * Has the leader make a base backup, and deletes what is no longer needed: backups, and WAL before the oldest of them.
 * Source: WAL-G, docs/README.md, `delete retain`.
 *
 * @param walG what runs WAL-G
 * @param statement SQL that makes the backup
 * @param seconds age of a backup that is no longer needed
 */
export function backupJobScript(walG: string, statement: string, seconds: number): string {
    return [
        "set -eu",
        `psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --command='${statement}'`,
        `after=$(date -u -d '-${seconds} seconds' +%Y-%m-%dT%H:%M:%SZ)`,
        `exec ${walG} delete retain FULL ${LEAST_KEPT} --after "$after" --confirm`,
        "",
    ].join("\n");
}

/** Names the last backup that had ended by a moment, or the last of all. */
const CHOOSE_BACKUP = [
    "import json, sys",
    "from dateutil.parser import parse",
    "to = parse(sys.argv[1]) if sys.argv[1] else None",
    'ended = sorted((parse(one["time"]), one["backup_name"]) for one in json.load(sys.stdin) or [])',
    "fitting = [name for at, name in ended if to is None or at < to]",
    'sys.exit("no backup had ended by then") if not fitting else print(fitting[-1])',
].join("\n");

/** What is restored. */
interface RestoreArgs {
    /** URL of the backups. */
    readonly source: string;
    readonly dataDirectory: string;
    /** @default the last moment that was archived */
    readonly to: string | undefined;
}

/**
 * Fetches the base backup from which PostgreSQL reaches a moment by replaying WAL. Source: Spilo, `clone_with_wale.py`,
 * which chooses in the same way.
 *
 * @param walG what runs WAL-G
 */
export function restoreScript(walG: string, { source, dataDirectory, to }: RestoreArgs): string {
    return [
        "set -eu",
        `export WALG_S3_PREFIX=${source} WALG_DOWNLOAD_CONCURRENCY=4`,
        `backups=$(${walG} backup-list --json)`,
        `backup=$(printf '%s' "$backups" | python3 -c '${CHOOSE_BACKUP}' '${to ?? ""}')`,
        'echo "restoring $backup"',
        `exec ${walG} backup-fetch ${dataDirectory} "$backup"`,
        "",
    ].join("\n");
}
