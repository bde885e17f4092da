/** Name of the driver, as StorageClasses, volumes and attachments call it. */
export const DRIVER = "ebs.csi.aws.com";

/**
 * Label by which the driver pins volumes to their zone. Its older one, `topology.ebs.csi.aws.com/zone`, is deprecated;
 * nodes carry both.
 *
 * @see https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/master/pkg/driver/controller.go, newCreateVolumeResponse
 */
export const ZONE_LABEL = "topology.kubernetes.io/zone";

/** Labels that name a zone in a StorageClass's `allowedTopologies`. */
export const ZONE_LABELS: readonly string[] = [ZONE_LABEL, "topology.ebs.csi.aws.com/zone"];

/** Set by the scheduler on a claim that waits for its pod: the node that the pod fits on. */
export const SELECTED_NODE = "volume.kubernetes.io/selected-node";

/** Set by the volume controller on a claim that a driver is to provision now. */
export const STORAGE_PROVISIONER = "volume.kubernetes.io/storage-provisioner";

/** On a volume: who made it, and so who deletes it. */
export const PROVISIONED_BY = "pv.kubernetes.io/provisioned-by";

/** Keeps a volume that is to be deleted with its claim until the disk behind it is gone (external-provisioner). */
export const VOLUME_FINALIZER = "external-provisioner.volume.kubernetes.io/finalizer";

/** Keeps an attachment until the disk is detached (external-attacher: the driver's name with dashes). */
export const ATTACHMENT_FINALIZER = "external-attacher/ebs-csi-aws-com";
