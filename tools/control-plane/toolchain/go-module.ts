import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const TOOLCHAIN = resolve(import.meta.dirname, "../../../test/toolchain");

/** A folder of `test/toolchain`. */
export type Family = "etcd" | "kubernetes" | "kwok" | "prometheus" | "kube-score" | "crds";

/** What a Go module's files pin. */
export interface GoModule {
    /** Absolute path of the folder of `go.mod`. */
    readonly folder: string;
    /** Go that it needs at least: `1.26.0`. */
    readonly go: string;
    /** Version by module that it requires: `v3.6.8`. */
    readonly requirements: ReadonlyMap<string, string>;
    /** SHA-256 of `go.mod` and `go.sum`, hexadecimal. */
    readonly digest: string;
}

/**
 * Reads the text of a `go.mod`.
 *
 * @throws {Error} if it has no `go` line, without which Go would assume an ancient version
 */
export function parseGoMod(text: string): Pick<GoModule, "go" | "requirements"> {
    const go = /^go (?<version>\S+)$/m.exec(text)?.groups?.["version"];
    if (go === undefined) {
        throw new Error("go.mod: has no go line. Write the Go that the module needs: go 1.26.0.");
    }
    const requirements = new Map<string, string>();
    for (const [, path = "", version = ""] of text.matchAll(/^(?:require\s+|\t)([^\s/]+\/\S+) (v\S+)(?: \/\/.*)?$/gm)) {
        requirements.set(path, version);
    }
    return { go, requirements };
}

/** Reads a module of `test/toolchain`, or of another folder. */
export function readGoModule(family: Family, root: string = TOOLCHAIN): GoModule {
    const folder = join(root, family);
    const text = readFileSync(join(folder, "go.mod"), "utf8");
    const sums = readFileSync(join(folder, "go.sum"), "utf8");
    const digest = createHash("sha256")
        .update(JSON.stringify([text, sums]))
        .digest("hex");
    return { folder, ...parseGoMod(text), digest };
}
