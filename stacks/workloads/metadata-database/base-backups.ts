import * as pulumi from "@pulumi/pulumi";
import { ScheduledJob } from "../../../components/scheduled-job.ts";
import { dependencyList } from "../../../components/support/children.ts";
import { duration } from "../../../components/values/duration.ts";
import { bytes } from "../../../components/values/quantity.ts";
import { longestPause } from "../../../components/values/schedule.ts";
import type { InClusterDatabaseConfig } from "../../config.ts";
import type { AwsFacts } from "../../infrastructure/aws-facts.ts";
import { PodIdentity } from "../../infrastructure/identity.ts";
import { placed, type WorkloadContext } from "../context.ts";
import { SCRIPTS, WAL_G } from "./archive.ts";
import { backupJobScript, baseBackupSeconds } from "./backup-scripts.ts";
import { type BackupStore, retentionStatements, walGScript } from "./backup-store.ts";
import { BASE_BACKUP_STATEMENT, MAINTENANCE_DATABASE, type ServiceRole } from "./service-roles.ts";

const ROLE: ServiceRole = "backup";
const DAY = 86_400;

/** Arguments of {@link BaseBackups}. */
export interface BaseBackupsArgs {
    readonly config: Pick<InClusterDatabaseConfig, "image" | "storage">;
    readonly backups: NonNullable<InClusterDatabaseConfig["backups"]>;
    readonly context: WorkloadContext;
    readonly aws: AwsFacts;
    readonly store: BackupStore;
    readonly namespace: string;
    /** Name of the database's component. */
    readonly database: string;
    readonly leader: { readonly host: string; readonly port: number };
    /** Secret with the role's `password`. */
    readonly secret: string;
    /** Whom the job runs as. */
    readonly user: { readonly user: number; readonly group: number };
}

/**
 * Base backups by the clock, and the end of those that are too old. The leader makes the backup, the job asks it to and
 * waits; so a backup that fails is a job that fails, with the alerts of every scheduled job. The job alone may delete.
 */
export class BaseBackups extends pulumi.ComponentResource {
    constructor(name: string, args: BaseBackupsArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("dataplatform:system:BaseBackups", name, {}, opts);
        const { config, backups, context, aws, store, namespace, database } = args;
        const { clusterName, clusterArn } = aws;
        const access = new PodIdentity(
            name,
            {
                clusterName,
                clusterArn,
                namespace,
                serviceAccount: name,
                statements: retentionStatements(store, aws),
            },
            { parent: this },
        );
        const deadline = baseBackupSeconds(bytes(config.storage));
        // The oldest one has to have ended before the first moment that is kept.
        const tooOld = backups.keepDays * DAY + longestPause(backups.schedule) + deadline;
        const script = `${SCRIPTS}/backup.sh`;
        new ScheduledJob(
            name,
            {
                ...placed(context),
                namespace,
                system: database,
                image: config.image,
                command: ["/bin/sh", script],
                configFiles: {
                    [script]: backupJobScript(WAL_G, BASE_BACKUP_STATEMENT, tooOld),
                    [`${SCRIPTS}/wal-g.sh`]: walGScript(store),
                },
                env: {
                    PGHOST: args.leader.host,
                    PGPORT: String(args.leader.port),
                    PGDATABASE: MAINTENANCE_DATABASE,
                    PGUSER: ROLE,
                    PGPASSWORD: { secret: args.secret, key: "password" },
                    PGSSLMODE: "require",
                    PGCONNECT_TIMEOUT: "10",
                },
                schedule: backups.schedule,
                startingDeadline: "2 hours",
                deadline: duration(deadline),
                // The leader may be changing. A backup that a lost pod has asked it for is waited for, see the set-up.
                retries: 3,
                resources: { cpu: "100m", memory: "256Mi" },
                // The role's token is for the group of the pod.
                security: { ...args.user, volumeGroup: args.user.group },
            },
            { parent: this, dependsOn: [...dependencyList(opts.dependsOn), access] },
        );
        this.registerOutputs({});
    }
}
