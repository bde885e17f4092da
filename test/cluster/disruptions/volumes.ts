import type { KubernetesObject, V1PersistentVolumeClaim, V1Pod } from "@kubernetes/client-node";
import type { Recorder } from "../../../tools/control-plane/recorder.ts";
import type { Placed } from "../support/placement.ts";

const ZONE = "topology.kubernetes.io/zone";

function key({ metadata }: KubernetesObject): string {
    return `${metadata?.namespace}/${metadata?.name}`;
}

function claimsOf({ spec }: V1Pod): string {
    return (spec?.volumes ?? []).flatMap(({ persistentVolumeClaim: claim }) => claim?.claimName ?? []).join();
}

/** Zones of all nodes that were ever seen, by name. */
function zones(recorder: Recorder): ReadonlyMap<string, string | undefined> {
    return new Map(
        recorder.events
            .filter(({ object }) => object.kind === "Node")
            .map(({ object }) => [object.metadata?.name ?? "", object.metadata?.labels?.[ZONE]]),
    );
}

/** Replicas with volumes that were placed anew after a revision. */
export function movedReplicas(recorder: Recorder, placed: readonly Placed[], after: number): ReadonlySet<string> {
    const nodes = new Map(placed.map(({ pod }) => [key(pod), pod.metadata?.uid]));
    return new Set(
        recorder
            .since(after)
            .filter(({ object }) => object.kind === "Pod" && nodes.has(key(object)))
            .filter(({ object }) => object.metadata?.uid !== nodes.get(key(object)))
            .map(({ object }) => key(object)),
    );
}

/**
 * What went wrong with the volumes of replicas after a revision: a replica in another zone or with another claim, a claim
 * with another volume, a claim or volume that is gone.
 *
 * @param placed how the replicas with volumes were before
 */
export function strayed(recorder: Recorder, placed: readonly Placed[], after: number): readonly string[] {
    const zoneOf = zones(recorder);
    const replicas = new Map(placed.map((replica) => [key(replica.pod), replica]));
    const claims = new Map<string, string | undefined>();
    return recorder.events.flatMap(({ revision, type, object }) => {
        const name = key(object);
        if (object.kind === "PersistentVolumeClaim") {
            const volume = (object as V1PersistentVolumeClaim).spec?.volumeName;
            const before = claims.get(name) ?? volume;
            claims.set(name, before);
            return volume === before && type !== "DELETED" ? [] : [`${revision}: ${name} has ${volume}, not ${before}`];
        }
        if (object.kind === "PersistentVolume") {
            return type === "DELETED" ? [`${revision}: the volume ${object.metadata?.name} is gone`] : [];
        }
        const before = object.kind === "Pod" && revision > after ? replicas.get(name) : undefined;
        const pod: V1Pod = object;
        if (before === undefined || pod.spec?.nodeName === undefined) {
            return [];
        }
        const zone = zoneOf.get(pod.spec.nodeName);
        const claim = claimsOf(pod);
        return zone === before.zone && claim === claimsOf(before.pod)
            ? []
            : [`${revision}: ${name} with ${claim} in ${zone}, was in ${before.zone}`];
    });
}
