import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

/** Names of the classes that claims ask for. */
export interface StorageNames {
    /** For data that has to survive its claim and its namespace. */
    readonly stateful: string;
    /** VolumeAttributesClass of volumes with more throughput; undefined where the driver has none. */
    readonly throughput: string | undefined;
}

const DRIVER = "ebs.csi.aws.com";

/** The classes on EKS; a stateful volume outlives its claim, because deleting a namespace takes its claims along. */
export const EKS_STORAGE = { stateful: "gp3-retain", throughput: "gp3-throughput" } as const satisfies StorageNames;

/** The class of claims that name none; for data that can be made again. */
const DEFAULT_CLASS = "gp3";

/** The class of snapshots that name none. */
const SNAPSHOT_CLASS = "ebs-retain";

/** gp3 has 3,000 IOPS and 125 MiB/s by itself; these are what one broker's replication and a catch-up read need. */
const THROUGHPUT = { type: "gp3", iops: "6000", throughput: "500" };

/** Every update under the same manager; taken over, each would otherwise be written under a random one. */
const FIELD_MANAGER = "dataplatform-storage";

/** What {@link Storage} is made of. */
export interface StorageArgs {
    /** Takes over the VolumeAttributesClass that a former program left behind. */
    readonly claimProvider: pulumi.ProviderResource;
    /** The key that volumes are encrypted with; the driver's role has to be allowed to use it. */
    readonly keyArn: pulumi.Input<string>;
}

/**
 * gp3 classes on the EBS CSI driver: encrypted, growing on demand, bound where the pod is.
 *
 * A class cannot be changed: another key makes it anew, and volumes that are there keep theirs.
 */
export class Storage extends pulumi.ComponentResource {
    constructor(name: string, { claimProvider, keyArn }: StorageArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("dataplatform:infrastructure:Storage", name, {}, opts);
        const storageClass = (className: string, reclaimPolicy: "Retain" | "Delete", isDefault: boolean) =>
            new k8s.storage.v1.StorageClass(
                className,
                {
                    metadata: {
                        name: className,
                        annotations: { "storageclass.kubernetes.io/is-default-class": String(isDefault) },
                    },
                    provisioner: DRIVER,
                    parameters: {
                        type: "gp3",
                        encrypted: "true",
                        kmsKeyId: keyArn,
                        "csi.storage.k8s.io/fstype": "ext4",
                    },
                    reclaimPolicy,
                    volumeBindingMode: "WaitForFirstConsumer",
                    allowVolumeExpansion: true,
                },
                { parent: this },
            );
        storageClass(EKS_STORAGE.stateful, "Retain", false);
        storageClass(DEFAULT_CLASS, "Delete", true);
        new k8s.storage.v1.VolumeAttributesClass(
            EKS_STORAGE.throughput,
            {
                metadata: {
                    name: EKS_STORAGE.throughput,
                    annotations: { "pulumi.com/patchFieldManager": FIELD_MANAGER },
                },
                driverName: DRIVER,
                parameters: THROUGHPUT,
            },
            // Kubernetes does not let it go while a claim names it (vac-protection), and claims outlive the program.
            { parent: this, provider: claimProvider, retainOnDelete: true },
        );
        // A snapshot is a copy to be kept: it outlives the object that asked for it. The key is the volume's own.
        new k8s.apiextensions.CustomResource(
            SNAPSHOT_CLASS,
            {
                apiVersion: "snapshot.storage.k8s.io/v1",
                kind: "VolumeSnapshotClass",
                metadata: {
                    name: SNAPSHOT_CLASS,
                    annotations: { "snapshot.storage.kubernetes.io/is-default-class": "true" },
                },
                driver: DRIVER,
                deletionPolicy: "Retain",
            },
            { parent: this },
        );
        this.registerOutputs({});
    }
}
