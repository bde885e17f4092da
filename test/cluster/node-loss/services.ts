import type { KubernetesObject, V1EndpointSlice, V1Pod } from "@kubernetes/client-node";
import type { WorkloadSummary } from "../../../components/support/summary.ts";
import type { RecoveryBudget } from "../../../components/values/recovery-budget.ts";
import type { Client } from "../../../tools/control-plane/client.ts";
import { isReady } from "../../../tools/control-plane/readiness.ts";
import type { Recorder } from "../../../tools/control-plane/recorder.ts";
import type { Collected } from "../../support/mocks.ts";
import { moments, podsOf, readyTargets, serving, slicesOf } from "../support/history.ts";

/** A StatelessService of a program, and what it promises. */
export interface Service {
    readonly name: string;
    readonly namespace: string;
    readonly replicas: number;
    readonly budget: RecoveryBudget;
    /** Whether traffic goes to it through a Service; without one, its pods' readiness is what others see. */
    readonly served: boolean;
}

/** The StatelessServices of a program. */
export function statelessServices(resources: readonly Collected[]): readonly Service[] {
    return resources
        .filter(({ type }) => type === "dataplatform:workload:StatelessService")
        .map(({ name, urn, inputs }) => {
            const { namespace, replicas, recovery } = inputs as unknown as WorkloadSummary;
            if (recovery === undefined) {
                throw new Error(`${name} says nothing of its recovery`);
            }
            const served = resources.some(
                (child) => child.parent === urn && child.type === "kubernetes:core/v1:Service" && child.name === name,
            );
            return { name, namespace, replicas: Number.parseInt(String(replicas), 10), budget: recovery, served };
        });
}

/** Pods of a service as they are. */
export function podsOfService(recorder: Recorder, { namespace, name }: Service): readonly V1Pod[] {
    return recorder.current("Pod").filter(podsOf(namespace, name));
}

/**
 * Deletes the pods of services, and waits until each has as many others, and they are ready.
 *
 * @throws {Error} if that takes longer than `timeoutMs`
 */
export async function placeAgain(
    recorder: Recorder,
    client: Client,
    services: readonly Service[],
    timeoutMs: number,
): Promise<void> {
    const former = services.flatMap((service) => podsOfService(recorder, service));
    const uids = new Set(former.map(({ metadata }) => metadata?.uid));
    await Promise.all(former.map((pod) => client.remove(pod)));
    await recorder.waitFor(
        "the services to have other pods",
        () =>
            services.every((service) => {
                const pods = podsOfService(recorder, service);
                return (
                    pods.length === service.replicas &&
                    pods.every((pod) => isReady(pod) && !uids.has(pod.metadata?.uid))
                );
            }),
        timeoutMs,
    );
}

/** Pods that count as reachable, in each moment after a revision: targets of the Service, or ready pods. */
function reachable(
    recorder: Recorder,
    { name, namespace, served }: Service,
    after: number,
): readonly { readonly at: number; readonly pods: readonly string[] }[] {
    const names = (pods: readonly KubernetesObject[]): readonly string[] =>
        pods.map(({ metadata }) => metadata?.name ?? "");
    return served
        ? moments<V1EndpointSlice>(recorder.events, slicesOf(namespace, name), after).map(({ at, objects }) => ({
              at,
              pods: readyTargets(objects.values()),
          }))
        : moments<V1Pod>(recorder.events, podsOf(namespace, name), after).map(({ at, objects }) => ({
              at,
              pods: names([...objects.values()].filter(isReady)),
          }));
}

/**
 * When a service had recovered from the loss of pods, in the sense of its budget: where survivors carry on, or one is
 * promoted, when none of the lost pods is reachable any more; otherwise when as many others are as there are replicas.
 *
 * @param lost names of the pods on dead nodes
 * @param after revision before the loss
 * @returns milliseconds since the epoch; undefined while it has not
 */
export function recoveredAt(
    recorder: Recorder,
    service: Service,
    lost: ReadonlySet<string>,
    after: number,
): number | undefined {
    const history = reachable(recorder, service, after);
    const recovered = (pods: readonly string[]): boolean =>
        service.budget.kind === "reschedule"
            ? pods.filter((pod) => !lost.has(pod)).length >= service.replicas
            : !pods.some((pod) => lost.has(pod));
    // From the last moment on in which it had not: what comes back and goes again has not recovered.
    const last = history.findLastIndex(({ pods }) => !recovered(pods));
    return history[last + 1]?.at;
}

/** Whether a service has at least so many replicas that serve and are not among the lost ones. */
export function carriedBy(recorder: Recorder, service: Service, lost: ReadonlySet<string>): number {
    return serving(podsOfService(recorder, service)).filter(({ metadata }) => !lost.has(metadata?.name ?? "")).length;
}
