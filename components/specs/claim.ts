import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { selectorLabels, workloadLabels } from "../support/naming.ts";
import type { VolumeSize } from "../values/quantity.ts";

/** A volume of an ordered service: one EBS volume per replica. */
export interface VolumeArgs {
    /** Where the container sees it. */
    readonly mountPath: string;
    /** Grows when this number grows; a smaller one is refused. EBS allows four changes of a volume in 24 hours. */
    readonly size: VolumeSize;
    /**
     * StorageClass of the volumes. Its `reclaimPolicy` decides whether they outlive their namespace.
     * @default the cluster's default class
     */
    readonly storageClass?: string;
    /**
     * VolumeAttributesClass: IOPS and throughput. Change it together with the size.
     * @default what the StorageClass gives
     */
    readonly attributesClass?: pulumi.Input<string>;
}

/** Notes the class that a claim was made with, so that a later change of it can be told. */
export const STORAGE_CLASS_ANNOTATION = "dataplatform/storage-class";
const NO_CLASS = "(default)";

/** Every update under the same manager; otherwise each writes under a random one and conflicts with the last. */
const FIELD_MANAGER = "dataplatform-claims";

function claimSpec(volume: VolumeArgs): k8s.types.input.core.v1.PersistentVolumeClaimSpec {
    return {
        accessModes: ["ReadWriteOnce"],
        ...(volume.storageClass === undefined ? {} : { storageClassName: volume.storageClass }),
        ...(volume.attributesClass === undefined ? {} : { volumeAttributesClassName: volume.attributesClass }),
        resources: { requests: { storage: volume.size } },
    };
}

/** The name by which a StatefulSet finds the claim of an ordinal. */
export function claimName(volume: string, statefulSet: string, ordinal: number): string {
    return `${volume}-${statefulSet}-${ordinal}`;
}

/** The claim of one replica, declared by the program so that it can grow. */
export function claim(
    name: string,
    owner: { readonly namespace: string; readonly system: string },
    volumeName: string,
    volume: VolumeArgs,
    ordinal: number,
): k8s.core.v1.PersistentVolumeClaimArgs {
    return {
        metadata: {
            name: claimName(volumeName, name, ordinal),
            namespace: owner.namespace,
            labels: workloadLabels(name, owner.system),
            annotations: {
                // The provider waits for a WaitForFirstConsumer claim to be Pending, which a bound one never is.
                "pulumi.com/skipAwait": "true",
                "pulumi.com/patchFieldManager": FIELD_MANAGER,
                [STORAGE_CLASS_ANNOTATION]: volume.storageClass ?? NO_CLASS,
            },
        },
        spec: claimSpec(volume),
    };
}

/** The template that the StatefulSet's controller finds claims by; it makes none, they are there before. */
export function claimTemplate(
    name: string,
    volumeName: string,
    volume: VolumeArgs,
): k8s.types.input.core.v1.PersistentVolumeClaim {
    return {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: { name: volumeName, labels: selectorLabels(name) },
        spec: claimSpec(volume),
    };
}
