import { setTimeout as delay } from "node:timers/promises";
import { isApiError } from "./client/api-error.ts";
import type { Client } from "./client.ts";
import { attach } from "./ebs-driver/attach.ts";
import { DRIVER } from "./ebs-driver/facts.ts";
import { Informer } from "./ebs-driver/informer.ts";
import { modify } from "./ebs-driver/modify.ts";
import { provision } from "./ebs-driver/provision.ts";
import { reclaim } from "./ebs-driver/reclaim.ts";
import { resize } from "./ebs-driver/resize.ts";
import type { Step, Write } from "./ebs-driver/step.ts";
import { type Kind, type Kinds, RESOURCES, World } from "./ebs-driver/world.ts";
import { identity } from "./recorder/log.ts";

/** What the driver did, could not do, or failed at. */
export interface DriverEvent {
    /** Kind, namespace and name: `PersistentVolumeClaim data/broker-0`. */
    readonly object: string;
    /** In words: `provisions 2Gi in eu-central-1a`. */
    readonly message: string;
    /** "problem": cannot be done as things are; "error": a request failed, and is tried again. */
    readonly level: "done" | "problem" | "error";
}

/** How fast the simulated EBS is, and who hears of it. */
export interface EbsDriverOptions {
    /** How long a disk takes to grow or to be modified, in ms. @default 1000 */
    readonly expandAfterMs?: number;
    /** How long a disk takes to be attached or detached, in ms. @default 500 */
    readonly attachAfterMs?: number;
    /** @default nobody is told */
    readonly onEvent?: (event: DriverEvent) => void;
}

/** As the driver's chart makes it. */
const CSI_DRIVER = {
    apiVersion: "storage.k8s.io/v1",
    kind: "CSIDriver",
    metadata: { name: DRIVER },
    spec: { attachRequired: true, podInfoOnMount: false, fsGroupPolicy: "File" },
};

/** Something to keep doing for an object. */
interface Duty {
    readonly who: string;
    /** One piece of work at a time by the same key. */
    readonly key: string;
    readonly decide: () => Step | undefined;
}

const FIRST_RETRY_MS = 200;
const LAST_RETRY_MS = 10_000;
const CONFLICT_MS = 100;

/**
 * Stands in for the EBS CSI driver where there is no EBS: provisions zonal volumes, grows and modifies them, attaches
 * within each node's limit, detaches, and deletes by reclaim policy, all by what the API server says.
 *
 * What it does next follows from the objects alone. So it may be killed at any time, and two at a time do no harm.
 */
export class EbsDriver {
    readonly #client: Client;
    readonly #options: EbsDriverOptions;
    readonly #world = new World();
    readonly #stopped = new AbortController();
    readonly #informers: readonly Informer[];
    readonly #underway = new Map<string, Promise<void>>();
    readonly #failures = new Map<string, number>();
    readonly #told = new Map<string, string>();
    #passDue = false;
    #ready = false;

    private constructor(client: Client, options: EbsDriverOptions) {
        this.#client = client;
        this.#options = options;
        const listener = (kind: Kind) => ({
            changed: () => this.#schedule(),
            failed: (error: Error) => this.#tell(kind, error.message, "error"),
        });
        const kinds = Object.keys(RESOURCES) as Kind[];
        this.#informers = kinds.map((kind) => new Informer(client, kind, this.#world, listener(kind)));
    }

    /**
     * Starts the driver, and makes its CSIDriver object. Work that is due goes on from here.
     *
     * @throws {Error} if the API server does not answer
     */
    static async start(client: Client, options: EbsDriverOptions = {}): Promise<EbsDriver> {
        const driver = new EbsDriver(client, options);
        try {
            await client.create(CSI_DRIVER).catch(unless(409));
            await Promise.all(driver.#informers.map((informer) => informer.start()));
        } catch (error) {
            await driver.stop();
            throw error;
        }
        // Before all is listed, a missing object may only not be seen yet.
        driver.#ready = true;
        driver.#schedule();
        return driver;
    }

    /** Stops at once: what waits for the simulated EBS is left to the next driver. */
    async stop(): Promise<void> {
        this.#stopped.abort();
        await Promise.all(this.#informers.map((informer) => informer.stop()));
        await Promise.all(this.#underway.values());
    }

    /** Looks at everything once the events at hand are in: there are hundreds of objects, not thousands. */
    #schedule(): void {
        if (this.#ready && !this.#passDue && !this.#stopped.signal.aborted) {
            this.#passDue = true;
            setImmediate(() => {
                this.#passDue = false;
                this.#pass();
            });
        }
    }

    #pass(): void {
        for (const duty of this.#duties().filter(({ key }) => !this.#underway.has(key))) {
            const { who, key } = duty;
            const step = duty.decide();
            if (step?.problem !== true) {
                this.#told.delete(key);
            } else if (this.#told.get(key) !== step.does) {
                this.#told.set(key, step.does);
                this.#tell(who, step.does, "problem");
            }
            if (step !== undefined && step.writes.length > 0) {
                const work = this.#work(duty, step).finally(() => {
                    this.#underway.delete(key);
                    this.#schedule();
                });
                this.#underway.set(key, work);
            }
        }
    }

    #duties(): readonly Duty[] {
        const world = this.#world;
        const each = <K extends Kind>(
            kind: K,
            name: string,
            decide: (object: Kinds[K], world: World) => Step | undefined,
        ): readonly Duty[] =>
            world.all(kind).map(({ metadata }) => {
                const who = identity({ kind, ...(metadata && { metadata }) });
                const find = () => world.find(kind, metadata?.name, metadata?.namespace);
                const decideNow = (): Step | undefined => {
                    const object = find();
                    return object && decide(object, world);
                };
                return { who, key: `${name} ${who}`, decide: decideNow };
            });
        return [
            ...each("PersistentVolumeClaim", "provision", provision),
            ...each("PersistentVolumeClaim", "resize", resize),
            ...each("PersistentVolumeClaim", "modify", modify),
            ...each("PersistentVolume", "reclaim", reclaim),
            ...each("VolumeAttachment", "attach", attach),
        ];
    }

    async #work({ who, key, decide }: Duty, step: Step): Promise<void> {
        try {
            await this.#pause(this.#duration(step.after));
            // Things may have changed while EBS was at it.
            const now = decide();
            if (now?.does !== step.does) {
                return;
            }
            for (const write of now.writes) {
                await this.#write(write);
            }
            this.#failures.delete(key);
            if (!now.problem) {
                this.#tell(who, now.does, "done");
            }
        } catch (error) {
            if (this.#stopped.signal.aborted) {
                return;
            }
            if (isApiError(error, 409)) {
                // Somebody was quicker; the watch will tell what they did.
                await this.#pause(CONFLICT_MS).catch(() => undefined);
                return;
            }
            const failures = this.#failures.get(key) ?? 0;
            this.#failures.set(key, failures + 1);
            this.#tell(who, `${step.does}: ${error instanceof Error ? error.message : String(error)}`, "error");
            await this.#pause(Math.min(FIRST_RETRY_MS * 2 ** failures, LAST_RETRY_MS)).catch(() => undefined);
        }
    }

    async #write(write: Write): Promise<void> {
        const { object } = write;
        try {
            if (write.verb === "create") {
                await this.#client.create(object);
            } else if (write.verb === "patch") {
                const resourceVersion = object.metadata?.resourceVersion;
                const change = merge(write.change, { metadata: { resourceVersion } });
                this.#world.renew(await this.#client.patch(object, change, write.subresource));
            } else {
                const uid = object.metadata?.uid;
                await this.#client.remove(object, uid === undefined ? {} : { uid });
                // Not asked for again before the watch tells how it went.
                const metadata = Object.assign({}, object.metadata, { deletionTimestamp: new Date() });
                this.#world.renew({ ...object, metadata });
            }
        } catch (error) {
            if (!isApiError(error, 404)) {
                throw error;
            }
            this.#world.drop(object);
        }
    }

    #duration(after: Step["after"]): number {
        const { expandAfterMs = 1000, attachAfterMs = 500 } = this.#options;
        return after === "expand" ? expandAfterMs : after === "attach" ? attachAfterMs : 0;
    }

    /** Rejects when the driver stops. */
    async #pause(ms: number): Promise<void> {
        if (ms > 0) {
            await delay(ms, undefined, { signal: this.#stopped.signal });
        }
    }

    #tell(object: string, message: string, level: DriverEvent["level"]): void {
        this.#options.onEvent?.({ object, message, level });
    }
}

/** A change with metadata added to that which it has. */
function merge(change: object, { metadata }: { readonly metadata: object }): object {
    const own: { readonly metadata?: object } = change;
    return { ...own, metadata: { ...own.metadata, ...metadata } };
}

function unless(code: number): (error: unknown) => void {
    return (error) => {
        if (!isApiError(error, code)) {
            throw error;
        }
    };
}
