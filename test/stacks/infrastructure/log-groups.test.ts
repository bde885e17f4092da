import assert from "node:assert/strict";
import { databaseLogGroup, Logs, logGroupPrefixes } from "../../../stacks/infrastructure/log-groups.ts";
import { type Collected, collect, ofType, only } from "../../support/mocks.ts";

const GROUP = "aws:cloudwatch/logGroup:LogGroup";

function logs(protect: boolean): Promise<Collected[]> {
    return collect(() => {
        new Logs("logs", { clusterName: "prod", retentionDays: 30, protect, keyArn: "arn:key" });
    });
}

describe("Logs", () => {
    it("has a group for each stream, and the one that EKS writes to", async () => {
        const groups = ofType(await logs(true), GROUP);
        assert.deepEqual(groups.map((group) => String(group.inputs.name)).toSorted(), [
            "/aws/containerinsights/prod/application",
            "/aws/containerinsights/prod/dataplane",
            "/aws/containerinsights/prod/host",
            "/aws/eks/prod/cluster",
        ]);
    });

    it("keeps every group's events as long as configured, and the group itself for ever", async () => {
        for (const group of ofType(await logs(false), GROUP)) {
            assert.equal(group.inputs.retentionInDays, 30);
            assert.equal(group.options.retainOnDelete, true);
        }
    });

    it("encrypts events with its key", async () => {
        for (const group of ofType(await logs(true), GROUP)) {
            assert.equal(group.inputs.kmsKeyId, "arn:key");
        }
    });

    it("has names that the key is for, databases' included", async () => {
        const prefixes = logGroupPrefixes("prod");
        const names = ofType(await logs(true), GROUP).map((group) => String(group.inputs.name));
        for (const name of [...names, databaseLogGroup("prod-metadata", "postgresql")]) {
            assert.ok(
                prefixes.some((prefix) => name.startsWith(prefix)),
                name,
            );
        }
        assert.ok(!prefixes.some((prefix) => "/aws/eks/prod-2/cluster".startsWith(prefix)));
    });

    for (const protect of [true, false]) {
        it(`is ${protect ? "" : "not "}protected when told so`, async () => {
            for (const group of ofType(await logs(protect), GROUP)) {
                assert.equal(group.options.protect, protect);
                assert.equal(group.inputs.deletionProtectionEnabled, protect);
            }
        });
    }

    it("owns its groups", async () => {
        const resources = await logs(true);
        const component = only(resources, "dataplatform:infrastructure:Logs");
        assert.ok(ofType(resources, GROUP).every((group) => group.parent === component.urn));
    });
});
