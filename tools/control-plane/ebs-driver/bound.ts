import type { V1PersistentVolume, V1PersistentVolumeClaim } from "@kubernetes/client-node";
import { DRIVER } from "./facts.ts";
import type { World } from "./world.ts";

/** Volume of this driver that a claim is bound to; undefined while it is not, or is being deleted. */
export function boundVolume(
    { metadata, spec, status }: V1PersistentVolumeClaim,
    world: World,
): V1PersistentVolume | undefined {
    const volume = world.find("PersistentVolume", spec?.volumeName);
    const bound =
        status?.phase === "Bound" &&
        metadata?.deletionTimestamp === undefined &&
        volume?.spec?.csi?.driver === DRIVER &&
        volume.spec.claimRef?.uid === metadata?.uid;
    return bound ? volume : undefined;
}

/** Conditions of a claim, with those of some types replaced. */
export function withConditions(
    { status }: V1PersistentVolumeClaim,
    types: readonly string[],
    ...replacements: readonly { readonly type: string; readonly message?: string }[]
): readonly object[] {
    const others = (status?.conditions ?? []).filter(({ type }) => !types.includes(type));
    const since = new Date().toISOString();
    return [...others, ...replacements.map((one) => ({ ...one, status: "True", lastTransitionTime: since }))];
}
