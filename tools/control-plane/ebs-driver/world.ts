import type {
    KubernetesObject,
    V1CSINode,
    V1Node,
    V1PersistentVolume,
    V1PersistentVolumeClaim,
    V1Pod,
    V1StorageClass,
    V1VolumeAttachment,
    V1VolumeAttributesClass,
} from "@kubernetes/client-node";
import { revisionOf } from "../recorder/log.ts";

/** What the driver watches: kinds and the types of their objects. */
export interface Kinds {
    readonly PersistentVolumeClaim: V1PersistentVolumeClaim;
    readonly PersistentVolume: V1PersistentVolume;
    readonly Pod: V1Pod;
    readonly Node: V1Node;
    readonly StorageClass: V1StorageClass;
    readonly VolumeAttributesClass: V1VolumeAttributesClass;
    readonly CSINode: V1CSINode;
    readonly VolumeAttachment: V1VolumeAttachment;
}

/** A kind of object that the driver watches. */
export type Kind = keyof Kinds;

/** The resource of each kind. */
export const RESOURCES: Readonly<Record<Kind, string>> = {
    PersistentVolumeClaim: "persistentvolumeclaims",
    PersistentVolume: "persistentvolumes",
    Pod: "pods",
    Node: "nodes",
    StorageClass: "storage.k8s.io/v1/storageclasses",
    VolumeAttributesClass: "storage.k8s.io/v1/volumeattributesclasses",
    CSINode: "storage.k8s.io/v1/csinodes",
    VolumeAttachment: "storage.k8s.io/v1/volumeattachments",
};

function isKind(kind: string | undefined): kind is Kind {
    return kind !== undefined && Object.hasOwn(RESOURCES, kind);
}

function keyOf({ metadata }: KubernetesObject): string {
    return `${metadata?.namespace ?? ""}/${metadata?.name ?? ""}`;
}

/** The objects that the driver decides on, as last seen. */
export class World {
    readonly #objects = new Map<Kind, Map<string, KubernetesObject>>();

    /** With these objects in it. */
    static of(objects: readonly KubernetesObject[]): World {
        const world = new World();
        for (const object of objects) {
            world.put(object);
        }
        return world;
    }

    /** Takes in an object that the watch shows, unless a newer one is there. */
    put(object: KubernetesObject): void {
        if (isKind(object.kind)) {
            const objects = this.#of(object.kind);
            const before = objects.get(keyOf(object));
            if (before === undefined || revisionOf(before) <= revisionOf(object)) {
                objects.set(keyOf(object), object);
            }
        }
    }

    /**
     * Takes in what a write answered. The watch may have told of the object's end before the answer came, so that only
     * an object that is still there is renewed.
     */
    renew(object: KubernetesObject): void {
        const before = isKind(object.kind) ? this.#of(object.kind).get(keyOf(object)) : undefined;
        if (before !== undefined && before.metadata?.uid === object.metadata?.uid) {
            this.put(object);
        }
    }

    /** Forgets an object, unless another by its name has come since. */
    drop(object: KubernetesObject): void {
        if (isKind(object.kind)) {
            const objects = this.#of(object.kind);
            if (objects.get(keyOf(object))?.metadata?.uid === object.metadata?.uid) {
                objects.delete(keyOf(object));
            }
        }
    }

    all<K extends Kind>(kind: K): readonly Kinds[K][] {
        return [...this.#of(kind).values()] as Kinds[K][];
    }

    find<K extends Kind>(kind: K, name: string | undefined, namespace = ""): Kinds[K] | undefined {
        return this.#of(kind).get(`${namespace}/${name ?? ""}`) as Kinds[K] | undefined;
    }

    /** Whether a pod runs with a claim, so that its kubelet has the file system mounted. */
    mounted({ metadata }: V1PersistentVolumeClaim): boolean {
        return this.all("Pod").some(
            (pod) =>
                pod.metadata?.namespace === metadata?.namespace &&
                pod.metadata?.deletionTimestamp === undefined &&
                pod.status?.phase === "Running" &&
                (pod.spec?.volumes ?? []).some((volume) => volume.persistentVolumeClaim?.claimName === metadata?.name),
        );
    }

    /** Attachments of a volume to nodes. */
    attachments(volume: V1PersistentVolume): readonly V1VolumeAttachment[] {
        return this.all("VolumeAttachment").filter(
            ({ spec }) => spec.source.persistentVolumeName === volume.metadata?.name,
        );
    }

    #of(kind: Kind): Map<string, KubernetesObject> {
        const objects = this.#objects.get(kind) ?? new Map<string, KubernetesObject>();
        this.#objects.set(kind, objects);
        return objects;
    }
}
