import assert from "node:assert/strict";
import { modify } from "../../../../tools/control-plane/ebs-driver/modify.ts";
import { World } from "../../../../tools/control-plane/ebs-driver/world.ts";
import { bound, changes, DRIVER, volume } from "./samples.ts";

describe("modify", () => {
    const fast = {
        kind: "VolumeAttributesClass",
        metadata: { name: "fast" },
        driverName: DRIVER,
        parameters: { iops: "6000" },
    };
    const spec = { volumeAttributesClassName: "fast" };
    const stage = (status: string) => ({ modifyVolumeStatus: { targetVolumeAttributesClassName: "fast", status } });

    it("marks, then changes the volume before the claim after a while", () => {
        const world = World.of([volume(), fast]);
        assert.match(JSON.stringify(changes(modify(bound({}, spec), world))), /"InProgress".*"ModifyingVolume"/);
        const step = modify(bound(stage("InProgress"), spec), world);
        assert.equal(step?.after, "expand");
        assert.deepEqual(changes(step), [
            { spec: { volumeAttributesClassName: "fast" } },
            { status: { currentVolumeAttributesClassName: "fast", modifyVolumeStatus: null, conditions: [] } },
        ]);
        assert.equal(modify(bound({ currentVolumeAttributesClassName: "fast" }, spec), world), undefined);
    });

    it("is pending without the class, and says so once", () => {
        const step = modify(bound({}, spec), World.of([volume()]));
        assert.match(JSON.stringify(changes(step)), /"Pending"/);
        assert.deepEqual(modify(bound(stage("Pending"), spec), World.of([volume()]))?.writes, []);
    });

    it("is infeasible with a parameter that the driver refuses", () => {
        const wrong = { ...fast, parameters: { speed: "9" } };
        const world = World.of([volume(), wrong]);
        assert.match(
            JSON.stringify(changes(modify(bound({}, spec), world))),
            /"Infeasible".*invalid mutable parameter key: speed/,
        );
        assert.deepEqual(modify(bound(stage("Infeasible"), spec), world)?.writes, []);
    });
});
