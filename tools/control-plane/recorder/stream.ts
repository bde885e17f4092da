import { setTimeout as delay } from "node:timers/promises";
import { inspect } from "node:util";
import { type KubernetesObject, Watch } from "@kubernetes/client-node";
import { isRecord } from "../../plan/project-config.ts";
import type { Client } from "../client.ts";
import { identity, type RecordedEvent, revisionOf } from "./log.ts";

/** How long a watch may be refused in a row before the recording is given up, in ms. */
const GIVE_UP_AFTER_MS = 30_000;

const RETRY_MS = 250;

/** Who is told of what a stream sees. */
export interface StreamListener {
    readonly event: (event: RecordedEvent) => void;
    /** The stream has ended: from here on events would be missing. */
    readonly lost: (error: Error) => void;
}

/** Path of all objects of a resource: `pods`, `apps/v1/statefulsets`. */
export function resourcePath(resource: string): string {
    const parts = resource.split("/");
    if (parts.length > 3 || parts.some((part) => !/^[a-z0-9.-]+$/.test(part))) {
        throw new Error(
            `resource: got "${resource}"; a resource is a plural name, with group and version if it has a group. ` +
                'Write it like "pods" or "apps/v1/statefulsets"',
        );
    }
    return parts.length === 1 ? `/api/v1/${resource}` : `/${parts.length === 2 ? "api" : "apis"}/${resource}`;
}

/** What happens to all objects of one resource: a list, then each change after it, once. */
export class Stream {
    readonly #path: string;
    readonly #client: Client;
    readonly #watch: Watch;
    readonly #listener: StreamListener;
    readonly #stopped = new AbortController();
    #resourceVersion = "";
    #connection: AbortController | undefined;
    #following: Promise<void> = Promise.resolve();

    constructor(client: Client, resource: string, listener: StreamListener) {
        this.#path = resourcePath(resource);
        this.#client = client;
        this.#watch = new Watch(client.kubeConfig);
        this.#listener = listener;
    }

    /** Lists, then follows. Resolves when the list has been told. */
    async start(): Promise<void> {
        const { items, resourceVersion } = await this.#client.collection(this.#path);
        const at = Date.now();
        for (const object of items) {
            this.#listener.event({ revision: revisionOf(object), at, type: "ADDED", object });
        }
        this.#resourceVersion = resourceVersion;
        this.#following = this.#follow();
    }

    async stop(): Promise<void> {
        this.#stopped.abort();
        this.#connection?.abort();
        await this.#following;
    }

    /** A watch ends by itself after a while, and whenever the server goes; the next one begins where it ended. */
    async #follow(): Promise<void> {
        let refusedSince: number | undefined;
        while (!this.#stopped.signal.aborted) {
            const before = this.#resourceVersion;
            const error = await this.#once();
            if (this.#stopped.signal.aborted) {
                return;
            }
            if (error instanceof Expired) {
                this.#listener.lost(new Error(`${this.#path}: ${error.message}; events after ${before} are lost`));
                return;
            }
            const idle = before === this.#resourceVersion;
            // The library ends a watch on which nothing came for 30 s.
            const failed = idle && error !== undefined && error.name !== "TimeoutError";
            refusedSince = failed ? (refusedSince ?? Date.now()) : undefined;
            if (refusedSince !== undefined && Date.now() - refusedSince > GIVE_UP_AFTER_MS) {
                this.#listener.lost(
                    new Error(`${this.#path}: no watch for ${GIVE_UP_AFTER_MS / 1000} s: ${error?.message}`, {
                        cause: error,
                    }),
                );
                return;
            }
            await delay(idle ? RETRY_MS : 0, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
        }
    }

    /** One connection, until it ends. Resolves to its error, if it ended by one. */
    async #once(): Promise<Error | undefined> {
        const query = { resourceVersion: this.#resourceVersion, allowWatchBookmarks: true };
        const { promise: ended, resolve: end } = Promise.withResolvers<unknown>();
        let failure: Error | undefined;
        const seen = (type: string, object: unknown): void => {
            // The library swallows what its callback throws.
            try {
                this.#take(type, object);
            } catch (error) {
                failure ??= asError(error);
                this.#connection?.abort();
            }
        };
        try {
            this.#connection = await this.#watch.watch(this.#path, query, seen, end);
        } catch (error) {
            return asError(error);
        }
        if (this.#stopped.signal.aborted) {
            this.#connection.abort();
        }
        const error = await ended;
        return failure ?? asError(error);
    }

    #take(type: string, object: unknown): void {
        if (type === "ERROR") {
            const code = isRecord(object) ? object["code"] : undefined;
            const message = isRecord(object) ? String(object["message"]) : "unknown error";
            throw code === 410 ? new Expired(message) : new Error(message);
        }
        const changed: KubernetesObject = isRecord(object) ? object : {};
        const resourceVersion = changed.metadata?.resourceVersion;
        if (resourceVersion === undefined) {
            throw new Error(`${type} without a resourceVersion`);
        }
        this.#resourceVersion = resourceVersion;
        if (type === "ADDED" || type === "MODIFIED" || type === "DELETED") {
            this.#listener.event({ revision: revisionOf(changed), at: Date.now(), type, object: changed });
        } else if (type !== "BOOKMARK") {
            throw new Error(`${identity(changed)}: unknown watch event ${type}`);
        }
    }
}

/** The server no longer has the changes after the last one seen (410). */
class Expired extends Error {}

function asError(error: unknown): Error | undefined {
    if (error === null || error === undefined) {
        return undefined;
    }
    const statusCode = isRecord(error) ? error["statusCode"] : undefined;
    if (statusCode === 410) {
        return new Expired("the last revision seen is too old");
    }
    return error instanceof Error ? error : new Error(inspect(error));
}
