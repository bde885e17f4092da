import { setTimeout as delay } from "node:timers/promises";
import type { KubernetesObject } from "@kubernetes/client-node";
import type { Client } from "../client.ts";
import { Stream } from "../recorder/stream.ts";
import { type Kind, RESOURCES, type World } from "./world.ts";

const RETRY_MS = 1000;

/** Who is told of what happens to a kind. */
export interface InformerListener {
    readonly changed: () => void;
    /** The API server could not be followed; it is tried again. */
    readonly failed: (error: Error) => void;
}

/** Keeps the objects of one kind in a world as they are, also after the server was away. */
export class Informer {
    readonly #client: Client;
    readonly #kind: Kind;
    readonly #world: World;
    readonly #listener: InformerListener;
    readonly #stopped = new AbortController();
    #stream: Stream | undefined;
    #restart: Promise<void> = Promise.resolve();

    constructor(client: Client, kind: Kind, world: World, listener: InformerListener) {
        this.#client = client;
        this.#kind = kind;
        this.#world = world;
        this.#listener = listener;
    }

    /** Lists, drops what is gone since, and follows. Resolves when the list is in the world. */
    async start(): Promise<void> {
        const unseen = new Map<string | undefined, KubernetesObject>(
            this.#world.all(this.#kind).map((object) => [object.metadata?.uid, object]),
        );
        this.#stream = new Stream(this.#client, RESOURCES[this.#kind], {
            event: ({ type, object }) => {
                unseen.delete(object.metadata?.uid);
                if (type === "DELETED") {
                    this.#world.drop(object);
                } else {
                    this.#world.put(object);
                }
                this.#listener.changed();
            },
            lost: (error) => {
                this.#listener.failed(error);
                this.#restart = this.#startAgain();
            },
        });
        await this.#stream.start();
        for (const object of unseen.values()) {
            this.#world.drop(object);
        }
        this.#listener.changed();
    }

    async stop(): Promise<void> {
        this.#stopped.abort();
        await this.#restart;
        await this.#stream?.stop();
    }

    async #startAgain(): Promise<void> {
        while (!this.#stopped.signal.aborted) {
            try {
                await this.start();
                return;
            } catch (error) {
                this.#listener.failed(error instanceof Error ? error : new Error(String(error)));
                await delay(RETRY_MS, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
            }
        }
    }
}
