import { createHash } from "node:crypto";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { Pin } from "./programs.ts";

/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Folder of what was built or installed once, outside the tree, so that it outlives a clone: `data-platform/PART` in
 * `DATA_PLATFORM_CACHE`, else `XDG_CACHE_HOME`, else `~/.cache`. May be deleted at any time.
 */
export function cacheFolder(environment: Environment, part: "toolchain" | "systems" = "toolchain"): string {
    // An empty variable counts as unset: https://specifications.freedesktop.org/basedir-spec/latest/
    const root = environment["DATA_PLATFORM_CACHE"] || environment["XDG_CACHE_HOME"] || join(homedir(), ".cache");
    return join(resolve(root), "data-platform", part);
}

/**
 * Name of a program's folder in the cache. It changes with everything that could change the binary, but for the Go
 * that builds it: a second start must not have to ask Go.
 */
export function cacheKey({ program, version, module, package: built, flags }: Pin): string {
    const content = JSON.stringify([module.digest, built, flags, process.platform, process.arch]);
    return `${program}-${version}-${createHash("sha256").update(content).digest("hex").slice(0, 16)}`;
}
