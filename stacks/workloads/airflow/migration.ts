import type { BatchJobArgs } from "../../../components/batch-job.ts";
import { type AirflowSettings, componentEnvironment } from "./environment.ts";
import { SECRETS } from "./secrets.ts";

/** Both are idempotent: an existing user is left as it is. */
const MIGRATE: readonly string[] = [
    "airflow db migrate",
    'airflow users create --username "$ADMIN_USERNAME" --password "$ADMIN_PASSWORD" --role Admin' +
        " --firstname Platform --lastname Admin --email admin@localhost",
];

/** Encrypts what is in the database with the first of two keys. */
const ROTATE = "airflow rotate-fernet-key";

/**
 * The migration of the database, which every component waits for, and what it takes away. It runs while the components of
 * the version before still do; they are replaced when it is done.
 *
 * - With the same schema, as most releases of a minor version have it: nothing is away but what a rollout takes.
 * - With another schema, as with a new minor version: from its start until the last component is replaced, orchestration
 *   counts as down, up to this deadline of 15 minutes and the rollouts, some 5 minutes more. Tables that change are locked,
 *   and the old components may fail on what they do not know. Tasks that run go on without the API server for as long as
 *   `downtimeBudget` and, by chance, for about twice that; those that have asked it in vain for longer are failed and tried
 *   again. That is beyond the 5 minutes at a time, so it is done in an announced window: pause the DAGs, wait until no task
 *   runs, take a snapshot of the database, update.
 *
 * A migration that fails leaves the old components running; the update stops there. There is no way back by an older image
 * once it has succeeded, but by the snapshot.
 *
 * Source: Airflow, "Upgrading Airflow to a newer version"; PostgreSQL manual, "ALTER TABLE".
 *
 * @param settings without who takes metrics: it has none to report, and need not wait
 * @param rotates whether there are two Fernet keys
 */
export function migrationProgram(
    settings: Omit<AirflowSettings, "statsd">,
    rotates: boolean,
): Pick<BatchJobArgs, "args" | "env" | "deadline" | "awaited"> {
    const commands = rotates ? [...MIGRATE, ROTATE] : MIGRATE;
    return {
        args: ["bash", "-ec", commands.join("\n")],
        env: {
            ...componentEnvironment({ ...settings, databaseSecret: SECRETS.migrationDatabase }),
            ADMIN_USERNAME: { secret: SECRETS.admin, key: "username" },
            ADMIN_PASSWORD: { secret: SECRETS.admin, key: "password" },
        },
        deadline: "15 minutes",
        awaited: true,
    };
}
