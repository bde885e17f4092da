import assert from "node:assert/strict";
import { uncountedItems } from "../../../../tools/plan/cost/coverage.ts";
import { costOf } from "../../../../tools/plan/cost.ts";
import { eksConfig } from "../eks.ts";
import { resource } from "../samples.ts";

const CACHE = "aws:elasticache/replicationGroup:ReplicationGroup";

describe("what the cost does not count", () => {
    it("is named as not priced, by type, and is not silently free", () => {
        const resources = [
            resource(CACHE, "a", {}),
            resource(CACHE, "b", {}),
            resource("mongodbatlas:index/cluster:Cluster", "c", {}),
            resource("aws:kms/key:Key", "k", {}),
        ];
        assert.deepEqual(
            uncountedItems(resources).map(({ name, quantity, monthly }) => [name, quantity, monthly]),
            [
                [CACHE, 2, null],
                ["mongodbatlas:index/cluster:Cluster", 1, null],
            ],
        );
        const cost = costOf(eksConfig(), resources);
        assert.deepEqual(cost.unpriced, [CACHE, "mongodbatlas:index/cluster:Cluster"]);
        assert.match(cost.items.at(-1)?.note ?? "", /^not priced: /);
    });

    it("is not what is free, counted, looked up, or a component", () => {
        const component = { ...resource("dataplatform:system:Kafka", "k", {}), custom: false };
        const found = { ...resource(CACHE, "a", {}), read: true };
        const known = [
            "aws:iam/role:Role",
            "aws:rds/instance:Instance",
            "kubernetes:apps/v1:Deployment",
            "random:index/x:X",
        ];
        assert.deepEqual(uncountedItems([component, found, ...known.map((type) => resource(type, "r", {}))]), []);
    });

    it("is a component whose children nobody sees, but for EKS's", () => {
        const remote = (type: string) => ({ ...resource(type, "r", {}), custom: false, remote: true });
        const items = uncountedItems([remote("awsx:ec2:Vpc"), remote("eks:index:Cluster")]);
        assert.deepEqual(
            items.map(({ name }) => name),
            ["awsx:ec2:Vpc"],
        );
    });
});
