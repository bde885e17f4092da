import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { build, secondsSince } from "./toolchain/build.ts";
import { cacheFolder } from "./toolchain/cache.ts";
import { canBuild, goVersion, newest, withoutGo } from "./toolchain/go.ts";
import { locked } from "./toolchain/lock.ts";
import { cachedPath, locate, type Machine, thisMachine, variableOf } from "./toolchain/lookup.ts";
import { type Pin, type Program, pin } from "./toolchain/programs.ts";

export type { Program } from "./toolchain/programs.ts";

/** How programs are looked up. */
export interface ToolchainOptions {
    /** Called with a line of text when something takes long. @default written to stderr */
    readonly onProgress?: (line: string) => void;
}

function toStderr(line: string): void {
    process.stderr.write(`${line}\n`);
}

/** What a person without Go can do instead. */
function otherwise(missing: readonly Pin[]): string {
    const list = missing.map(({ program, version }) => `${program} ${version}`).join(", ");
    const [{ program } = { program: "etcd" as const }] = missing;
    return `put ${list} on PATH, or name each binary in the environment, as in ${variableOf(program)}=/path/of/${program}.`;
}

/** The Go that can build all of it. */
async function requireGo(missing: readonly Pin[], machine: Machine): Promise<string> {
    const version = await goVersion(machine.environment);
    if (version !== undefined && missing.every(({ module }) => canBuild(version, module))) {
        return version;
    }
    const what = `to build the control plane (${missing.map(({ program }) => program).join(", ")})`;
    throw withoutGo(version, newest(missing.map(({ module }) => module.go)), what, otherwise(missing));
}

async function buildOnce(wanted: Pin, machine: Machine, go: string, say: (text: string) => void): Promise<void> {
    const path = cachedPath(wanted, machine.environment);
    const waiting = () => say("another process builds it, waiting");
    await locked(`${dirname(path)}.lock`, waiting, async () => {
        const begin = performance.now();
        if (existsSync(path)) {
            say("ready");
            return;
        }
        await build(wanted, path, machine.environment, go, say);
        say(`ready after ${secondsSince(begin)} s`);
    });
}

async function buildAll(missing: readonly Pin[], machine: Machine, onProgress: (line: string) => void): Promise<void> {
    const go = await requireGo(missing, machine);
    const many = missing.length === 1 ? "one program" : `${missing.length} programs`;
    onProgress(`toolchain: building ${many} into ${cacheFolder(machine.environment)}, once`);
    for (const [index, wanted] of missing.entries()) {
        const title = `[${index + 1}/${missing.length}] ${wanted.program} ${wanted.version}`;
        await buildOnce(wanted, machine, go, (text) => onProgress(`${title}: ${text}`));
    }
}

/**
 * Paths of programs in their pinned versions: from the environment, the cache or PATH, and otherwise built with Go from
 * the modules of `test/toolchain`, which takes a quarter of an hour on two cores for all of them, once.
 *
 * @throws {Misuse} if an environment variable names no binary, or something has to be built and there is no Go for it
 * @throws {Refusal} if a build fails, with the compiler's last lines
 */
export async function toolchain(
    programs: readonly Program[],
    { onProgress = toStderr }: ToolchainOptions = {},
): Promise<ReadonlyMap<Program, string>> {
    const machine = thisMachine();
    const pins = programs.map((program) => pin(program));
    const found = await Promise.all(pins.map((wanted) => locate(wanted, machine, onProgress)));
    const missing = pins.filter((_, index) => found[index] === undefined);
    if (missing.length > 0) {
        await buildAll(missing, machine, onProgress);
    }
    // What was not found stands in the cache by now.
    return new Map(
        pins.map((wanted, index) => [wanted.program, found[index] ?? cachedPath(wanted, machine.environment)]),
    );
}
