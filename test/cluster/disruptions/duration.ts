import type { V1Container, V1Pod } from "@kubernetes/client-node";
import { placedSeconds } from "../support/placed-seconds.ts";

function startUp({ startupProbe: probe }: V1Container): number {
    // The first look comes at once.
    return probe === undefined
        ? 0
        : (probe.initialDelaySeconds ?? 0) + ((probe.failureThreshold ?? 3) - 1) * (probe.periodSeconds ?? 10);
}

/**
 * Seconds that a pod needs at most to end, and to start elsewhere, by its own figures where they are simulated: it ends
 * within a second, and its start-up is scaled, to a second at least.
 *
 * @param startUpScale the control plane's own
 */
export function replacementSeconds({ spec }: V1Pod, startUpScale: number): number {
    const containers = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
    const allowed = containers.reduce((sum, container) => sum + startUp(container), 0);
    return (
        Math.min(spec?.terminationGracePeriodSeconds ?? 30, 1) +
        placedSeconds(startUpScale) +
        Math.max(1, allowed * startUpScale)
    );
}
