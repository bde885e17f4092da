import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { NodePool } from "../../../stacks/infrastructure/node-pools.ts";
import { managedPools } from "../../../stacks/infrastructure/pools.ts";
import { type Collected, collect, ofType } from "../../support/mocks.ts";
import { prodWith } from "../platform/everything.ts";

const SUBNETS = new Map(["a", "b", "c"].map((zone) => [zone, pulumi.output(`subnet-${zone}`)] as const));

/** What a pool of streaming makes whose nodes boot a release. */
async function made(amiRelease: string): Promise<readonly Collected[]> {
    const { pools } = prodWith({});
    const streaming = { ...pools.infra, instanceTypes: ["r7g.2xlarge"], min: 3, typical: 3, max: 6, diskSize: 50 };
    const pool = managedPools({ ...pools, streaming })[1];
    assert.ok(pool);
    return await collect(() => {
        new NodePool("prod-streaming", {
            clusterName: "prod",
            version: "1.35",
            amiRelease,
            pool,
            subnets: SUBNETS,
            roleArn: "arn:aws:iam::111122223333:role/nodes",
            needs: [],
        });
    });
}

describe("NodePool", () => {
    it("for streaming has one group a zone, tainted for good and until volumes can be counted", async () => {
        const resources = await made("1.35.7-20260827");
        const groups = ofType(resources, "aws:eks/nodeGroup:NodeGroup");
        assert.deepEqual(
            groups.map(({ inputs }) => inputs.subnetIds),
            [["subnet-a"], ["subnet-b"], ["subnet-c"]],
        );
        for (const { inputs } of groups) {
            assert.deepEqual(inputs.labels, { workload: "streaming" });
            assert.deepEqual(inputs.taints, [
                { key: "workload", value: "streaming", effect: "NO_SCHEDULE" },
                { key: "ebs.csi.aws.com/agent-not-ready", value: "true", effect: "NO_EXECUTE" },
            ]);
            assert.deepEqual(inputs.scalingConfig, { minSize: 1, desiredSize: 1, maxSize: 2 });
            assert.equal(inputs.releaseVersion, "1.35.7-20260827");
            assert.deepEqual([inputs.instanceTypes, inputs.amiType], [["r7g.2xlarge"], "AL2023_ARM_64_STANDARD"]);
        }
        const [template] = ofType(resources, "aws:ec2/launchTemplate:LaunchTemplate");
        assert.equal(template?.inputs.blockDeviceMappings[0].ebs.volumeSize, 50);
        assert.equal(template?.inputs.tags.workload, "streaming");
    });

    it("leaves it to EKS which release is the newest", async () => {
        const groups = ofType(await made("latest"), "aws:eks/nodeGroup:NodeGroup");
        assert.deepEqual(
            groups.map(({ inputs }) => inputs.releaseVersion),
            [undefined, undefined, undefined],
        );
    });
});
