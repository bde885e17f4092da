import type * as pulumi from "@pulumi/pulumi";
import { BatchJob } from "../../../components/batch-job.ts";
import { serviceAddress } from "../../../components/support/naming.ts";
import { bytes } from "../../../components/values/quantity.ts";
import type { InClusterDatabaseConfig } from "../../config.ts";
import { placed, type WorkloadContext } from "../context.ts";
import { baseBackupCommand, SCRIPTS } from "./archive.ts";
import { baseBackupSeconds } from "./backup-scripts.ts";
import { roleSecret, setupJob } from "./names.ts";
import { POSTGRESQL_PORT, SUPERUSER } from "./patroni.ts";
import { passwordVariable, type ServiceRole, serviceRolesSql } from "./service-roles.ts";
import { SETUP_VARIABLES, setupSql } from "./setup-sql.ts";

const SETUP_FILE = `${SCRIPTS}/setup.sql`;

/** What {@link databaseSetup} sets up. */
interface DatabaseSetupArgs {
    /** Of the database's component, and of the Secret with the superuser's password. */
    readonly name: string;
    readonly config: InClusterDatabaseConfig;
    readonly context: WorkloadContext;
    readonly namespace: string;
    /** Role and database that are made. */
    readonly application: string;
    /** Secret with the application's `password`. */
    readonly secret: string;
    /** Roles of services. */
    readonly roles: readonly ServiceRole[];
    /** Whom the job runs as. */
    readonly user: { readonly user: number; readonly group: number };
}

/** The job that makes roles and databases, once there is a leader; run again, it puts them right. */
export function databaseSetup(args: DatabaseSetupArgs, options: pulumi.ComponentResourceOptions): BatchJob {
    const { name, config, context, namespace, application, secret, roles, user } = args;
    // As long as the job may take that asks for it, and no longer: nobody would know of what it makes then.
    const backup = baseBackupCommand(baseBackupSeconds(bytes(config.storage)));
    return new BatchJob(
        setupJob(name),
        {
            ...placed(context),
            namespace,
            system: name,
            image: config.image,
            command: ["psql", "--no-psqlrc", `--file=${SETUP_FILE}`],
            configFiles: {
                [SETUP_FILE]: setupSql() + (roles.length === 0 ? "" : serviceRolesSql(backup)),
            },
            env: {
                PGHOST: serviceAddress(name, namespace),
                PGPORT: String(POSTGRESQL_PORT),
                PGDATABASE: "postgres",
                PGUSER: SUPERUSER,
                PGPASSWORD: { secret: name, key: "superuser-password" },
                PGSSLMODE: "require",
                PGCONNECT_TIMEOUT: "10",
                [SETUP_VARIABLES.role]: application,
                [SETUP_VARIABLES.database]: application,
                [SETUP_VARIABLES.password]: { secret, key: "password" },
                ...Object.fromEntries(
                    roles.map((role) => [passwordVariable(role), { secret: roleSecret(name, role), key: "password" }]),
                ),
            },
            resources: { cpu: "50m", memory: "128Mi" },
            security: user,
            deadline: "10 minutes",
            // The leader may be changing just then.
            retries: 6,
            awaited: true,
        },
        options,
    );
}
