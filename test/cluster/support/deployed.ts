import type { KubernetesObject } from "@kubernetes/client-node";
import type { Client } from "../../../tools/control-plane/client.ts";
import { isRecord } from "../../../tools/plan/project-config.ts";
import type { Desired } from "./desired.ts";

/** What applying a program did, by URN. */
export interface Changes {
    readonly created: readonly string[];
    readonly updated: readonly string[];
    readonly same: readonly string[];
    readonly deleted: readonly string[];
    /** Left in the cluster, since they are to be kept. */
    readonly retained: readonly string[];
    /** Every object that was sent, as the API server answered. */
    readonly objects: readonly KubernetesObject[];
}

const FIELD_MANAGER = "data-platform";

function at(value: unknown, path: readonly string[]): unknown {
    return path.reduce<unknown>((current, key) => (isRecord(current) ? current[key] : undefined), value);
}

function withValue(value: unknown, path: readonly string[], replacement: unknown): Record<string, unknown> {
    const own = isRecord(value) ? value : {};
    const [key = "", ...rest] = path;
    if (rest.length > 0) {
        return { ...own, [key]: withValue(own[key], rest, replacement) };
    }
    const { [key]: _, ...others } = own;
    return replacement === undefined ? others : { ...others, [key]: replacement };
}

/** What is sent for a change: what the program asks for, with the old inputs where changes are ignored. */
function merged(next: Desired, before: KubernetesObject | undefined): KubernetesObject {
    return before === undefined
        ? next.object
        : next.ignoreChanges.reduce<KubernetesObject>((object, dotted) => {
              const path = dotted.split(".");
              return withValue(object, path, at(before, path));
          }, next.object);
}

/**
 * Objects of a program in a cluster, brought there as the engine would: in order, by server-side apply with strict field
 * validation, with `ignoreChanges` and `retainOnDelete`. It does not wait for readiness, so that everything starts at once.
 */
export class Deployed {
    readonly #client: Client;
    readonly #sent = new Map<string, { readonly desired: Desired; readonly object: KubernetesObject }>();

    constructor(client: Client) {
        this.#client = client;
    }

    /**
     * Applies what a program asks for, and deletes what it asks for no more, last ones first.
     *
     * @throws {Error} of the API server for the first object that it refuses
     */
    async apply(desired: readonly Desired[]): Promise<Changes> {
        const created: string[] = [];
        const updated: string[] = [];
        const same: string[] = [];
        const objects: KubernetesObject[] = [];
        for (const next of desired) {
            const before = this.#sent.get(next.urn);
            const object = merged(next, before?.object);
            const found = before === undefined && !next.upsert ? undefined : await this.#client.find(object);
            const applied = await this.#client.apply(object, {
                fieldManager: FIELD_MANAGER,
                force: before === undefined && next.upsert,
            });
            this.#sent.set(next.urn, { desired: next, object });
            objects.push(applied);
            const list = found === undefined ? created : unchanged(found, applied) ? same : updated;
            list.push(next.urn);
        }
        const gone = [...this.#sent.values()]
            .filter(({ desired: { urn } }) => !desired.some((next) => next.urn === urn))
            .toReversed();
        for (const { desired: former, object } of gone) {
            this.#sent.delete(former.urn);
            if (!former.retained) {
                await this.#client.remove(object, deletion(object));
            }
        }
        const urns = (retained: boolean): string[] =>
            gone.filter(({ desired: former }) => former.retained === retained).map(({ desired: { urn } }) => urn);
        return { created, updated, same, deleted: urns(false), retained: urns(true), objects };
    }
}

function unchanged(before: KubernetesObject, after: KubernetesObject): boolean {
    return before.metadata?.resourceVersion === after.metadata?.resourceVersion;
}

/** The provider reads the annotation and otherwise deletes in the foreground. */
function deletion({ metadata }: KubernetesObject): { readonly propagationPolicy: "Orphan" | "Foreground" } {
    const orphan = metadata?.annotations?.["pulumi.com/deletionPropagationPolicy"] === "orphan";
    return { propagationPolicy: orphan ? "Orphan" : "Foreground" };
}
