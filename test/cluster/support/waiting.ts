import type { KubernetesObject } from "@kubernetes/client-node";
import { unready } from "../../../tools/control-plane/readiness.ts";
import type { Recorder } from "../../../tools/control-plane/recorder.ts";

/** Every kind that {@link allReady} looks at, and the pods. */
export const OBSERVED = [
    "pods",
    "nodes",
    "persistentvolumeclaims",
    "persistentvolumes",
    "apps/v1/deployments",
    "apps/v1/statefulsets",
    "apps/v1/daemonsets",
    "batch/v1/jobs",
] as const;

const AWAITED = ["Deployment", "StatefulSet", "DaemonSet", "Job", "PersistentVolumeClaim"];

function called({ kind, metadata }: KubernetesObject): string {
    return `${kind} ${metadata?.namespace}/${metadata?.name}`;
}

/**
 * Waits until every controller, job and claim is where its spec says.
 *
 * @param expected how many there are at least, so that none is missed that has not been seen yet
 * @throws {Error} with each that is not, and why
 */
export async function allReady(recorder: Recorder, expected: number, timeoutMs: number): Promise<void> {
    const state = (): readonly string[] => {
        const objects = AWAITED.flatMap((kind) => recorder.current(kind));
        const waiting = objects.flatMap((object) => {
            const reason = unready(object);
            return reason === undefined ? [] : [`${called(object)}: ${reason}`];
        });
        return objects.length < expected ? [`${objects.length} of ${expected} objects are there`, ...waiting] : waiting;
    };
    try {
        await recorder.waitFor("everything to be ready", () => state().length === 0, timeoutMs);
    } catch (error) {
        throw new Error(`not ready:\n  ${state().join("\n  ")}`, { cause: error });
    }
}

/** How many objects of a program {@link allReady} waits for. */
export function awaitedCount(objects: readonly KubernetesObject[]): number {
    return objects.filter(({ kind }) => AWAITED.includes(kind ?? "")).length;
}
