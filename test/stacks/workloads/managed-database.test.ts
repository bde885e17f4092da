import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { AwsFacts } from "../../../stacks/infrastructure/aws-facts.ts";
import { ManagedPostgres } from "../../../stacks/infrastructure/postgres.ts";
import { ManagedDatabase } from "../../../stacks/workloads/managed-database.ts";
import { COMPUTED, type Collected, collect, ofType, only } from "../../support/mocks.ts";
import { POOLS } from "./pools.ts";

const AWS = { clusterName: "prod", clusterArn: pulumi.output("arn:cluster") } as AwsFacts;

function server(): ManagedPostgres {
    return new ManagedPostgres("prod-metadata", {
        identifier: "prod-metadata",
        config: {
            version: "18",
            instanceClass: "db.m7g.large",
            storage: "50Gi",
            maxStorage: "200Gi",
            multiAz: true,
            backupDays: 14,
        },
        network: { vpcId: pulumi.output("vpc"), privateSubnets: new Map() },
        nodes: "sg-nodes",
        region: "eu-central-1",
        keyArn: "arn:key",
        changes: { day: "monday", start: "07:00" },
        logs: { retentionDays: 30, protect: false, keyArn: "arn:logs" },
        protect: false,
    });
}

describe("ManagedDatabase", () => {
    let made: Collected[] = [];
    let endpoint: Partial<ManagedDatabase["leader"]> = {};
    before(async () => {
        made = await collect(() => {
            const context = {
                cluster: {},
                claimProvider: new k8s.Provider("claims", {}),
                storageClass: undefined,
                throughputClass: undefined,
                pools: POOLS,
                availability: { downtimeBudget: "5 minutes" },
            } as const;
            const database = new ManagedDatabase("metadata-database", {
                server: server(),
                aws: AWS,
                application: "airflow",
                setupImage: "apache/airflow:3.3.2",
                context,
                namespace: "data",
            });
            endpoint = database.leader;
        });
    });
    const job = () => only(made, "kubernetes:batch/v1:Job");
    const container = () => job().inputs["spec"].template.spec.containers[0];

    it("is reached by the name that a database in the cluster has, over TLS", () => {
        const { password: _, ...rest } = endpoint;
        assert.deepEqual(rest, {
            host: "metadata-database.data.svc.cluster.local",
            port: 5432,
            database: "airflow",
            user: "airflow",
            tls: true,
        });
        const { metadata, spec } = only(made, "kubernetes:core/v1:Service").inputs;
        assert.equal(metadata.name, "metadata-database");
        assert.deepEqual(spec, { type: "ExternalName", externalName: COMPUTED });
    });

    it("has the application's password in a Secret, and the administrator's nowhere", () => {
        const secret = only(made, "kubernetes:core/v1:Secret");
        assert.equal(secret.name, "metadata-database-airflow");
        assert.equal(ofType(made, "random:index/randomPassword:RandomPassword").length, 1);
        const variables: readonly { name: string; value?: unknown; valueFrom?: unknown }[] = container().env;
        const value = (name: string) => variables.find((variable) => variable.name === name);
        assert.deepEqual(value("APPLICATION_PASSWORD")?.valueFrom, {
            secretKeyRef: { name: "metadata-database-airflow", key: "password" },
        });
        // Its name alone, which is known when the server is there.
        assert.equal(value("ADMINISTRATOR_SECRET_ARN")?.value, COMPUTED);
        assert.equal(value("ADMINISTRATOR_SECRET_REGION")?.value, "eu-central-1");
    });

    it("is set up by a job that others wait for, and that waits for its role", () => {
        assert.deepEqual(container().command, ["python", "/etc/managed-database/setup.py"]);
        assert.equal(job().inputs["metadata"].annotations?.["pulumi.com/skipAwait"], undefined);
        const association = only(made, "aws:eks/podIdentityAssociation:PodIdentityAssociation");
        assert.equal(association.inputs["namespace"], "data");
        assert.equal(association.inputs["serviceAccount"], job().inputs["spec"].template.spec.serviceAccountName);
        assert.ok(job().dependencies.includes(association.urn));
        const types = made.map(({ type }) => type);
        assert.ok(types.indexOf("kubernetes:batch/v1:Job") > types.indexOf("aws:rds/instance:Instance"));
    });

    it("runs on a locked-down pod", () => {
        const { securityContext } = container();
        assert.equal(securityContext.readOnlyRootFilesystem, true);
        assert.equal(securityContext.runAsUser, 50_000);
    });
});
