import assert from "node:assert/strict";
import type { V1VolumeAttachment } from "@kubernetes/client-node";
import { reclaim } from "../../../../tools/control-plane/ebs-driver/reclaim.ts";
import { World } from "../../../../tools/control-plane/ebs-driver/world.ts";
import { changes, volume } from "./samples.ts";

const FINALIZER = "external-provisioner.volume.kubernetes.io/finalizer";
const RELEASED = { status: { phase: "Released" } };
const provisioned = { "pv.kubernetes.io/provisioned-by": "ebs.csi.aws.com" };
const held = { finalizers: ["kubernetes.io/pv-protection", FINALIZER], annotations: provisioned };

describe("reclaim", () => {
    it("deletes a released volume, then its disk", () => {
        assert.deepEqual(changes(reclaim(volume(RELEASED), new World())), ["remove"]);
        const deleted = volume({ ...RELEASED, metadata: { ...held, deletionTimestamp: new Date(0) } });
        assert.deepEqual(changes(reclaim(deleted, new World())), [
            { metadata: { finalizers: ["kubernetes.io/pv-protection"] } },
        ]);
    });

    it("keeps a retained volume and lets go of its disk", () => {
        const retained = { spec: { persistentVolumeReclaimPolicy: "Retain" } };
        assert.equal(reclaim(volume({ ...RELEASED, ...retained }), new World()), undefined);
        const changed = reclaim(volume({ ...retained, metadata: held }), new World());
        assert.deepEqual(changes(changed), [{ metadata: { finalizers: ["kubernetes.io/pv-protection"] } }]);
    });

    it("waits while a node has it attached, and while a claim has it", () => {
        const attachment: V1VolumeAttachment = {
            kind: "VolumeAttachment",
            metadata: { name: "csi-1" },
            spec: { attacher: "ebs.csi.aws.com", nodeName: "a-0", source: { persistentVolumeName: "pvc-1" } },
        };
        const attached = World.of([attachment]);
        assert.equal(reclaim(volume(RELEASED), attached), undefined);
        assert.equal(reclaim(volume(), new World()), undefined);
        const deletedInUse = volume({ metadata: { ...held, deletionTimestamp: new Date(0) } });
        assert.equal(reclaim(deletedInUse, new World()), undefined);
    });

    it("leaves alone a volume that it did not make", () => {
        assert.equal(reclaim(volume({ ...RELEASED, metadata: { annotations: {} } }), new World()), undefined);
        const foreign = volume({ ...RELEASED, spec: { csi: { driver: "efs.csi.aws.com", volumeHandle: "x" } } });
        assert.equal(reclaim(foreign, new World()), undefined);
    });
});
