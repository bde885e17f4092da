import type { V1PersistentVolume } from "@kubernetes/client-node";
import { DRIVER, PROVISIONED_BY, VOLUME_FINALIZER } from "./facts.ts";
import type { Step } from "./step.ts";
import type { World } from "./world.ts";

/**
 * Deletes a volume whose claim is gone, if its reclaim policy is to delete it, once no node has it attached.
 *
 * @see https://kubernetes.io/docs/concepts/storage/persistent-volumes/#persistentvolume-deletion-protection-finalizer
 */
export function reclaim(volume: V1PersistentVolume, world: World): Step | undefined {
    const { metadata, spec, status } = volume;
    if (spec?.csi?.driver !== DRIVER || metadata?.annotations?.[PROVISIONED_BY] !== DRIVER) {
        return undefined;
    }
    const finalizers = metadata.finalizers ?? [];
    const others = finalizers.filter((one) => one !== VOLUME_FINALIZER);
    const held = others.length < finalizers.length;
    const release = { verb: "patch", object: volume, change: { metadata: { finalizers: others } } } as const;
    if (spec.persistentVolumeReclaimPolicy !== "Delete") {
        return held ? { does: "leaves the disk, since it is to be retained", writes: [release] } : undefined;
    }
    if (world.attachments(volume).length > 0) {
        return undefined;
    }
    if (metadata.deletionTimestamp === undefined) {
        return status?.phase === "Released"
            ? { does: "deletes the volume of a claim that is gone", writes: [{ verb: "remove", object: volume }] }
            : undefined;
    }
    return held && status?.phase !== "Bound" ? { does: "deletes the disk", writes: [release] } : undefined;
}
