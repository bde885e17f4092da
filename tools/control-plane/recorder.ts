import type { KubernetesObject } from "@kubernetes/client-node";
import type { Client } from "./client.ts";
import { EventLog, type RecordedEvent } from "./recorder/log.ts";
import { Stream } from "./recorder/stream.ts";
import { tail } from "./recorder/summary.ts";

/** How many events an error shows. */
const TAIL_LINES = 30;

interface Waiting {
    readonly check: () => void;
    readonly fail: (error: Error) => void;
}

/**
 * Everything that happens to the objects of some resources, in all namespaces, in the one order of etcd's revisions,
 * without gaps or repeats. Where events were lost, every later call throws instead of showing a part.
 */
export class Recorder {
    readonly #log = new EventLog();
    readonly #waiting = new Set<Waiting>();
    readonly #streams: readonly Stream[];
    #lost: Error | undefined;

    private constructor(client: Client, resources: readonly string[]) {
        const listener = {
            event: (event: RecordedEvent) => this.#add(event),
            lost: (error: Error) => this.#lose(error),
        };
        this.#streams = resources.map((resource) => new Stream(client, resource, listener));
    }

    /**
     * Begins to record. What is there already is in the log as ADDED.
     *
     * @param resources plural names, with group and version if they have a group: `pods`, `apps/v1/statefulsets`
     * @throws {Error} if a resource is not served
     */
    static async start(client: Client, resources: readonly string[]): Promise<Recorder> {
        const recorder = new Recorder(client, resources);
        try {
            await Promise.all(recorder.#streams.map((stream) => stream.start()));
        } catch (error) {
            await recorder.stop();
            throw error;
        }
        return recorder;
    }

    /** Every event so far, in order of revision. */
    get events(): readonly RecordedEvent[] {
        this.#assertWhole();
        return this.#log.events;
    }

    /** The newest revision seen: what comes after it is {@link since} it. */
    mark(): number {
        this.#assertWhole();
        return this.#log.revision;
    }

    /** Events after a mark, in order. */
    since(mark: number): readonly RecordedEvent[] {
        this.#assertWhole();
        return this.#log.since(mark);
    }

    /** Objects of a kind (`Pod`) as they are now. */
    current(kind: string): readonly KubernetesObject[] {
        this.#assertWhole();
        return this.#log.current(kind);
    }

    /**
     * Waits for something to hold. It is looked for at once, and then at each event, so that nothing passes unseen.
     *
     * @param what is waited for, in words, for the error
     * @param find returns undefined or false while it does not hold; what it throws ends the wait
     * @returns what `find` found
     * @throws {Error} after `timeoutMs`, with the last events, heartbeats left out
     */
    waitFor<T>(what: string, find: (recorder: this) => T | undefined | false, timeoutMs: number): Promise<T> {
        this.#assertWhole();
        return new Promise<T>((resolve, reject) => {
            const end = (): void => {
                clearTimeout(timer);
                this.#waiting.delete(waiting);
            };
            const fail = (error: Error): void => {
                end();
                reject(error);
            };
            const check = (): void => {
                try {
                    const found = find(this);
                    if (found !== undefined && found !== false) {
                        end();
                        resolve(found);
                    }
                } catch (error) {
                    fail(error instanceof Error ? error : new Error(String(error)));
                }
            };
            const waiting: Waiting = { check, fail };
            const timer = setTimeout(() => fail(this.#overdue(what, timeoutMs)), timeoutMs);
            this.#waiting.add(waiting);
            check();
        });
    }

    /** Ends the recording; what was recorded stays readable. Waits that are under way fail. */
    async stop(): Promise<void> {
        this.#failWaiting(new Error("the recording was stopped"));
        await Promise.all(this.#streams.map((stream) => stream.stop()));
    }

    #add(event: RecordedEvent): void {
        this.#log.add(event);
        for (const { check } of this.#waiting) {
            check();
        }
    }

    #lose(error: Error): void {
        this.#lost ??= error;
        this.#failWaiting(error);
    }

    #failWaiting(error: Error): void {
        for (const { fail } of this.#waiting) {
            fail(error);
        }
    }

    #overdue(what: string, timeoutMs: number): Error {
        const now = new Date().toISOString().slice(11, 23);
        const heading = `${now}: waited ${timeoutMs / 1000} s for ${what}; the last events:`;
        return new Error([heading, ...tail(this.#log.events, TAIL_LINES)].join("\n  "));
    }

    #assertWhole(): void {
        if (this.#lost !== undefined) {
            throw this.#lost;
        }
    }
}
