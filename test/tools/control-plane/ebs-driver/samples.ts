import assert from "node:assert/strict";
import type {
    KubernetesObject,
    V1PersistentVolume,
    V1PersistentVolumeClaim,
    V1StorageClass,
} from "@kubernetes/client-node";
import type { Step } from "../../../../tools/control-plane/ebs-driver/step.ts";

/** The driver whose stand-in is tested. */
export const DRIVER = "ebs.csi.aws.com";

/** A node, in a zone if one is given. */
export function node(name: string, zone?: string): KubernetesObject {
    return {
        kind: "Node",
        metadata: { name, uid: name, ...(zone && { labels: { "topology.kubernetes.io/zone": zone } }) },
    };
}

/** One node in each of three zones. */
export const NODES = [node("a-0", "zone-a"), node("b-0", "zone-b"), node("c-0", "zone-c")];

/** A class of the driver. */
export function storageClass(fields: Partial<V1StorageClass> = {}): V1StorageClass {
    return {
        kind: "StorageClass",
        metadata: { name: "gp3" },
        provisioner: DRIVER,
        parameters: { type: "gp3", encrypted: "true", "csi.storage.k8s.io/fstype": "xfs" },
        reclaimPolicy: "Retain",
        volumeBindingMode: "WaitForFirstConsumer",
        ...fields,
    };
}

/** What differs from a fresh claim. */
export interface ClaimFacts {
    readonly name?: string;
    readonly selected?: string;
    readonly provisioner?: string;
    readonly spec?: object;
    readonly status?: object;
}

/** A claim that the driver was asked to provision. */
export function claim({
    name = "data-0",
    selected,
    provisioner = DRIVER,
    spec,
    status,
}: ClaimFacts = {}): V1PersistentVolumeClaim {
    return {
        kind: "PersistentVolumeClaim",
        metadata: {
            name,
            namespace: "data",
            uid: "0123-4567-89ab-cdef-0123",
            annotations: {
                "volume.kubernetes.io/storage-provisioner": provisioner,
                ...(selected && { "volume.kubernetes.io/selected-node": selected }),
            },
        },
        spec: {
            accessModes: ["ReadWriteOnce"],
            storageClassName: "gp3",
            resources: { requests: { storage: "10Gi" } },
            ...spec,
        },
        ...(status && { status }),
    };
}

/** A claim that is bound to {@link volume}. */
export function bound(status: object = {}, spec: object = {}): V1PersistentVolumeClaim {
    return claim({
        spec: { volumeName: "pvc-1", ...spec },
        status: { phase: "Bound", capacity: { storage: "10Gi" }, ...status },
    });
}

/** A volume of the driver, of 10 GiB. */
export function volume(
    fields: { readonly spec?: object; readonly status?: object; readonly metadata?: object } = {},
): V1PersistentVolume {
    return {
        kind: "PersistentVolume",
        metadata: { name: "pvc-1", annotations: { "pv.kubernetes.io/provisioned-by": DRIVER }, ...fields.metadata },
        spec: {
            capacity: { storage: "10Gi" },
            csi: { driver: DRIVER, volumeHandle: "vol-1" },
            claimRef: { uid: "0123-4567-89ab-cdef-0123" },
            persistentVolumeReclaimPolicy: "Delete",
            ...fields.spec,
        },
        status: { phase: "Bound", ...fields.status },
    };
}

/** Volume that a step creates. */
export function created(step: Step | undefined): V1PersistentVolume {
    const write = step?.writes[0];
    assert.ok(write?.verb === "create", `no volume is made: ${step?.does}`);
    return write.object;
}

/** Changes that a step patches. */
export function changes(step: Step | undefined): readonly unknown[] {
    return (step?.writes ?? []).map((write) => (write.verb === "patch" ? write.change : write.verb));
}
