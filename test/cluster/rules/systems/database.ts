import { having, lately, silent, without } from "../changes.ts";
import { type Series, series } from "../metric.ts";
import { all, type System } from "../system.ts";

const FAILED = "pg_stat_archiver_failed_count";
const ARCHIVED = "pg_stat_archiver_archived_count";
const AGE = "pg_stat_archiver_last_archive_age";

const EXPORTER = { namespace: "data", container: "metadata-database-exporter", pod: "metadata-database-exporter-a" };

const FAILING = having(FAILED, { growth: 1 });

/** The archive of the metadata database, as its exporter shows it. */
export const DATABASE_ARCHIVE: System = {
    rules: "metadata-database-archive",
    well: () => [series(FAILED, EXPORTER, 3), series(ARCHIVED, EXPORTER, 900, 0.5), series(AGE, EXPORTER, 40)],
    misfortunes: [
        {
            what: "segments that cannot be archived",
            alerts: ["DatabaseArchiveFailing"],
            change: all(FAILING, having(ARCHIVED, { growth: 0 })),
            nearly: { what: "at the first try", change: FAILING },
        },
        {
            what: "an archive that nothing goes to",
            alerts: ["DatabaseArchiveLate"],
            change: having(AGE, { value: 1000 }),
            nearly: { what: "for some minutes", change: having(AGE, { value: 800 }) },
        },
        {
            what: "an exporter that cannot log in",
            alerts: ["DatabaseArchiveMetricsMissing"],
            change: silent(EXPORTER),
            nearly: { what: "whose server has archived nothing yet", change: without(AGE) },
        },
    ],
};

const PRIMARY = "patroni_primary";
const SYNCHRONOUS = "patroni_sync_standby";
const STREAMING = "patroni_postgres_streaming";

const member = (n: number) => ({
    namespace: "data",
    container: "metadata-database",
    pod: `metadata-database-${n}`,
    scope: "metadata-database",
});

function replica(n: number): readonly Series[] {
    return [
        series(PRIMARY, member(n), n === 0 ? 1 : 0),
        series("patroni_replica", member(n), n === 0 ? 0 : 1),
        series(SYNCHRONOUS, member(n), n === 1 ? 1 : 0),
        series(STREAMING, member(n), n === 0 ? 0 : 1),
    ];
}

/** Its members, as Patroni shows each of them. */
export const DATABASE_MEMBERS: System = {
    rules: "metadata-database-members",
    well: () => [0, 1, 2].flatMap(replica),
    misfortunes: [
        {
            what: "no leader that anybody could follow",
            alerts: ["DatabaseLeaders", "DatabaseReplicaBehind"],
            change: all(having(PRIMARY, { value: 0 }), having(STREAMING, { value: 0 })),
            nearly: { what: "while one is promoted", change: lately(60, PRIMARY, 0) },
        },
        {
            what: "two leaders",
            alerts: ["DatabaseLeaders"],
            change: having(PRIMARY, { value: 1 }, member(1)),
            nearly: {
                what: "another one than before",
                change: all(
                    having(PRIMARY, { value: 0 }, member(0)),
                    having(STREAMING, { value: 1 }, member(0)),
                    having(PRIMARY, { value: 1 }, member(1)),
                ),
            },
        },
        {
            what: "commits on one member alone",
            alerts: ["DatabaseNotSynchronous"],
            change: having(SYNCHRONOUS, { value: 0 }),
            nearly: {
                what: "on another one than before",
                change: all(having(SYNCHRONOUS, { value: 0 }), having(SYNCHRONOUS, { value: 1 }, member(2))),
            },
        },
        {
            what: "a replica that does not follow",
            alerts: ["DatabaseReplicaBehind"],
            change: having(STREAMING, { value: 0 }, member(2)),
            nearly: { what: "while it copies everything", change: lately(300, STREAMING, 0, member(2)) },
        },
        {
            what: "members that report nothing",
            alerts: ["DatabaseMetricsMissing"],
            change: silent({ container: "metadata-database" }),
            nearly: { what: "one of them", change: silent({ pod: "metadata-database-2" }) },
        },
    ],
};
