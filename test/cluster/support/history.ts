import type { KubernetesObject, V1EndpointSlice, V1Pod } from "@kubernetes/client-node";
import { isReady } from "../../../tools/control-plane/readiness.ts";
import type { RecordedEvent } from "../../../tools/control-plane/recorder/log.ts";

/** The objects of interest after one change. */
export interface Moment<T extends KubernetesObject> {
    /** etcd's revision of the change. */
    readonly revision: number;
    /** Milliseconds since the epoch when it was seen. */
    readonly at: number;
    /** By name. */
    readonly objects: ReadonlyMap<string, T>;
}

/**
 * How some objects were after each change of one of them, in order: what holds in every one of these moments held all
 * the time.
 *
 * @param events from the recorder's beginning
 * @param after moments from this revision on; the one at it is how things were before the first change
 */
export function moments<T extends KubernetesObject>(
    events: readonly RecordedEvent[],
    chosen: (object: KubernetesObject) => boolean,
    after = 0,
): readonly Moment<T>[] {
    const objects = new Map<string, T>();
    const result: Moment<T>[] = [];
    for (const { revision, at, type, object } of events) {
        if (!chosen(object)) {
            continue;
        }
        const name = object.metadata?.name ?? "";
        if (type === "DELETED") {
            objects.delete(name);
        } else {
            objects.set(name, object as T);
        }
        const moment = { revision, at, objects: new Map(objects) };
        if (revision > after) {
            result.push(moment);
        } else {
            result[0] = moment;
        }
    }
    return result;
}

/** Chooses the pods of a workload. */
export function podsOf(namespace: string, name: string): (object: KubernetesObject) => boolean {
    return ({ kind, metadata }) =>
        kind === "Pod" && metadata?.namespace === namespace && metadata.labels?.["app.kubernetes.io/name"] === name;
}

/** Chooses the endpoint slices of a Service. */
export function slicesOf(namespace: string, service: string): (object: KubernetesObject) => boolean {
    return ({ kind, metadata }) =>
        kind === "EndpointSlice" &&
        metadata?.namespace === namespace &&
        metadata.labels?.["kubernetes.io/service-name"] === service;
}

/** Pods that serve: ready, and not on their way out. */
export function serving(pods: Iterable<V1Pod>): readonly V1Pod[] {
    return [...pods].filter((pod) => isReady(pod) && pod.metadata?.deletionTimestamp === undefined);
}

/** Pods that the controller counts: those on their way out are gone for it. */
export function counted(pods: Iterable<V1Pod>): readonly V1Pod[] {
    return [...pods].filter((pod) => pod.metadata?.deletionTimestamp === undefined);
}

/** Names of the pods that traffic goes to. */
export function readyTargets(slices: Iterable<V1EndpointSlice>): readonly string[] {
    return [...slices].flatMap((slice) =>
        (slice.endpoints ?? []).flatMap(({ conditions, targetRef }) =>
            conditions?.ready === false ? [] : [targetRef?.name ?? ""],
        ),
    );
}

/** The image of a pod's first container: which version of the program it runs. */
export function imageOf(pod: V1Pod): string {
    return pod.spec?.containers[0]?.image ?? "";
}

/** Moments in lines for an error, each with what is told of its objects; the last ones where there are many. */
export function told<T extends KubernetesObject>(
    history: readonly Moment<T>[],
    tell: (objects: ReadonlyMap<string, T>) => string,
): string {
    const lines = history.map(({ at, revision, objects }) => {
        const time = new Date(at).toISOString().slice(14, 23);
        return `  ${time} ${revision} ${tell(objects)}`;
    });
    return lines.slice(-40).join("\n");
}

/** Pods in a line: name, r for ready, x for leaving, version. */
export function podLine(pods: ReadonlyMap<string, V1Pod>): string {
    return [...pods]
        .map(([name, pod]) => {
            const flags = `${isReady(pod) ? "r" : "-"}${pod.metadata?.deletionTimestamp === undefined ? "" : "x"}`;
            return `${name.split("-").at(-1)}:${flags}:${imageOf(pod).split(":").at(-1)}`;
        })
        .join(" ");
}
