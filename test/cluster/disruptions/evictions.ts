import { setTimeout as delay } from "node:timers/promises";
import type { V1Pod } from "@kubernetes/client-node";
import type { Client } from "../../../tools/control-plane/client.ts";
import { isReady } from "../../../tools/control-plane/readiness.ts";
import type { Recorder } from "../../../tools/control-plane/recorder.ts";
import { CRASHING_IMAGE } from "../../../tools/control-plane/stages/pod-statuses.ts";
import { type Budgeted, historyOf } from "./budgeted.ts";

const RETRY_MS = 500;

/**
 * Longer than the two minutes for which the disruption controller counts a replacement as evicted, if it has the name of
 * an evicted pod whose end it did not see (DeletionTimeout in kubernetes/pkg/controller/disruption/disruption.go).
 */
const EVICTED_MS = 180_000;

/**
 * Asks for all of these pods to be evicted at once, and again until each of them is.
 *
 * @returns how often it was refused
 * @throws {Error} if one of them is refused for good
 */
export async function evictAll(client: Client, pods: readonly V1Pod[]): Promise<number> {
    const deadline = Date.now() + EVICTED_MS;
    const refusals = await Promise.all(
        pods.map(async ({ metadata }) => {
            let refused = 0;
            while ((await client.evict(metadata?.namespace ?? "", metadata?.name ?? "")) === "refused") {
                refused += 1;
                if (Date.now() > deadline) {
                    throw new Error(`${metadata?.name}: its eviction was refused ${refused} times, in the end as well`);
                }
                await delay(RETRY_MS);
            }
            return refused;
        }),
    );
    return refusals.reduce((sum, refused) => sum + refused, 0);
}

/** How many of a workload's pods had to go before the first of their replacements was ready. */
export function goneBeforeReplaced(
    recorder: Recorder,
    workload: Budgeted,
    pods: readonly V1Pod[],
    after: number,
): number {
    const former = new Set(pods.map(({ metadata }) => metadata?.uid));
    const history = historyOf(recorder, workload, after);
    const replaced = history.findIndex(({ objects }) =>
        [...objects.values()].some((pod) => !former.has(pod.metadata?.uid) && isReady(pod)),
    );
    const staying = [...(history[replaced - 1]?.objects.values() ?? [])].filter(
        ({ metadata }) => former.has(metadata?.uid) && metadata?.deletionTimestamp === undefined,
    );
    return former.size - staying.length;
}

/** Makes a running pod crash again and again, as its kubelet would tell of it. */
export async function crash(client: Client, { metadata, spec, status }: V1Pod): Promise<void> {
    const { name = "", namespace = "" } = metadata ?? {};
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name, namespace } };
    const [first, ...others] = spec?.containers ?? [];
    // The only thing by which the simulated kubelets know that it is not to become ready again.
    await client.patch(pod, {
        spec: { containers: [{ ...(first as object | undefined), image: `app:${CRASHING_IMAGE}` }, ...others] },
    });
    const conditions = (status?.conditions ?? []).map((condition) =>
        ["Ready", "ContainersReady"].includes(condition.type)
            ? { ...(condition as object), status: "False" }
            : condition,
    );
    await client.patch(pod, { status: { conditions } }, "status");
}
