import type { KubernetesObject, V1Pod } from "@kubernetes/client-node";
import type { Client } from "../../../tools/control-plane/client.ts";
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

function version({ metadata }: KubernetesObject): bigint {
    return BigInt(metadata?.resourceVersion ?? 0);
}

/** Whether an object is as it was when the API server answered, or as it was later. */
function isSeen(answered: KubernetesObject, recorded: KubernetesObject | undefined): boolean {
    return recorded !== undefined && version(recorded) >= version(answered);
}

/**
 * Waits until a recording shows the pods as they are by now, or as they are later: what was just evicted or deleted may
 * stand in it as if nothing had happened.
 *
 * @throws {Error} if it does not get there in `timeoutMs`
 */
export async function podsSeen(recorder: Recorder, client: Client, timeoutMs: number): Promise<void> {
    const { items, resourceVersion } = await client.collection<V1Pod>("/api/v1/pods");
    const listed = new Set(items.map(({ metadata }) => metadata?.uid));
    await recorder.waitFor(
        "the pods to be seen as they are",
        () => {
            const recorded = new Map(recorder.current("Pod").map((pod) => [pod.metadata?.uid, pod]));
            const isGone = ({ metadata }: V1Pod): boolean =>
                recorder.events.some(
                    ({ type, object }) => type === "DELETED" && object.metadata?.uid === metadata?.uid,
                );
            // What was not listed is gone, unless it came later.
            const stays = [...recorded].some(
                ([uid, pod]) => !listed.has(uid) && version(pod) <= BigInt(resourceVersion),
            );
            return !stays && items.every((pod) => isSeen(pod, recorded.get(pod.metadata?.uid)) || isGone(pod));
        },
        timeoutMs,
    );
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
