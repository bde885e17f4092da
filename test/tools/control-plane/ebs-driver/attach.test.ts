import assert from "node:assert/strict";
import type { KubernetesObject, V1CSINode, V1VolumeAttachment } from "@kubernetes/client-node";
import { attach } from "../../../../tools/control-plane/ebs-driver/attach.ts";
import type { Step } from "../../../../tools/control-plane/ebs-driver/step.ts";
import { World } from "../../../../tools/control-plane/ebs-driver/world.ts";
import { changes, DRIVER, NODES, volume } from "./samples.ts";

const FINALIZER = "external-attacher/ebs-csi-aws-com";

interface AttachmentFacts {
    readonly name?: string;
    readonly volume?: string;
    readonly node?: string;
    readonly attached?: boolean;
    readonly held?: boolean;
    readonly deleted?: boolean;
    readonly attacher?: string;
    readonly second?: number;
    readonly refused?: string;
}

function attachment(facts: AttachmentFacts = {}): V1VolumeAttachment {
    return {
        kind: "VolumeAttachment",
        metadata: {
            name: facts.name ?? "csi-1",
            creationTimestamp: new Date((facts.second ?? 0) * 1000),
            finalizers: facts.held === true ? ["other", FINALIZER] : ["other"],
            ...(facts.deleted && { deletionTimestamp: new Date(0) }),
        },
        spec: {
            attacher: facts.attacher ?? DRIVER,
            nodeName: facts.node ?? "a-0",
            source: { persistentVolumeName: facts.volume ?? "pvc-1" },
        },
        status: {
            attached: facts.attached ?? false,
            ...(facts.refused && { attachError: { message: facts.refused } }),
        },
    };
}

function csiNode(name: string, count: number): V1CSINode {
    const driver = { name: DRIVER, nodeID: name, topologyKeys: [], allocatable: { count } };
    return { kind: "CSINode", metadata: { name }, spec: { drivers: [driver] } };
}

function decided(asked: V1VolumeAttachment, ...others: readonly KubernetesObject[]): Step | undefined {
    return attach(asked, World.of([...NODES, volume(), asked, ...others]));
}

describe("attach", () => {
    it("holds the attachment first, then attaches after a while", () => {
        assert.deepEqual(changes(decided(attachment())), [{ metadata: { finalizers: ["other", FINALIZER] } }]);
        const step = decided(attachment({ held: true }));
        assert.equal(step?.after, "attach");
        assert.deepEqual(changes(step), [{ status: { attached: true, attachError: null } }]);
        assert.equal(decided(attachment({ held: true, attached: true })), undefined);
    });

    it("detaches after a while, and lets the attachment go", () => {
        const step = decided(attachment({ held: true, attached: true, deleted: true }));
        assert.equal(step?.after, "attach");
        assert.deepEqual(changes(step), [{ metadata: { finalizers: ["other"] } }]);
        assert.equal(decided(attachment({ deleted: true })), undefined);
    });

    it("leaves another driver's alone", () => {
        assert.equal(decided(attachment({ attacher: "efs.csi.aws.com" })), undefined);
    });

    it("refuses a volume that is attached elsewhere, once", () => {
        const elsewhere = attachment({ name: "csi-2", node: "b-0", attached: true });
        const step = decided(attachment(), elsewhere);
        assert.equal(step?.problem, true);
        assert.match(
            JSON.stringify(changes(step)),
            /"attachError":\{"message":"VolumeInUse: it is still attached to b-0"/,
        );
        const told = attachment({ refused: "VolumeInUse: it is still attached to b-0" });
        assert.deepEqual(decided(told, elsewhere)?.writes, []);
    });

    it("refuses a volume of another zone, and what is gone", () => {
        const term = { key: "topology.kubernetes.io/zone", operator: "In", values: ["zone-b"] };
        const pinned = volume({
            spec: { nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [term] }] } } },
        });
        assert.match(decided(attachment(), pinned)?.does ?? "", /the volume is in zone-b, the node in zone-a/);
        assert.match(decided(attachment({ node: "b-0" }), pinned)?.does ?? "", /^begins to attach/);
        assert.match(decided(attachment({ node: "gone" }))?.does ?? "", /node gone is gone/);
        assert.match(decided(attachment({ volume: "gone" }))?.does ?? "", /volume gone is gone/);
        const deleted = volume({ metadata: { deletionTimestamp: new Date(0) } });
        assert.match(decided(attachment(), deleted)?.does ?? "", /marked for deletion/);
    });

    it("keeps to the node's limit: attached ones first, then the oldest, the same ones whoever asks", () => {
        const volumes = [2, 3, 4].map((number) => volume({ metadata: { name: `pvc-${number}` } }));
        const asked = [
            attachment({ name: "csi-1", volume: "pvc-1", second: 9, attached: true, held: true }),
            attachment({ name: "csi-2", volume: "pvc-2", second: 3 }),
            attachment({ name: "csi-3", volume: "pvc-3", second: 1 }),
            attachment({ name: "csi-4", volume: "pvc-4", node: "b-0", second: 0 }),
        ];
        const does = (count: number) =>
            asked.map((one) => decided(one, ...volumes, ...asked, csiNode("a-0", count))?.does.split(" ")[0]);
        assert.deepEqual(does(1), [undefined, "cannot", "cannot", "begins"]);
        assert.deepEqual(does(2), [undefined, "cannot", "begins", "begins"]);
        assert.deepEqual(does(3), [undefined, "begins", "begins", "begins"]);
    });
});
