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

/** Whether an object is as it was when the API server answered, or as it was later. */
function isSeen(answered: KubernetesObject, recorded: KubernetesObject | undefined): boolean {
    const version = (object: KubernetesObject): bigint => BigInt(object.metadata?.resourceVersion ?? 0);
    return recorded !== undefined && version(recorded) >= version(answered);
}

/**
 * Waits until every controller, job and claim is where its spec says.
 *
 * @param applied objects as the API server answered: a recording comes later, and shows them as they were before
 * @throws {Error} with each that is not, and why
 */
export async function allReady(
    recorder: Recorder,
    applied: readonly KubernetesObject[],
    timeoutMs: number,
): Promise<void> {
    const awaited = applied.filter(({ kind }) => AWAITED.includes(kind ?? ""));
    const state = (): readonly string[] => {
        const objects = AWAITED.flatMap((kind) => recorder.current(kind));
        const recorded = new Map(objects.map((object) => [object.metadata?.uid, object]));
        const unseen = awaited.filter((object) => !isSeen(object, recorded.get(object.metadata?.uid)));
        return [
            ...unseen.map((object) => `${called(object)}: not seen as it was applied`),
            ...objects.flatMap((object) => {
                const reason = unready(object);
                return reason === undefined ? [] : [`${called(object)}: ${reason}`];
            }),
        ];
    };
    try {
        await recorder.waitFor("everything to be ready", () => state().length === 0, timeoutMs);
    } catch (error) {
        throw new Error(`not ready:\n  ${state().join("\n  ")}`, { cause: error });
    }
}
