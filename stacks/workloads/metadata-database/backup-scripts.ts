/**
 * What a base backup may read of the volume in a second, in MiB. gp3 gives 125 to everything together (Amazon EBS user
 * guide, "General Purpose SSD volumes"), so this leaves more than half to the database.
 */
const RATE_MIB = 50;
const MIB = 2 ** 20;

/** Backups that stay whatever their age, because the last good ones are old when backups have failed for a while. */
const LEAST_KEPT = 2;

/** A lock by which a second backup waits for one that is made: what asked for that one may be gone, it goes on. */
const LOCK = "/tmp/base-backup.lock";

/**
 * Makes a base backup of the server that it runs beside. It ends when the archive has the WAL that the backup needs.
 * Source: WAL-G, docs/PostgreSQL.md, `backup-push`.
 *
 * Its argument is for how many seconds it waits for one that is being made; it fails after them. Not a part of the script:
 * it follows from the size of the volume, and the pods that have the script stay as they are when volumes grow.
 *
 * @param walG what runs WAL-G
 */
export function baseBackupScript(walG: string, dataDirectory: string): string {
    return [
        "set -eu",
        // What it says goes to the server's log, as all of its commands' does.
        "export PGHOST=/var/run/postgresql PGUSER=postgres PGDATABASE=postgres",
        `export WALG_DISK_RATE_LIMIT=${RATE_MIB * MIB}`,
        `exec flock --timeout "$1" ${LOCK} nice -n 10 ${walG} backup-push ${dataDirectory}`,
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

/**
 * Lines that end a script where the generation that is written now has backups: they are of another cluster, and two in one
 * place are a way back to neither. It fails as well where it cannot be told: what cannot be listed is not archived to either.
 */
function refusal(walG: string, place: string): readonly string[] {
    return [
        `found=$(${walG} backup-list --json)`,
        'case "$found" in',
        "*backup_name*)",
        `    echo "${place} has the backups of another cluster. To begin with them: metadataDatabase.restored, with the next" \\`,
        '        "generation. To begin empty: move them away. See docs/runbooks/restore-metadata-database.md." >&2',
        "    exit 1 ;;",
        "esac",
    ];
}

/**
 * What Patroni runs in a cluster that began empty, before it is anybody's leader: if it fails, there is no cluster.
 * Source: Patroni, `bootstrap.post_init`. Its arguments are what is run if there are no backups yet.
 *
 * @param walG what runs WAL-G
 * @param place URL of the generation that is written now
 */
export function firstStartScript(walG: string, place: string): string {
    return ["set -eu", ...refusal(walG, place), 'exec "$@"', ""].join("\n");
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
    /** URL of the generation that is written from now on. */
    readonly place: string;
    readonly dataDirectory: string;
    /** @default the last moment that was archived */
    readonly to: string | undefined;
}

/**
 * Fetches the base backup from which PostgreSQL reaches a moment by replaying WAL. Source: Spilo, `clone_with_wale.py`,
 * which chooses in the same way. It refuses where the generation that is to be written has backups.
 *
 * @param walG what runs WAL-G
 */
export function restoreScript(walG: string, { source, place, dataDirectory, to }: RestoreArgs): string {
    return [
        "set -eu",
        ...refusal(walG, place),
        `export WALG_S3_PREFIX=${source} WALG_DOWNLOAD_CONCURRENCY=4`,
        `backups=$(${walG} backup-list --json)`,
        `backup=$(printf '%s' "$backups" | python3 -c '${CHOOSE_BACKUP}' '${to ?? ""}')`,
        'echo "restoring $backup"',
        `exec ${walG} backup-fetch ${dataDirectory} "$backup"`,
        "",
    ].join("\n");
}
