import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { airflowSecrets, fernetVersions } from "../../../../stacks/workloads/airflow/secrets.ts";
import { type Collected, collect, ofType, only, Secret } from "../../../support/mocks.ts";
import { withGeneratedValues } from "../../rendered/stack.ts";

class Owner extends pulumi.ComponentResource {
    constructor() {
        super("test:Owner", "owner", {});
    }
}

const endpoint = (host: string) => ({
    host,
    port: 5432,
    database: "airflow",
    user: "airflow",
    password: pulumi.secret("hidden"),
    tls: false,
});

const make = (fernetKeys?: readonly number[]): Promise<Collected[]> =>
    withGeneratedValues(() =>
        collect(() => {
            const args = { namespace: "airflow", system: "airflow", fernetKeys };
            airflowSecrets(
                { ...args, database: endpoint("pools"), migrationDatabase: endpoint("leader") },
                new Owner(),
                [],
            );
        }),
    );

const KIND = "kubernetes:core/v1:Secret";

/** The text of a Secret's key. */
function keyOf(resources: readonly Collected[], name: string, key: string): string {
    const { stringData } = only(resources, KIND, name).inputs;
    const data = stringData instanceof Secret ? stringData.reveal() : stringData;
    const value = Object(data)[key];
    assert.ok(value instanceof Secret || stringData instanceof Secret, `${name}, ${key} is not secret`);
    return String(value instanceof Secret ? value.reveal() : value);
}

describe("Airflow's Secrets", () => {
    it("are generated, all of them secret", async () => {
        const resources = await make();
        for (const [name, key] of [
            ["airflow-keys", "fernet-key"],
            ["airflow-keys", "jwt-secret"],
            ["airflow-keys", "api-secret-key"],
            ["airflow-admin", "password"],
            ["airflow-database", "connection"],
            ["airflow-migration-database", "connection"],
        ] as const) {
            assert.ok(keyOf(resources, name, key).length >= 32, key);
        }
        assert.equal(ofType(resources, KIND).length, 4);
    });

    it("have one Fernet key, or two in their order while it is changed", async () => {
        assert.match(keyOf(await make(), "airflow-keys", "fernet-key"), /^[\w-]{43}=$/);
        const resources = await make([2, 1]);
        assert.match(keyOf(resources, "airflow-keys", "fernet-key"), /^[\w-]{43}=,[\w-]{43}=$/);
        const made = ofType(resources, "random:index/randomBytes:RandomBytes").map(({ name }) => name);
        // The first version has the same name whatever comes after it, or nothing could be read any more.
        assert.deepEqual(made, ["airflow-fernet-key-2", "airflow-fernet-key"]);
    });

    it("are told apart by the versions of their keys", () => {
        assert.deepEqual([fernetVersions(), fernetVersions([1]), fernetVersions([2, 1])], ["1", "1", "2,1"]);
    });
});
