import type { V1PersistentVolume, V1PersistentVolumeClaim, V1Pod, V1StatefulSet } from "@kubernetes/client-node";
import type { Client } from "../../../tools/control-plane/client.ts";

/** A claim and what it is bound to. */
export interface Bound {
    readonly uid: string | undefined;
    /** Name of the volume; undefined where there is none yet. */
    readonly volume: string | undefined;
    readonly volumeUid: string | undefined;
    /** Of the volume, as the claim's status has it. */
    readonly size: string | undefined;
}

/** Every claim of the cluster by `NAMESPACE/NAME`. */
export async function claims(client: Client): Promise<Readonly<Record<string, Bound>>> {
    const [found, volumes] = await Promise.all([
        client.list<V1PersistentVolumeClaim>("v1", "PersistentVolumeClaim"),
        client.list<V1PersistentVolume>("v1", "PersistentVolume"),
    ]);
    const entries = found.map(({ metadata, spec, status }) => {
        const volume = volumes.find((one) => one.metadata?.name === spec?.volumeName);
        const bound: Bound = {
            uid: metadata?.uid,
            volume: spec?.volumeName,
            volumeUid: volume?.metadata?.uid,
            size: status?.capacity?.["storage"],
        };
        return [`${metadata?.namespace}/${metadata?.name}`, bound] as const;
    });
    return Object.fromEntries(entries.toSorted(([a], [b]) => a.localeCompare(b)));
}

/** Uids of all StatefulSets by `NAMESPACE/NAME`. */
export async function statefulSets(client: Client): Promise<Readonly<Record<string, string | undefined>>> {
    const found = await client.list<V1StatefulSet>("apps/v1", "StatefulSet");
    return Object.fromEntries(found.map(({ metadata }) => [`${metadata?.namespace}/${metadata?.name}`, metadata?.uid]));
}

/** Uids of the pods of a StatefulSet by name. */
export async function replicas(
    client: Client,
    namespace: string,
    name: string,
): Promise<Readonly<Record<string, string | undefined>>> {
    const labelSelector = `app.kubernetes.io/name=${name}`;
    const found = await client.list<V1Pod>("v1", "Pod", { namespace, labelSelector });
    return Object.fromEntries(found.map(({ metadata }) => [metadata?.name, metadata?.uid]));
}
