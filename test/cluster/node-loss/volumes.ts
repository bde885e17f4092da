import type { KubernetesObject, V1PersistentVolumeClaim, V1Pod, V1VolumeAttachment } from "@kubernetes/client-node";
import type { Recorder } from "../../../tools/control-plane/recorder.ts";

/** The claim that a pod of a stateful system has; "" for a pod without one. */
export function claimOf({ spec }: V1Pod): string {
    const volume = spec?.volumes?.find(({ persistentVolumeClaim }) => persistentVolumeClaim !== undefined);
    return volume?.persistentVolumeClaim?.claimName ?? "";
}

/** Where the volume of a claim is attached at the moment. */
export function attachmentOf(recorder: Recorder, claim: string): V1VolumeAttachment | undefined {
    const claims = recorder.current("PersistentVolumeClaim") as readonly V1PersistentVolumeClaim[];
    const volume = claims.find(({ metadata }) => metadata?.name === claim)?.spec?.volumeName;
    return recorder.current("VolumeAttachment").find((one) => volumeOf(one) === volume) as
        | V1VolumeAttachment
        | undefined;
}

function volumeOf(object: KubernetesObject | undefined): string | undefined {
    return (object as V1VolumeAttachment | undefined)?.spec.source.persistentVolumeName;
}

/**
 * Waits until a volume has followed its pod from a node that is out of service.
 *
 * @param since revision before the node went
 * @returns revisions of the lost pod's end, its volume's detachment, and its attachment for the next pod
 */
export function followed(
    recorder: Recorder,
    since: number,
    pod: V1Pod,
    attachment: V1VolumeAttachment,
    timeoutMs: number,
): Promise<readonly number[]> {
    const find = (type: string, holds: (object: KubernetesObject) => boolean): number | undefined =>
        recorder.since(since).find((event) => event.type === type && holds(event.object))?.revision;
    const isNext = (object: KubernetesObject): boolean =>
        object.kind === "VolumeAttachment" &&
        object.metadata?.uid !== attachment.metadata?.uid &&
        volumeOf(object) === volumeOf(attachment);
    return recorder.waitFor(
        `the volume of ${pod.metadata?.name} to follow it`,
        () => {
            const revisions = [
                find("DELETED", ({ metadata }) => metadata?.uid === pod.metadata?.uid),
                find("DELETED", ({ metadata }) => metadata?.uid === attachment.metadata?.uid),
                find("ADDED", isNext),
            ];
            const known = revisions.filter((revision) => revision !== undefined);
            return known.length === revisions.length && known;
        },
        timeoutMs,
    );
}
