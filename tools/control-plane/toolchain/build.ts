import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { Refusal } from "../../plan/errors.ts";
import type { Environment } from "./cache.ts";
import { startGo } from "./go.ts";
import { isRunning } from "./lock.ts";
import type { Pin } from "./programs.ts";

/** How often a build says that it goes on, in milliseconds. */
const HEARTBEAT = 15_000;

/** How many of the compiler's last lines an error repeats. */
const LAST_LINES = 20;

/** A package's name, which Go prints as it begins to compile it, or a module that it fetches. */
const PROGRESS = /^(?:go: downloading \S+ \S+|[\w.~/-]+)$/;

/** Whole seconds since a moment of `performance.now()`. */
export function secondsSince(moment: number): number {
    return Math.round((performance.now() - moment) / 1000);
}

/** Follows what Go prints: how far it is, and what it complains about. */
class Transcript {
    #packages = 0;
    readonly #modules: string[] = [];
    readonly #complaints: string[] = [];

    read(line: string): void {
        if (!PROGRESS.test(line)) {
            this.#complaints.push(line);
        } else if (line.startsWith("go: ")) {
            this.#modules.push(line);
        } else {
            this.#packages++;
        }
    }

    get state(): string {
        const fetched = this.#modules.length === 0 ? "" : `${this.#modules.length} modules fetched, `;
        return `${fetched}${this.#packages} packages compiled`;
    }

    /** What explains a failure. Go says why a module cannot be had, but not which: the last that it went for. */
    get lastLines(): readonly string[] {
        const subject = this.#packages === 0 ? this.#modules.slice(-1) : [];
        return [...subject, ...this.#complaints.slice(-LAST_LINES)];
    }
}

function failure({ program, version, module }: Pin, reason: string, transcript: Transcript): Refusal {
    const lines = transcript.lastLines.map((line) => `    ${line}`);
    return new Refusal([
        [`${program} ${version} cannot be built in ${module.folder}: go build ${reason}.`, ...lines].join("\n"),
    ]);
}

async function compile(
    pin: Pin,
    output: string,
    environment: Environment,
    go: string,
    onProgress: (line: string) => void,
): Promise<void> {
    const begin = performance.now();
    const child = startGo(pin.module, ["build", "-v", "-o", output, ...pin.flags, pin.package], environment, go);
    const transcript = new Transcript();
    createInterface(child.stderr).on("line", (line) => transcript.read(line));
    const heartbeat = setInterval(
        () => onProgress(`building for ${secondsSince(begin)} s, ${transcript.state}`),
        HEARTBEAT,
    );
    try {
        const reason = await new Promise<string | undefined>((resolve, reject) => {
            child.once("error", reject);
            child.once("close", (code, signal) =>
                resolve(code === 0 ? undefined : signal === null ? `ended with ${code}` : `was ended by ${signal}`),
            );
        });
        if (reason !== undefined) {
            throw failure(pin, reason, transcript);
        }
    } finally {
        clearInterval(heartbeat);
    }
}

/** Deletes what builds of a program left that were killed. */
async function sweep(folder: string): Promise<void> {
    const parent = dirname(folder);
    for (const name of await readdir(parent)) {
        const [, owner] = /\.(\d+)\.draft$/.exec(name) ?? [];
        if (name.startsWith(`${basename(folder)}.`) && owner !== undefined && !isRunning(Number(owner))) {
            await rm(join(parent, name), { recursive: true, force: true });
        }
    }
}

/**
 * Builds a program. It appears under its path all at once: a build that is killed leaves nothing half there, and of two
 * at a time either may win.
 *
 * @param path where the program will be
 * @param go version of the Go on PATH
 * @param onProgress called now and then while nothing else tells that it goes on
 * @throws {Refusal} if the build fails, with the compiler's last lines
 */
export async function build(
    pin: Pin,
    path: string,
    environment: Environment,
    go: string,
    onProgress: (line: string) => void,
): Promise<void> {
    const folder = dirname(path);
    const draft = `${folder}.${process.pid}.draft`;
    await mkdir(draft, { recursive: true });
    await sweep(folder);
    try {
        await compile(pin, join(draft, pin.program), environment, go, onProgress);
        await mkdir(folder, { recursive: true });
        await rename(join(draft, pin.program), path);
    } finally {
        await rm(draft, { recursive: true, force: true });
    }
}
