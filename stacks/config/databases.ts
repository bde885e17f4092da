import { z } from "zod";
import { gibibytes, type VolumeSize } from "../../components/values/quantity.ts";
import { count, image, matching, quorum, refuse, resources, section, volumeSize } from "./fields.ts";

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

/** PostgreSQL under Patroni, in the cluster. */
export const inClusterDatabase = () =>
    section({
        kind: z.literal("in-cluster"),
        image: image(),
        replicas: quorum(),
        /** Of each replica. */
        storage: volumeSize(),
        resources: resources(),
    });

/** PostgreSQL in the cluster, or RDS. */
export const databaseOfChoice = () =>
    z.discriminatedUnion("kind", [
        inClusterDatabase(),
        section({ kind: z.literal("rds"), ...rdsFields }).superRefine(checkStorage),
    ]);
