import { type ChildProcess, execFile, spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { promisify } from "node:util";
import { Misuse } from "../../plan/errors.ts";
import type { Environment } from "./cache.ts";
import type { GoModule } from "./go-module.ts";

/** The first Go that can fetch a newer one by itself: https://go.dev/doc/toolchain */
const FIRST_WITH_TOOLCHAINS = "1.21.0";

/** Go's own names of this machine. */
const SYSTEMS: Readonly<Record<string, string>> = { win32: "windows", x64: "amd64", ia32: "386" };

function parts(version: string): readonly number[] {
    return version.split(".").map((part) => Number.parseInt(part, 10) || 0);
}

/** Whether a Go is as new as another; versions like `1.26.8`, `1.26` or `1.27rc1`. */
export function isAtLeast(version: string, needed: string): boolean {
    const [have, want] = [parts(version), parts(needed)];
    for (const at of [0, 1, 2]) {
        const difference = (have[at] ?? 0) - (want[at] ?? 0);
        if (difference !== 0) {
            return difference > 0;
        }
    }
    return true;
}

/** The newest of several versions; "" if there are none. */
export function newest(versions: readonly string[]): string {
    return versions.reduce((best, version) => (isAtLeast(best, version) ? best : version), "");
}

/**
 * Says what to do on a machine whose Go is missing or too old to help itself.
 *
 * @param found what was found, undefined if there is no Go
 * @param needed Go that the module's `go.mod` asks for
 * @param what what Go is needed for: `to build etcd 3.6.8`
 * @param otherwise the way out without Go, a sentence
 */
export function withoutGo(found: string | undefined, needed: string, what: string, otherwise: string): Misuse {
    const problem = found === undefined ? "there is no `go` on PATH" : `the \`go\` on PATH is ${found}`;
    return new Misuse(
        `${problem}, and Go ${needed} or newer is needed ${what}. Either install Go (https://go.dev/doc/install), ` +
            `once: what it makes is kept. Or: ${otherwise}`,
    );
}

/**
 * The environment in which Go works for a module, whatever the person's own settings: their flags, workspaces and
 * cross-compilation would make another binary than the one pinned. Where modules come from stays theirs.
 *
 * @param version of the Go on PATH
 */
export function goEnvironment(environment: Environment, version: string, module: GoModule): Environment {
    return {
        ...environment,
        // Not empty: that would mean what `go env -w` has written.
        GOFLAGS: "-mod=readonly",
        // A Go that is too old fetches the one it needs. `local`, as in the official images, would forbid that.
        GOTOOLCHAIN: isAtLeast(version, module.go) ? "local" : "auto",
        GOWORK: "off",
        GO111MODULE: "on",
        GOOS: SYSTEMS[process.platform] ?? process.platform,
        GOARCH: SYSTEMS[process.arch] ?? process.arch,
        CGO_ENABLED: "0",
    };
}

/**
 * The version of the Go on PATH, without fetching any: `1.26.8`.
 *
 * @returns undefined if there is none
 */
export async function goVersion(environment: Environment): Promise<string | undefined> {
    try {
        // Elsewhere than in the module: there, a Go that is too old refuses even to say its version.
        const { stdout } = await promisify(execFile)("go", ["version"], {
            cwd: tmpdir(),
            env: { ...environment, GOTOOLCHAIN: "local" },
        });
        return /\bgo(?<version>\d[\w.]*)/.exec(stdout)?.groups?.["version"];
    } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") {
            return undefined;
        }
        throw error;
    }
}

/** Whether a Go can build a module, if need be with a newer Go that it fetches. */
export function canBuild(version: string, module: GoModule): boolean {
    return isAtLeast(version, module.go) || isAtLeast(version, FIRST_WITH_TOOLCHAINS);
}

/**
 * Starts Go in a module's folder. It ends with this process.
 *
 * @param version of the Go on PATH
 */
export function startGo(
    module: GoModule,
    args: readonly string[],
    environment: Environment,
    version: string,
): ChildProcess & { readonly stdout: NodeJS.ReadableStream; readonly stderr: NodeJS.ReadableStream } {
    const child = spawn("go", args, {
        cwd: module.folder,
        env: goEnvironment(environment, version, module),
        stdio: ["ignore", "pipe", "pipe"],
    });
    // Only on an interrupt does Go delete its temporary files.
    const stop = () => child.kill("SIGINT");
    process.once("exit", stop);
    child.once("close", () => process.off("exit", stop));
    return child;
}
