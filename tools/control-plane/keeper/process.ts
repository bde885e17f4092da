import { type ChildProcess, spawn } from "node:child_process";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { Refusal } from "../../plan/errors.ts";
import { KEEP, type Order, type Report } from "./messages.ts";

const KEEPER = join(import.meta.dirname, "..", "keeper.ts");

/**
 * The process that keeps a cluster, as its owner sees it. It is in a session of its own, so that no signal of a terminal
 * reaches it, and it knows by the closed channel that its owner has ended.
 */
export class KeeperProcess {
    readonly pid: number;
    readonly #child: ChildProcess;
    readonly #serving = Promise.withResolvers<void>();
    readonly #ready = Promise.withResolvers<void>();
    readonly #failed = Promise.withResolvers<never>();

    private constructor(child: ChildProcess, pid: number) {
        this.pid = pid;
        this.#child = child;
        // Whoever waits for it is told; it may be nobody at the moment.
        this.#failed.promise.catch(() => undefined);
        child.on("message", (report: Report) => {
            switch (report.state) {
                case "serving":
                    this.#serving.resolve();
                    break;
                case "ready":
                    this.#ready.resolve();
                    break;
                case "failed":
                    this.fail(new Refusal([report.reason]));
                    break;
            }
        });
        child.once("exit", () => this.fail(new Refusal(["the process that keeps the cluster has ended"])));
    }

    /** Starts it. This process stays until it goes {@link toBackground}. */
    static async start(order: Order): Promise<KeeperProcess> {
        const log = await open(join(order.directory, "keeper.log"), "w");
        try {
            const child = spawn(process.execPath, [KEEPER, order.directory], {
                cwd: order.directory,
                detached: true,
                stdio: ["ignore", log.fd, log.fd, "ipc"],
            });
            await spawned(child);
            const keeper = new KeeperProcess(child, child.pid ?? 0);
            child.send(order);
            return keeper;
        } finally {
            await log.close();
        }
    }

    /** Gives everything up that waits for it. */
    fail(reason: unknown): void {
        this.#failed.reject(reason);
    }

    /** Waits until the API server answers, or until everything runs. */
    reported(state: "serving" | "ready"): Promise<void> {
        return this.whileAlive(state === "serving" ? this.#serving.promise : this.#ready.promise);
    }

    /** Waits for something that needs the cluster. */
    whileAlive<T>(promise: Promise<T>): Promise<T> {
        return Promise.race([promise, this.#failed.promise]);
    }

    /** From here on, it does not keep this process alive. */
    toBackground(): void {
        this.#child.unref();
        this.#child.channel?.unref();
    }

    /** Lets the cluster stay when this process ends. */
    async leave(): Promise<void> {
        const { promise, resolve, reject } = Promise.withResolvers<void>();
        this.#child.send(KEEP, (error) => (error === null ? resolve() : reject(error)));
        await promise;
        this.#child.disconnect();
    }
}

async function spawned(child: ChildProcess): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    child.once("spawn", resolve);
    child.once("error", reject);
    return promise;
}
