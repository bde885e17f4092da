import assert from "node:assert/strict";
import type { AirflowSettings } from "../../../../stacks/workloads/airflow/environment.ts";
import { migrationProgram } from "../../../../stacks/workloads/airflow/migration.ts";

const SETTINGS: AirflowSettings = {
    namespace: "airflow",
    taskNamespace: "airflow-tasks",
    apiServer: "api.airflow",
    parallelism: 10,
    downtimeBudget: "5 minutes",
    keysSecret: "keys",
    databaseSecret: "database",
};

/** What the shell runs. */
function scriptOf({ args = [] }: ReturnType<typeof migrationProgram>): string {
    const script = args.at(-1);
    assert.ok(typeof script === "string");
    return script;
}

describe("the migration", () => {
    it("is what everything waits for, at most for as long as its downtime is stated", () => {
        const { awaited, deadline } = migrationProgram(SETTINGS, false);
        assert.deepEqual([awaited, deadline], [true, "15 minutes"]);
    });

    it("uses the database's leader itself", () => {
        const { env = {} } = migrationProgram(SETTINGS, false);
        assert.deepEqual(env["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"], {
            secret: "airflow-migration-database",
            key: "connection",
        });
    });

    it("has no secret in its command", () => {
        const { env = {} } = migrationProgram(SETTINGS, false);
        assert.match(scriptOf(migrationProgram(SETTINGS, false)), /--password "\$ADMIN_PASSWORD"/);
        assert.deepEqual(env["ADMIN_PASSWORD"], { secret: "airflow-admin", key: "password" });
    });

    it("encrypts everything anew while there are two keys, when the schema is the new one", () => {
        const commands = (rotates: boolean): readonly string[] =>
            scriptOf(migrationProgram(SETTINGS, rotates)).split("\n");
        assert.equal(commands(true)[0], "airflow db migrate");
        assert.deepEqual(commands(true), [...commands(false), "airflow rotate-fernet-key"]);
    });
});
