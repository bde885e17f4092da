import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { FOLDER_VARIABLE } from "./running.ts";
import { until } from "./waiting.ts";
import { workspace } from "./workspace.ts";

const ACKNOWLEDGED_MS = 60_000;

/**
 * A client that writes one number after another, none of them twice, and remembers which were acknowledged: the program
 * prints each as it is, on a line of its own, and on standard error what went wrong.
 */
export class Writer {
    readonly #child: ChildProcess;
    readonly #acknowledged: { readonly number: number; readonly at: number }[] = [];
    #complaints = "";

    private constructor(child: ChildProcess) {
        this.#child = child;
        const lines = (stream: NodeJS.ReadableStream | null, read: (line: string) => void): void => {
            if (stream !== null) {
                createInterface(stream).on("line", read);
            }
        };
        lines(child.stdout, (line) => this.#acknowledged.push({ number: Number(line), at: performance.now() }));
        lines(child.stderr, (line) => {
            this.#complaints += `${line}\n`;
        });
    }

    /** @param env variables of the program, beside PATH */
    static async start(
        [program = "", ...args]: readonly string[],
        env: Readonly<Record<string, string>> = {},
    ): Promise<Writer> {
        const { PATH } = process.env;
        const child = spawn(program, args, {
            env: { PATH, ...env, [FOLDER_VARIABLE]: await workspace() },
            stdio: ["ignore", "pipe", "pipe"],
        });
        await once(child, "spawn");
        return new Writer(child);
    }

    /** What was acknowledged. */
    get acknowledged(): readonly number[] {
        return this.#acknowledged.map(({ number }) => number);
    }

    /** When a number was acknowledged, as a moment of `performance.now()`. */
    acknowledgedAt(number: number): number | undefined {
        return this.#acknowledged.find((one) => one.number === number)?.at;
    }

    /** What went wrong, for messages. */
    get complaints(): string {
        return this.#complaints;
    }

    /** The longest time between two acknowledgements since a moment of `performance.now()`, in seconds. */
    pauseSince(moment: number): number {
        const times = [moment, ...this.#acknowledged.map(({ at }) => at).filter((at) => at > moment)];
        return Math.max(...times.slice(1).map((at, index) => at - (times[index] ?? at))) / 1000;
    }

    /** Waits for so many more acknowledgements. */
    async untilWritten(more: number, timeoutMs = ACKNOWLEDGED_MS): Promise<void> {
        const wanted = this.#acknowledged.length + more;
        const enough = (): boolean => this.#acknowledged.length >= wanted;
        await until(`${more} more writes to be acknowledged`, enough, timeoutMs, () => this.#complaints);
    }

    /** Numbers that had been acknowledged and are not among those that are then read. */
    async missingFrom(read: () => Promise<readonly number[]>): Promise<readonly number[]> {
        const { acknowledged } = this;
        const there = new Set(await read());
        return acknowledged.filter((number) => !there.has(number));
    }

    async stop(): Promise<void> {
        if (this.#child.exitCode === null && this.#child.signalCode === null) {
            const ended = once(this.#child, "exit");
            this.#child.kill("SIGTERM");
            await ended;
        }
    }
}
