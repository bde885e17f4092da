import assert from "node:assert/strict";
import type { KubernetesObject, V1PersistentVolumeClaim } from "@kubernetes/client-node";
import { provision } from "../../../../tools/control-plane/ebs-driver/provision.ts";
import type { Step } from "../../../../tools/control-plane/ebs-driver/step.ts";
import { World } from "../../../../tools/control-plane/ebs-driver/world.ts";
import { changes, claim, created, DRIVER, NODES, node, storageClass, volume } from "./samples.ts";

describe("provision", () => {
    const provisioned = (asked: V1PersistentVolumeClaim, ...others: readonly KubernetesObject[]): Step | undefined =>
        provision(asked, World.of([...NODES, storageClass(), ...others]));

    it("makes the volume in the zone of the selected node, for that claim", () => {
        const { metadata, spec } = created(provisioned(claim({ selected: "b-0" })));
        assert.equal(metadata?.name, "pvc-0123-4567-89ab-cdef-0123");
        assert.deepEqual(spec?.nodeAffinity?.required?.nodeSelectorTerms, [
            { matchExpressions: [{ key: "topology.kubernetes.io/zone", operator: "In", values: ["zone-b"] }] },
        ]);
        assert.deepEqual([spec?.claimRef?.namespace, spec?.claimRef?.name], ["data", "data-0"]);
        assert.deepEqual(spec?.csi, { driver: DRIVER, volumeHandle: "vol-0123456789abcdef0", fsType: "xfs" });
        assert.deepEqual([spec?.capacity, spec?.storageClassName], [{ storage: "10Gi" }, "gp3"]);
    });

    it("keeps a volume that is to be deleted until the disk is gone, and leaves one that is retained", () => {
        const asked = claim({ selected: "a-0" });
        assert.equal(created(provisioned(asked)).metadata?.finalizers, undefined);
        const deleting = created(provisioned(asked, storageClass({ reclaimPolicy: "Delete" })));
        assert.deepEqual(deleting.metadata?.finalizers, ["external-provisioner.volume.kubernetes.io/finalizer"]);
        assert.equal(deleting.spec?.persistentVolumeReclaimPolicy, "Delete");
    });

    it("leaves alone what is not its business, or not yet", () => {
        assert.equal(provisioned(claim()), undefined);
        assert.equal(provisioned(claim({ selected: "a-0", provisioner: "efs.csi.aws.com" })), undefined);
        assert.equal(
            provisioned(claim({ selected: "a-0" }), storageClass({ provisioner: "efs.csi.aws.com" })),
            undefined,
        );
        assert.equal(provisioned(claim({ selected: "a-0", spec: { volumeName: "pvc-1" } })), undefined);
        const there = volume({ metadata: { name: "pvc-0123-4567-89ab-cdef-0123" } });
        assert.equal(provisioned(claim({ selected: "a-0" }), there), undefined);
    });

    it("gives a claim back to the scheduler whose node is gone", () => {
        assert.deepEqual(changes(provisioned(claim({ selected: "gone" }))), [
            { metadata: { annotations: { "volume.kubernetes.io/selected-node": null } } },
        ]);
    });

    it("spreads a StatefulSet's immediate claims over the zones", () => {
        const immediate = storageClass({ volumeBindingMode: "Immediate" });
        const zones = [0, 1, 2].map(
            (ordinal) =>
                created(provisioned(claim({ name: `data-broker-${ordinal}` }), immediate)).spec?.nodeAffinity?.required
                    ?.nodeSelectorTerms[0]?.matchExpressions?.[0]?.values?.[0],
        );
        assert.deepEqual(new Set(zones), new Set(["zone-a", "zone-b", "zone-c"]));
    });

    it("keeps to allowedTopologies by either label", () => {
        for (const key of ["topology.kubernetes.io/zone", "topology.ebs.csi.aws.com/zone"]) {
            const allowed = storageClass({
                volumeBindingMode: "Immediate",
                allowedTopologies: [{ matchLabelExpressions: [{ key, values: ["zone-c"] }] }],
            });
            assert.match(provisioned(claim(), allowed)?.does ?? "", /in zone-c$/);
            assert.match(
                provisioned(claim({ selected: "a-0" }), allowed)?.does ?? "",
                /no zone of the nodes is allowed/,
            );
        }
    });

    it("pins nothing where there are no zones", () => {
        const world = World.of([node("plain"), storageClass()]);
        assert.equal(created(provision(claim({ selected: "plain" }), world)).spec?.nodeAffinity, undefined);
    });

    const refusals: readonly [string, V1PersistentVolumeClaim, readonly KubernetesObject[], RegExp][] = [
        ["an unknown class", claim({ selected: "a-0", spec: { storageClassName: "x" } }), [], /no StorageClass "x"/],
        [
            "a shared mode",
            claim({ selected: "a-0", spec: { accessModes: ["ReadWriteMany"] } }),
            [],
            /access mode ReadWriteMany/,
        ],
        [
            "a misspelt parameter",
            claim({ selected: "a-0" }),
            [storageClass({ parameters: { typ: "gp3" } })],
            /invalid parameter key typ/,
        ],
        [
            "attributes that are not there",
            claim({ selected: "a-0", spec: { volumeAttributesClassName: "fast" } }),
            [],
            /no VolumeAttributesClass "fast"/,
        ],
        [
            "a snapshot",
            claim({ selected: "a-0", spec: { dataSource: { kind: "VolumeSnapshot", name: "s" } } }),
            [],
            /snapshots/,
        ],
    ];
    for (const [what, asked, others, sentence] of refusals) {
        it(`refuses ${what}`, () => {
            const step = provisioned(asked, ...others);
            assert.match(step?.does ?? "", sentence);
            assert.deepEqual([step?.problem, step?.writes], [true, []]);
        });
    }
});
