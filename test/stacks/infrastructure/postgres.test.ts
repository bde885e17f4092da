import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { ManagedPostgres } from "../../../stacks/infrastructure/postgres.ts";
import { type Collected, collect, ofType, only } from "../../support/mocks.ts";

const CONFIG = {
    version: "18",
    instanceClass: "db.m7g.large",
    storage: "50Gi",
    maxStorage: "200Gi",
    multiAz: true,
    backupDays: 14,
} as const;

function database(protect: boolean): Promise<Collected[]> {
    return collect(() => {
        const subnets = ["a", "b"].map((zone) => [zone, pulumi.output(`subnet-${zone}`)] as const);
        new ManagedPostgres("prod-metadata", {
            identifier: "data-platform-prod-metadata",
            config: CONFIG,
            network: { vpcId: pulumi.output("vpc"), privateSubnets: new Map(subnets) },
            nodes: "sg-nodes",
            region: "eu-central-1",
            keyArn: "arn:key",
            changes: { day: "monday", start: "07:00" },
            logs: { retentionDays: 30, protect, keyArn: "arn:logs" },
            protect,
        });
    });
}

describe("ManagedPostgres", () => {
    let made: Collected[] = [];
    before(async () => {
        made = await database(true);
    });
    const instance = (resources = made) => only(resources, "aws:rds/instance:Instance");

    it("is what was configured", () => {
        const { inputs } = instance();
        assert.equal(inputs["engine"], "postgres");
        assert.equal(inputs["engineVersion"], "18");
        assert.equal(inputs["instanceClass"], "db.m7g.large");
        assert.equal(inputs["multiAz"], true);
        assert.equal(inputs["allocatedStorage"], 50);
        assert.equal(inputs["maxAllocatedStorage"], 200);
        assert.equal(inputs["backupRetentionPeriod"], 14);
    });

    it("has an administrator whose password RDS makes and nobody here knows", () => {
        const { inputs } = instance();
        assert.equal(inputs["manageMasterUserPassword"], true);
        assert.equal(inputs["masterUserSecretKmsKeyId"], "arn:key");
        assert.ok(!("password" in inputs));
        assert.equal(ofType(made, "random:index/randomPassword:RandomPassword").length, 0);
    });

    it("is encrypted, performance data included, and measured", () => {
        const { inputs } = instance();
        assert.equal(inputs["storageEncrypted"], true);
        assert.equal(inputs["kmsKeyId"], "arn:key");
        assert.equal(inputs["performanceInsightsEnabled"], true);
        assert.equal(inputs["performanceInsightsKmsKeyId"], "arn:key");
    });

    it("stands in private subnets and lets in the nodes of the cluster alone", () => {
        assert.equal(instance().inputs["publiclyAccessible"], false);
        assert.deepEqual(only(made, "aws:rds/subnetGroup:SubnetGroup").inputs["subnetIds"], ["subnet-a", "subnet-b"]);
        const { ingress, vpcId, egress } = only(made, "aws:ec2/securityGroup:SecurityGroup").inputs;
        assert.equal(vpcId, "vpc");
        assert.equal(egress, undefined);
        assert.deepEqual(ingress, [{ protocol: "tcp", fromPort: 5432, toPort: 5432, securityGroups: ["sg-nodes"] }]);
    });

    it("takes connections over TLS alone, and passwords by SCRAM", () => {
        const { family, parameters } = only(made, "aws:rds/parameterGroup:ParameterGroup").inputs;
        assert.equal(family, "postgres18");
        const values = new Map(parameters.map(({ name, value }: { name: string; value: string }) => [name, value]));
        assert.equal(values.get("rds.force_ssl"), "1");
        assert.equal(values.get("rds.accepted_password_auth_method"), "scram");
    });

    it("logs to groups that were there before, with retention", () => {
        const groups = ofType(made, "aws:cloudwatch/logGroup:LogGroup");
        assert.deepEqual(
            groups.map(({ inputs }) => `${inputs["name"]}: ${inputs["retentionInDays"]}`).toSorted(),
            ["postgresql", "upgrade"].map((log) => `/aws/rds/instance/data-platform-prod-metadata/${log}: 30`),
        );
        assert.ok(groups.every(({ urn }) => instance().dependencies.includes(urn)));
    });

    it("is protected in prod by RDS and by Pulumi, and leaves a snapshot and backups behind", () => {
        const { inputs, options } = instance();
        assert.equal(inputs["deletionProtection"], true);
        assert.equal(options.protect, true);
        assert.equal(inputs["skipFinalSnapshot"], false);
        assert.equal(inputs["finalSnapshotIdentifier"], "data-platform-prod-metadata-final");
        assert.equal(inputs["deleteAutomatedBackups"], false);
        assert.equal(inputs["applyImmediately"], false);
    });

    it("is changed when the team is there for it", () => {
        assert.equal(instance().inputs["maintenanceWindow"], "mon:07:00-mon:08:00");
        assert.equal(instance().inputs["backupWindow"], "19:00-20:00");
        assert.equal(instance().inputs["autoMinorVersionUpgrade"], true);
    });

    it("can be thrown away elsewhere", async () => {
        const { inputs, options } = instance(await database(false));
        assert.equal(inputs["deletionProtection"], false);
        assert.equal(options.protect, false);
        assert.equal(inputs["skipFinalSnapshot"], true);
        assert.equal(inputs["finalSnapshotIdentifier"], undefined);
    });

    it("says what a role needs to read the administrator's secret, and nothing else", async () => {
        const seen: ManagedPostgres["secretAccess"][] = [];
        await collect(() => {
            const { secretAccess } = new ManagedPostgres("db", {
                identifier: "db",
                config: CONFIG,
                network: { vpcId: pulumi.output("vpc"), privateSubnets: new Map() },
                nodes: "sg-nodes",
                region: "eu-central-1",
                keyArn: "arn:key",
                changes: { day: "monday", start: "07:00" },
                logs: { retentionDays: 30, protect: false, keyArn: "arn:logs" },
                protect: false,
            });
            seen.push(secretAccess);
        });
        const [secret, key] = seen[0] ?? [];
        assert.deepEqual(secret?.actions, ["secretsmanager:GetSecretValue"]);
        assert.deepEqual(key?.actions, ["kms:Decrypt"]);
        assert.deepEqual(key?.resources, ["arn:key"]);
        assert.deepEqual(Object.keys(key?.conditions?.["StringEquals"] ?? {}), [
            "kms:ViaService",
            "kms:EncryptionContext:SecretARN",
        ]);
    });
});
