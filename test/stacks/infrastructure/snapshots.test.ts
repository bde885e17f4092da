import assert from "node:assert/strict";
import type { V1Taint, V1Toleration } from "@kubernetes/client-node";
import { AGENT_NOT_READY } from "../../../stacks/infrastructure/pools.ts";
import { type Collected, ofType, only } from "../../support/mocks.ts";
import { everything } from "../platform/everything.ts";

const ADDON = "aws:eks/addon:Addon";

describe("snapshots of volumes", () => {
    let made: readonly Collected[] = [];
    before(async () => {
        made = await everything();
    });

    it("have their definitions before the driver that looks for them", () => {
        const controller = only(made, ADDON, "data-platform-prod-snapshot-controller");
        assert.ok(only(made, ADDON, "data-platform-prod-aws-ebs-csi-driver").dependencies.includes(controller.urn));
        const { tolerations } = JSON.parse(controller.inputs["configurationValues"]);
        assert.ok(tolerations.some((one: { tolerationSeconds?: number }) => one.tolerationSeconds === 30));
    });

    it("and all else that the driver waits for starts on nodes that wait for the driver's agent", () => {
        const addons = ofType(made, ADDON);
        const driver = only(made, ADDON, "data-platform-prod-aws-ebs-csi-driver");
        const groups = ofType(made, "aws:eks/nodeGroup:NodeGroup");
        assert.ok(
            groups.some(({ inputs }) => inputs["taints"].some(({ key }: V1Taint) => key === AGENT_NOT_READY.key)),
        );
        // Those that come before the nodes run on every node, whatever its taints.
        const between = addons.filter(
            ({ urn, dependencies }) =>
                driver.dependencies.includes(urn) && groups.some((group) => dependencies.includes(group.urn)),
        );
        assert.deepEqual(
            between.map(({ inputs }) => inputs["addonName"]),
            ["snapshot-controller"],
        );
        for (const { inputs } of between) {
            const { tolerations } = JSON.parse(inputs["configurationValues"]);
            assert.ok(tolerations.some(({ key, effect }: V1Toleration) => key === AGENT_NOT_READY.key && !effect));
        }
    });

    it("are of a default class, and outlive what asked for them", () => {
        const { metadata, driver, deletionPolicy } = only(
            made,
            "kubernetes:snapshot.storage.k8s.io/v1:VolumeSnapshotClass",
        ).inputs;
        assert.equal(metadata.annotations["snapshot.storage.kubernetes.io/is-default-class"], "true");
        assert.deepEqual([driver, deletionPolicy], ["ebs.csi.aws.com", "Retain"]);
    });
});
