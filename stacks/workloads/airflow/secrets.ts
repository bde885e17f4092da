import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { workloadLabels } from "../../../components/support/naming.ts";
import type { DatabaseEndpoint } from "../metadata-database/connection.ts";
import { databaseUrls } from "./database-urls.ts";
import { fernetKey } from "./keys.ts";

/** Names of Airflow's Secrets. */
export const SECRETS = {
    keys: "airflow-keys",
    database: "airflow-database",
    migrationDatabase: "airflow-migration-database",
    admin: "airflow-admin",
} as const;

/** Where no version is configured. */
const FIRST_VERSION: readonly number[] = [1];

/** What {@link airflowSecrets} are made of. */
interface AirflowSecretsArgs {
    readonly namespace: string;
    readonly system: string;
    readonly database: DatabaseEndpoint;
    readonly migrationDatabase: DatabaseEndpoint;
    /** @default [1] */
    readonly fernetKeys?: readonly number[] | undefined;
}

/** The versions of the Fernet key in use, as text: a change of it has to roll the pods, which read Secrets as they start. */
export function fernetVersions(versions: readonly number[] = FIRST_VERSION): string {
    return versions.join(",");
}

/** Random bytes for each version; that of the first has the name without a number. */
function keysOf(versions: readonly number[], parent: pulumi.Resource): pulumi.Output<string> {
    const keys = versions.map((version) => {
        const name = version === 1 ? "airflow-fernet-key" : `airflow-fernet-key-${version}`;
        return new random.RandomBytes(name, { length: 32 }, { parent }).base64.apply(fernetKey);
    });
    return pulumi.all(keys).apply((all) => all.join(","));
}

/**
 * What Airflow keeps secret, all of it generated. Nothing of it is in the namespace of task pods.
 *
 * How each is changed:
 * - **Fernet key**, which encrypts connections and variables in the database. Three updates, each of which ends before the
 *   next begins: `airflow.fernetKeys: [1, 2]` makes all components know the new key, `[2, 1]` encrypts everything with it
 *   (the migration runs `airflow rotate-fernet-key`), `[2]` forgets the old one. Nothing is away but what a rollout takes.
 * - **JWT and API secrets**, which sign the tokens of tasks and the sessions of users: `npx pulumi up --replace` with the
 *   URN of `airflow-jwt-secret` or `airflow-api-secret-key`, then `kubectl --namespace airflow rollout restart deployment`.
 *   What the old one signed is refused: tasks that run are failed and tried again, users sign in again. So while no task
 *   runs.
 * - **Password of the first administrator**: in the user interface; the Secret only makes the user.
 * - **Database's password**: with the database's own; see there.
 *
 * Source: Airflow, "Fernet", "Security model", "JWT token authentication".
 */
export function airflowSecrets(
    args: AirflowSecretsArgs,
    parent: pulumi.Resource,
    dependsOn: readonly pulumi.Input<pulumi.Resource>[],
): k8s.core.v1.Secret[] {
    const { namespace, system, database, migrationDatabase } = args;
    const text = (name: string, length: number): pulumi.Output<string> =>
        new random.RandomPassword(name, { length, special: false }, { parent }).result;
    const secret = (name: string, stringData: pulumi.Input<Record<string, pulumi.Input<string>>>) =>
        new k8s.core.v1.Secret(
            name,
            { metadata: { name, namespace, labels: workloadLabels(name, system) }, stringData },
            { parent, dependsOn: [...dependsOn] },
        );
    return [
        secret(SECRETS.keys, {
            "fernet-key": keysOf(args.fernetKeys ?? FIRST_VERSION, parent),
            // As long as the digest that signs with it.
            "jwt-secret": text("airflow-jwt-secret", 64),
            "api-secret-key": text("airflow-api-secret-key", 64),
        }),
        secret(
            SECRETS.database,
            database.password.apply((password) => databaseUrls(database, password)),
        ),
        secret(
            SECRETS.migrationDatabase,
            migrationDatabase.password.apply((password) => databaseUrls(migrationDatabase, password)),
        ),
        secret(SECRETS.admin, { username: "admin", password: text("airflow-admin-password", 32) }),
    ];
}
