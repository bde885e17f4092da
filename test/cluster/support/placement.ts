import type {
    KubernetesObject,
    V1Node,
    V1PersistentVolume,
    V1PersistentVolumeClaim,
    V1Pod,
} from "@kubernetes/client-node";
import type { Recorder } from "../../../tools/control-plane/recorder.ts";

const ZONE = "topology.kubernetes.io/zone";

/** Where a pod runs, and on what volumes. */
export interface Placed {
    readonly pod: V1Pod;
    /** Namespace and name of its workload. */
    readonly workload: string;
    readonly node: V1Node;
    readonly zone: string | undefined;
    readonly volumes: readonly { readonly claim: string; readonly uid: string; readonly zones: readonly string[] }[];
}

function key(namespace: string | undefined, name: string | undefined): string {
    return `${namespace}/${name}`;
}

/** Zones that a volume can be reached from; none for one that is not bound to any. */
export function zonesOf(volume: V1PersistentVolume | undefined): readonly string[] {
    const terms = volume?.spec?.nodeAffinity?.required?.nodeSelectorTerms ?? [];
    return terms.flatMap(({ matchExpressions = [] }) =>
        matchExpressions.filter((rule) => rule.key.endsWith("/zone")).flatMap(({ values = [] }) => values),
    );
}

/** What runs at the moment, jobs' pods left out. */
export function placements(recorder: Recorder): readonly Placed[] {
    const named = <T extends KubernetesObject>(kind: string): ReadonlyMap<string, T> =>
        new Map(
            recorder
                .current(kind)
                .map((object) => [key(object.metadata?.namespace, object.metadata?.name), object as T]),
        );
    const nodes = named<V1Node>("Node");
    const claims = named<V1PersistentVolumeClaim>("PersistentVolumeClaim");
    const volumes = named<V1PersistentVolume>("PersistentVolume");
    return recorder.current("Pod").flatMap((pod: V1Pod) => {
        const node = nodes.get(key(undefined, pod.spec?.nodeName));
        if (node === undefined || pod.status?.phase === "Succeeded") {
            return [];
        }
        const { namespace, labels = {} } = pod.metadata ?? {};
        const bound = (pod.spec?.volumes ?? []).flatMap(({ persistentVolumeClaim }) => {
            if (persistentVolumeClaim === undefined) {
                return [];
            }
            const name = claims.get(key(namespace, persistentVolumeClaim.claimName))?.spec?.volumeName;
            const volume = volumes.get(key(undefined, name));
            return [
                {
                    claim: persistentVolumeClaim.claimName,
                    uid: volume?.metadata?.uid ?? "none",
                    zones: zonesOf(volume),
                },
            ];
        });
        return [
            {
                pod,
                workload: key(namespace, labels["app.kubernetes.io/name"]),
                node,
                zone: node.metadata?.labels?.[ZONE],
                volumes: bound,
            },
        ];
    });
}

/** The difference between the fullest and the emptiest of some places. */
export function skew(places: readonly string[], taken: readonly (string | undefined)[]): number {
    const counts = places.map((place) => taken.filter((other) => other === place).length);
    return Math.max(...counts) - Math.min(...counts);
}
