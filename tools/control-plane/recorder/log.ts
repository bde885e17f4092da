import type { KubernetesObject } from "@kubernetes/client-node";

/** A change of an object, as the watch told it. */
export interface RecordedEvent {
    /** etcd's revision of the change: one order over all kinds. A deletion has its own. */
    readonly revision: number;
    /** Milliseconds since the epoch when it was seen. */
    readonly at: number;
    /** What was there when the recording began is ADDED, with the revision of its last change. */
    readonly type: "ADDED" | "MODIFIED" | "DELETED";
    /** The whole object as the server's JSON (timestamps are text); of a deletion, as it was last. */
    readonly object: KubernetesObject;
}

/** Kind, namespace and name of an object: one text for each. */
export function identity({ kind, metadata }: KubernetesObject): string {
    return `${kind ?? ""} ${[metadata?.namespace, metadata?.name].filter(Boolean).join("/")}`;
}

/** Revision of the change that an object shows. */
export function revisionOf({ metadata }: KubernetesObject): number {
    return Number(metadata?.resourceVersion ?? 0);
}

/** Events of many watches in one order, and the objects that they leave. */
export class EventLog {
    readonly events: RecordedEvent[] = [];
    readonly #current = new Map<string, Map<string, KubernetesObject>>();

    /** Takes an event in where its revision belongs: watches of different kinds do not keep step. */
    add(event: RecordedEvent): void {
        let index = this.events.length;
        while (index > 0 && (this.events[index - 1]?.revision ?? 0) > event.revision) {
            index -= 1;
        }
        this.events.splice(index, 0, event);
        const { object, type } = event;
        const kind = object.kind ?? "";
        const objects = this.#current.get(kind) ?? new Map<string, KubernetesObject>();
        this.#current.set(kind, objects);
        if (type === "DELETED") {
            objects.delete(identity(object));
        } else {
            objects.set(identity(object), object);
        }
    }

    /** The newest revision so far; 0 before the first event. */
    get revision(): number {
        return this.events.at(-1)?.revision ?? 0;
    }

    /** Events after a revision, in order. */
    since(revision: number): readonly RecordedEvent[] {
        const first = this.events.findLastIndex((event) => event.revision <= revision) + 1;
        return this.events.slice(first);
    }

    /** Objects of a kind as they are now. */
    current(kind: string): readonly KubernetesObject[] {
        return [...(this.#current.get(kind)?.values() ?? [])];
    }
}
