import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { AwsFacts } from "../../../../stacks/infrastructure/aws-facts.ts";
import { logAccess, remoteLogEnvironment } from "../../../../stacks/workloads/airflow/remote-logs.ts";
import { type Collected, collect, ofType } from "../../../support/mocks.ts";

const BUCKET = { name: "dp-logs", arn: "arn:aws:s3:::dp-logs", keyArn: "arn:key", region: "eu-central-1" };
const AWS = {
    clusterName: "prod",
    clusterArn: pulumi.output("arn:cluster"),
    buckets: { "airflow-logs": BUCKET },
} as unknown as AwsFacts;
const USERS = {
    writer: { namespace: "airflow-tasks", rights: ["read", "write"] },
    reader: { namespace: "airflow", rights: ["read"] },
} as const;

class Owner extends pulumi.ComponentResource {
    constructor() {
        super("test:Owner", "owner", {});
    }
}

describe("remote logs", () => {
    it("go to the bucket, by a connection without credentials", () => {
        const environment = remoteLogEnvironment({ bucket: "dp-logs", region: "eu-central-1" });
        assert.equal(environment["AIRFLOW__LOGGING__REMOTE_LOGGING"], "True");
        assert.equal(environment["AIRFLOW__LOGGING__REMOTE_BASE_LOG_FOLDER"], "s3://dp-logs/logs");
        const connection = environment["AIRFLOW__LOGGING__REMOTE_LOG_CONN_ID"] ?? "";
        assert.deepEqual(JSON.parse(environment[`AIRFLOW_CONN_${connection.toUpperCase()}`] ?? ""), {
            conn_type: "aws",
            extra: { region_name: "eu-central-1" },
        });
    });

    it("are written and read by roles of their own, each with its rights", async () => {
        let settings = {};
        const made: readonly Collected[] = await collect(() => {
            ({ settings } = logAccess(AWS, USERS, new Owner()));
        });
        assert.deepEqual(settings, { logs: { bucket: "dp-logs", region: "eu-central-1" } });
        const actions = new Map(
            ofType(made, "aws:iam/rolePolicy:RolePolicy").map(({ name, inputs }) => [
                name,
                JSON.parse(inputs["policy"]).Statement.flatMap(({ Action }: { Action: string[] }) => Action),
            ]),
        );
        assert.ok(actions.get("writer")?.includes("s3:PutObject"));
        assert.deepEqual(actions.get("reader"), ["s3:ListBucket", "s3:GetObject", "kms:Decrypt"]);
        const objects = ofType(made, "aws:iam/rolePolicy:RolePolicy").flatMap(({ inputs }) =>
            JSON.parse(inputs["policy"])
                .Statement.filter(({ Action }: { Action: string[] }) => Action.includes("s3:GetObject"))
                .flatMap(({ Resource }: { Resource: string[] }) => Resource),
        );
        assert.deepEqual(objects, ["arn:aws:s3:::dp-logs/logs/*", "arn:aws:s3:::dp-logs/logs/*"]);
        const accounts = ofType(made, "aws:eks/podIdentityAssociation:PodIdentityAssociation").map(
            ({ inputs }) => `${inputs["namespace"]}/${inputs["serviceAccount"]}`,
        );
        assert.deepEqual(accounts.toSorted(), ["airflow-tasks/writer", "airflow/reader"]);
    });

    it("are none where there is no AWS", async () => {
        const made = await collect(() => {
            assert.deepEqual(logAccess(undefined, USERS, new Owner()), { settings: {}, access: [] });
        });
        assert.equal(made.length, 1);
    });
});
