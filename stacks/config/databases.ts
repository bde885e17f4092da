import { z } from "zod";
import { gibibytes, type VolumeSize } from "../../components/values/quantity.ts";
import { count, cronSchedule, image, matching, quorum, refuse, resources, section, volumeSize } from "./fields.ts";

/** Majors that have `GRANT … WITH SET`, which making a database for another role needs, and that RDS offers. */
const RDS_VERSIONS = ["16", "17", "18"] as const;

/** The smallest volume of gp3 (RDS user guide, "Amazon RDS DB instance storage"). */
const SMALLEST_STORAGE = 20;
/** RDS grows a volume by a tenth at least, and refuses a limit that leaves no room for it. */
const GROWTH = 1.1;

const instanceClass = () =>
    matching(
        // A micro takes fewer connections than the connection pools hold.
        /^db\.[a-z0-9]+\.(?!nano$|micro$)[a-z0-9]+$/,
        "it is no class of a DB instance that is larger than a micro",
        'Write it like "db.m7g.large"',
    );

const rdsFields = {
    /** PostgreSQL's major version; RDS installs the minor ones. */
    version: z.enum(RDS_VERSIONS),
    /** Size of the machine. */
    instanceClass: instanceClass(),
    /** What is there at first. */
    storage: volumeSize(),
    /** What it may grow to by itself. */
    maxStorage: volumeSize(),
    /** Whether a second machine in another zone takes over, in one to two minutes. */
    multiAz: z.boolean(),
    /** Days back to whose every moment the database can be restored. */
    backupDays: count(1, 35),
};

type Sizes = { readonly storage: VolumeSize; readonly maxStorage: VolumeSize };

function checkStorage({ storage, maxStorage }: Sizes, sink: Parameters<typeof refuse>[0]): void {
    const gib = gibibytes(storage);
    if (gib < SMALLEST_STORAGE) {
        refuse(
            sink,
            `gp3 has ${SMALLEST_STORAGE} GiB or more`,
            `Use at least "${SMALLEST_STORAGE}Gi"`,
            ["storage"],
            storage,
        );
    }
    const least = Math.ceil(gib * GROWTH);
    if (gibibytes(maxStorage) < least) {
        refuse(
            sink,
            `RDS wants room to grow above ${storage}`,
            `Use at least "${least}Gi"`,
            ["maxStorage"],
            maxStorage,
        );
    }
}

/** A PostgreSQL of RDS. */
export const rdsDatabase = () => section(rdsFields).superRefine(checkStorage);

/** A moment as RFC 3339 has it, to the second, with its offset: what is written without one means another hour elsewhere. */
const moment = () =>
    matching(
        /^\d{4}-(0\d|1[0-2])-([0-2]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/,
        "it is no moment with a date, a time to the second and an offset",
        'Write it like "2026-11-21T10:15:00Z", in quotes',
    );

const inClusterFields = {
    /** Where it runs. */
    kind: z.literal("in-cluster"),
    image: image(),
    replicas: quorum(),
    /** Of each replica. */
    storage: volumeSize(),
    resources: resources(),
};

/** PostgreSQL under Patroni, in the cluster, on its volumes alone. */
export const inClusterDatabase = () => section(inClusterFields);

/** PostgreSQL under Patroni, in the cluster, with backups in a bucket. */
const backedUpDatabase = () =>
    section({
        ...inClusterFields,
        backups: section({
            /** Of base backups; what is written between them is archived as it is written. */
            schedule: cronSchedule(),
            /** Days back to whose every moment the database can be restored. */
            keepDays: count(1, 90),
        }),
        /** What shows PostgreSQL's own figures to Prometheus, those of the archive among them. */
        exporter: section({ image: image(), resources: resources() }),
        /**
         * That the database was restored, and from what. It stays: data and backups of each generation lie in places of
         * their own. See docs/runbooks/restore-metadata-database.md.
         * @default it is the first generation, which began empty
         */
        restored: section({
            /** The number of the restored database. */
            generation: count(2, 99),
            /** The generation whose backups it began with. */
            from: count(1, 98),
            /**
             * The moment that it was taken back to.
             * @default the last that was archived
             */
            to: moment().optional(),
        })
            .superRefine(({ generation, from }, sink) => {
                if (from >= generation) {
                    refuse(sink, `generation ${generation} comes after it`, "Name an earlier one", ["from"], from);
                }
            })
            .optional(),
    });

/** PostgreSQL in the cluster, or RDS. */
export const databaseOfChoice = () =>
    z.discriminatedUnion("kind", [
        backedUpDatabase(),
        section({ kind: z.literal("rds"), ...rdsFields }).superRefine(checkStorage),
    ]);
