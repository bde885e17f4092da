import assert from "node:assert/strict";
import { resize } from "../../../../tools/control-plane/ebs-driver/resize.ts";
import { World } from "../../../../tools/control-plane/ebs-driver/world.ts";
import { bound, changes, claim, volume } from "./samples.ts";

describe("resize", () => {
    const asked = { resources: { requests: { storage: "20Gi" } } };
    const under = (stage: string) => ({
        allocatedResources: { storage: "20Gi" },
        allocatedResourceStatuses: { storage: stage },
    });
    const running = {
        kind: "Pod",
        metadata: { name: "broker-0", namespace: "data" },
        spec: { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data-0" } }] },
        status: { phase: "Running" },
    };

    it("marks, grows the disk after a while, then the file system of a running pod", () => {
        const world = World.of([volume(), running]);
        const [marked] = changes(resize(bound({}, asked), world));
        assert.match(JSON.stringify(marked), /"ControllerResizeInProgress".*"Resizing"/);
        const disk = resize(bound(under("ControllerResizeInProgress"), asked), world);
        assert.equal(disk?.after, "expand");
        assert.deepEqual(changes(disk)[0], { spec: { capacity: { storage: "20Gi" } } });
        assert.match(JSON.stringify(changes(disk)[1]), /"NodeResizePending".*"FileSystemResizePending"/);
        const [finished] = changes(resize(bound(under("NodeResizePending"), asked), world));
        assert.deepEqual(finished, {
            status: { capacity: { storage: "20Gi" }, allocatedResourceStatuses: { storage: null }, conditions: [] },
        });
    });

    it("waits with the file system for a pod that runs with the claim", () => {
        const pending = bound(under("NodeResizePending"), asked);
        for (const pod of [
            { ...running, status: { phase: "Pending" } },
            { ...running, metadata: { name: "x", namespace: "other" } },
        ]) {
            assert.equal(resize(pending, World.of([volume(), pod])), undefined);
        }
    });

    it("needs no file system for a raw block", () => {
        const block = bound(under("ControllerResizeInProgress"), { ...asked, volumeMode: "Block" });
        assert.match(
            JSON.stringify(changes(resize(block, World.of([volume()])))[1]),
            /"capacity":\{"storage":"20Gi"\}/,
        );
    });

    it("leaves alone what is large enough, unbound, or another's", () => {
        assert.equal(resize(bound(), World.of([volume()])), undefined);
        assert.equal(resize(claim({ spec: asked }), World.of([volume()])), undefined);
        const foreign = volume({ spec: { csi: { driver: "efs.csi.aws.com", volumeHandle: "x" } } });
        assert.equal(resize(bound({}, asked), World.of([foreign])), undefined);
        const another = volume({ spec: { claimRef: { uid: "another" } } });
        assert.equal(resize(bound({}, asked), World.of([another])), undefined);
    });

    it("keeps the other conditions", () => {
        const conditions = [{ type: "ModifyingVolume", status: "True" }];
        const [marked] = changes(resize(bound({ conditions }, asked), World.of([volume()])));
        assert.match(JSON.stringify(marked), /"ModifyingVolume".*"Resizing"/);
    });
});
