import { nodeStages } from "./stages/nodes.ts";
import { podStages } from "./stages/pods.ts";
import type { Stage } from "./stages/stage.ts";

export { SILENT, type Stage } from "./stages/stage.ts";

/**
 * How simulated nodes and pods live. One stage given replaces all of kwok's own, so these are all that there are.
 *
 * @param startUpScale factor on the start-up that workloads allow themselves
 * @see https://kwok.sigs.k8s.io/docs/user/stages-configuration/
 */
export function stages(startUpScale: number): readonly Stage[] {
    return [...nodeStages(), ...podStages(startUpScale)];
}
