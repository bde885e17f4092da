import { engineEvidence } from "./engine-evidence.ts";
import type { Evidence } from "./evidence.ts";
import type { Plain } from "./plain.ts";
import { readContainers } from "./pod.ts";
import { type ClaimIsShared, readVolumes, volumeEvidence } from "./volumes.ts";

/**
 * The evidence that a pod keeps state, what is certain first. None means that nothing was found, also where the whole
 * spec is not known yet.
 *
 * @param podSpec a pod spec as plain data, in which any value may be unknown.
 * @param claimIsShared answers for claims whose access mode was seen.
 */
export function statefulEvidence(podSpec: Plain, claimIsShared: ClaimIsShared): readonly Evidence[] {
    const containers = readContainers(podSpec);
    const volumes = readVolumes(podSpec, claimIsShared);
    const found = [...volumeEvidence(volumes, containers), ...engineEvidence(containers, volumes)];
    return [...found.filter((evidence) => evidence.certain), ...found.filter((evidence) => !evidence.certain)];
}
