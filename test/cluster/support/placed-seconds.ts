import { SPARE_ROOM } from "../../../components/values/recovery-budget.ts";

/**
 * Seconds from a Pending pod to its containers' start on a simulated node with room: the scheduler is real, at most a
 * second; the pull of an image is scaled, and takes a second with all that is around it.
 *
 * @param startUpScale the control plane's own
 */
export function placedSeconds(startUpScale: number): number {
    return 1 + Math.max(1, SPARE_ROOM.seconds * startUpScale);
}
