import type { KubernetesObject, V1Pod } from "@kubernetes/client-node";
import type { RecordedEvent } from "./log.ts";

/** Where a pod stands. */
interface PodState {
    readonly name: string;
    readonly uid: string;
    readonly node: string | undefined;
    /** Ready and not terminating: what a Service sends requests to. */
    readonly ready: boolean;
    readonly terminating: boolean;
    /** Hash of its template's revision; undefined for a pod without a controller. */
    readonly template: string | undefined;
}

/** All selected pods at a moment. */
export interface PodsAt {
    readonly revision: number;
    /** Milliseconds since the epoch. */
    readonly at: number;
    readonly pods: readonly PodState[];
}

/** Which pods are looked at. */
export type PodSelector = (pod: V1Pod) => boolean;

/** Pods of a namespace that carry all of these labels. */
export function podsWith(namespace: string, labels: Readonly<Record<string, string>>): PodSelector {
    return ({ metadata }) =>
        metadata?.namespace === namespace &&
        Object.entries(labels).every(([label, value]) => metadata.labels?.[label] === value);
}

function isPod(object: KubernetesObject): object is V1Pod {
    return object.kind === "Pod";
}

function podState({ metadata, spec, status }: V1Pod): PodState {
    const terminating = metadata?.deletionTimestamp !== undefined;
    const ready = (status?.conditions ?? []).some(
        (condition) => condition.type === "Ready" && condition.status === "True",
    );
    const labels = metadata?.labels ?? {};
    return {
        name: metadata?.name ?? "",
        uid: metadata?.uid ?? "",
        node: spec?.nodeName,
        ready: ready && !terminating,
        terminating,
        template: labels["pod-template-hash"] ?? labels["controller-revision-hash"],
    };
}

/**
 * How the selected pods stood after each event on one of them.
 *
 * @param events all that was recorded, so that what was there before is known
 * @param since revision after which it is told; it begins with how they stood then. @default the beginning
 */
export function podTimeline(events: readonly RecordedEvent[], select: PodSelector, since = 0): readonly PodsAt[] {
    const pods = new Map<string, PodState>();
    const before: PodsAt = { revision: since, at: 0, pods: [] };
    return events.reduce<PodsAt[]>(
        (timeline, { revision, at, type, object }) => {
            if (!isPod(object) || !select(object)) {
                return timeline;
            }
            const state = podState(object);
            if (type === "DELETED") {
                pods.delete(state.uid);
            } else {
                pods.set(state.uid, state);
            }
            const now = [...pods.values()];
            if (revision > since) {
                timeline.push({ revision, at, pods: now });
            } else {
                timeline[0] = { revision: since, at, pods: now };
            }
            return timeline;
        },
        [before],
    );
}

/** Pods counted at each moment. */
export const COUNTS = {
    /** That exist at all. */
    present: ({ pods }: PodsAt) => pods.length,
    /** Not terminating: what a Deployment's surge is counted by. */
    active: ({ pods }: PodsAt) => pods.filter(({ terminating }) => !terminating).length,
    ready: ({ pods }: PodsAt) => pods.filter(({ ready }) => ready).length,
    /** That exist and are not ready, terminating ones included. */
    unready: ({ pods }: PodsAt) => pods.filter(({ ready }) => !ready).length,
} as const;

/** A count at the moment when it was at its extreme. */
export interface Extreme {
    readonly count: number;
    readonly moment: PodsAt;
}

function extreme(
    timeline: readonly PodsAt[],
    count: (moment: PodsAt) => number,
    beats: (a: number, b: number) => boolean,
): Extreme {
    const [first, ...rest] = timeline.map((moment) => ({ count: count(moment), moment }));
    if (first === undefined) {
        throw new Error("timeline: it is empty. Take it from podTimeline, which begins with how the pods stood");
    }
    return rest.reduce((best, next) => (beats(next.count, best.count) ? next : best), first);
}

/** Where a count was highest, the first time. */
export function highest(timeline: readonly PodsAt[], count: (moment: PodsAt) => number): Extreme {
    return extreme(timeline, count, (a, b) => a > b);
}

/** Where a count was lowest, the first time. */
export function lowest(timeline: readonly PodsAt[], count: (moment: PodsAt) => number): Extreme {
    return extreme(timeline, count, (a, b) => a < b);
}

/** Something that happened to a pod. */
export interface PodStep {
    readonly revision: number;
    readonly at: number;
    readonly what: "created" | "scheduled" | "ready" | "unready" | "terminating" | "deleted";
    /** After the step; of a deletion, before it. */
    readonly pod: PodState;
}

function changes(before: PodState | undefined, after: PodState): readonly PodStep["what"][] {
    return [
        ...(before === undefined ? (["created"] as const) : []),
        ...(before?.node === undefined && after.node !== undefined ? (["scheduled"] as const) : []),
        ...(after.ready && before?.ready !== true ? (["ready"] as const) : []),
        ...(before?.ready === true && !after.ready ? (["unready"] as const) : []),
        ...(after.terminating && before?.terminating !== true ? (["terminating"] as const) : []),
    ];
}

/** What happened to each pod, in order. A pod that is gone at once is only deleted. */
export function podSteps(timeline: readonly PodsAt[]): readonly PodStep[] {
    return timeline.slice(1).flatMap(({ revision, at, pods }, index) => {
        const before = timeline[index]?.pods ?? [];
        const step = (what: PodStep["what"], pod: PodState): PodStep => ({ revision, at, what, pod });
        return [
            ...before.filter(({ uid }) => !pods.some((pod) => pod.uid === uid)).map((pod) => step("deleted", pod)),
            ...pods.flatMap((pod) =>
                changes(
                    before.find(({ uid }) => uid === pod.uid),
                    pod,
                ).map((what) => step(what, pod)),
            ),
        ];
    });
}

/** A pod that took the place, and the name, of another. */
export interface Replacement {
    readonly name: string;
    readonly before: PodState;
    readonly after: PodState;
    /** Of the new pod's creation. */
    readonly revision: number;
    readonly at: number;
}

/** Which names got a new pod, in the order in which the new ones were created: a StatefulSet's rollout. */
export function replacements(timeline: readonly PodsAt[]): readonly Replacement[] {
    const last = new Map<string, PodState>((timeline[0]?.pods ?? []).map((pod) => [pod.name, pod]));
    return podSteps(timeline).flatMap(({ what, pod, revision, at }) => {
        const before = last.get(pod.name);
        if (what === "created" || what === "deleted") {
            last.set(pod.name, pod);
        }
        return what === "created" && before !== undefined && before.uid !== pod.uid
            ? [{ name: pod.name, before, after: pod, revision, at }]
            : [];
    });
}

/** Steps in lines, for the error of an assertion. */
export function stepLines(steps: readonly PodStep[]): readonly string[] {
    return steps.map(
        ({ at, revision, what, pod }) =>
            `${new Date(at).toISOString().slice(11, 23)} ${revision} ${what} ${pod.name}${pod.node === undefined ? "" : ` on ${pod.node}`}`,
    );
}
