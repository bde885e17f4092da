import type { V1Pod, V1PodDisruptionBudget } from "@kubernetes/client-node";
import type { WorkloadSummary } from "../../../components/support/summary.ts";
import { state } from "../../../tools/control-plane/recorder/summary.ts";
import type { Recorder } from "../../../tools/control-plane/recorder.ts";
import type { Collected } from "../../support/mocks.ts";
import { type Moment, moments, podsOf, serving, told } from "../support/history.ts";

/** A workload of which replicas may be taken away now and then. */
export interface Budgeted {
    readonly name: string;
    readonly namespace: string;
    readonly replicas: number;
    /** How many may be away at once: less than half of what decides by majority, one of everything else. */
    readonly away: number;
}

const SERVING = new Set(["dataplatform:workload:StatelessService", "dataplatform:workload:OrderedStatefulService"]);

/**
 * The workloads of a program that always have replicas.
 *
 * @param majorities names of those that decide by majority
 */
export function budgetedWorkloads(
    resources: readonly Collected[],
    majorities: ReadonlySet<string>,
): readonly Budgeted[] {
    return resources
        .filter(({ type }) => SERVING.has(type))
        .map(({ name, inputs }) => {
            const summary = inputs as unknown as WorkloadSummary;
            // Where the load decides, there are as many as the least at first.
            const replicas = Number.parseInt(String(summary.replicas), 10);
            const away = majorities.has(name) ? Math.ceil(replicas / 2) - 1 : 1;
            return { name, namespace: summary.namespace, replicas, away };
        });
}

/** Its pods as they are. */
export function podsOfWorkload(recorder: Recorder, { namespace, name }: Budgeted): readonly V1Pod[] {
    return recorder.current("Pod").filter(podsOf(namespace, name));
}

/** What the disruption controller says of its budget; undefined while there is none. */
export function budgetStatus(
    recorder: Recorder,
    { namespace, name }: Budgeted,
): V1PodDisruptionBudget["status"] | undefined {
    const budget: V1PodDisruptionBudget | undefined = recorder
        .current("PodDisruptionBudget")
        .find(({ metadata }) => metadata?.namespace === namespace && metadata.name === name);
    return budget?.status;
}

/** Whether every replica serves, none is leaving, and its budget has seen that. */
export function isWhole(recorder: Recorder, workload: Budgeted): boolean {
    const pods = podsOfWorkload(recorder, workload);
    const budget = budgetStatus(recorder, workload);
    const seen = budget === undefined || budget.currentHealthy === workload.replicas;
    return pods.length === workload.replicas && serving(pods).length === workload.replicas && seen;
}

/** A pod that does not serve: its state, and what the scheduler says of it. */
function complaint(pod: V1Pod): string {
    const scheduler = pod.status?.conditions?.find(({ type }) => type === "PodScheduled")?.message;
    return [`${pod.metadata?.name}: ${state(pod)}`, ...(scheduler === undefined ? [] : [scheduler])].join("; ");
}

/** Why a workload is not whole, in lines for an error. */
export function notWhole(recorder: Recorder, workload: Budgeted): string {
    const pods = podsOfWorkload(recorder, workload);
    const ready = serving(pods);
    const { currentHealthy, disruptionsAllowed, disruptedPods } = budgetStatus(recorder, workload) ?? {};
    const budget = { currentHealthy, disruptionsAllowed, disruptedPods };
    return [
        `${workload.name}: ${ready.length} of ${workload.replicas} ready, ${pods.length} there; budget ${JSON.stringify(budget)}`,
        ...pods.filter((pod) => !ready.includes(pod)).map((pod) => `  ${complaint(pod)}`),
    ].join("\n");
}

/** Its pods in each moment after a revision. */
export function historyOf(recorder: Recorder, { namespace, name }: Budgeted, after: number): readonly Moment<V1Pod>[] {
    return moments<V1Pod>(recorder.events, podsOf(namespace, name), after);
}

/** How many serve, and who is there and does not: x for leaving. */
function awayLine(pods: ReadonlyMap<string, V1Pod>): string {
    const ready = serving(pods.values());
    const others = [...pods]
        .filter(([, pod]) => !ready.includes(pod))
        .map(([name, { metadata }]) => `${name}${metadata?.deletionTimestamp === undefined ? "" : ":x"}`);
    return `${ready.length} of ${pods.size} ready; not ${others.join(" ")}`;
}

/** What broke the promise that no more replicas are away than may be, after a revision: lines for an error, or none. */
export function overdrawn(recorder: Recorder, workload: Budgeted, after: number): readonly string[] {
    const history = historyOf(recorder, workload, after);
    const least = workload.replicas - workload.away;
    const broken = history.findIndex(({ objects }) => serving(objects.values()).length < least);
    return broken === -1
        ? []
        : [`${workload.name}: fewer than ${least} ready`, told(history.slice(0, broken + 1).slice(-10), awayLine)];
}
