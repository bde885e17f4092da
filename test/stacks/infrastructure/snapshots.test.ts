import assert from "node:assert/strict";
import { type Collected, only } from "../../support/mocks.ts";
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

    it("are of a default class, and outlive what asked for them", () => {
        const { metadata, driver, deletionPolicy } = only(
            made,
            "kubernetes:snapshot.storage.k8s.io/v1:VolumeSnapshotClass",
        ).inputs;
        assert.equal(metadata.annotations["snapshot.storage.kubernetes.io/is-default-class"], "true");
        assert.deepEqual([driver, deletionPolicy], ["ebs.csi.aws.com", "Retain"]);
    });
});
