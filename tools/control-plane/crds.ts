import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import type { V1CustomResourceDefinition } from "@kubernetes/client-node";
import { Refusal } from "../plan/errors.ts";
import { cacheFolder } from "./toolchain/cache.ts";
import { canBuild, goVersion, startGo, withoutGo } from "./toolchain/go.ts";
import { type GoModule, readGoModule } from "./toolchain/go-module.ts";

/** What `go mod download -json` says of a module. */
interface Download {
    readonly Path: string;
    readonly Version: string;
    readonly Dir?: string;
    readonly Error?: string;
}

/** How definitions are read. */
export interface CrdOptions {
    /** Called with a line of text when something takes long. @default written to stderr */
    readonly onProgress?: (line: string) => void;
}

/** Code that decides what becomes of a definition: a change of it makes what is cached old. */
const READERS = ["toolchain/crd-files.ts", "toolchain/json-patch.ts"].map((file) => resolve(import.meta.dirname, file));

function cacheFile(module: GoModule): string {
    const digest = createHash("sha256").update(module.digest);
    for (const file of READERS) {
        digest.update(readFileSync(file));
    }
    return join(cacheFolder(process.env), `crds-${digest.digest("hex").slice(0, 16)}.json`);
}

/** Reads JSON objects that follow one another, each closed by a brace at the beginning of a line, as Go prints them. */
export function parseDownloads(printed: string): Download[] {
    return printed
        .split(/(?<=^\})$/m)
        .filter((part) => part.trim() !== "")
        .map((part): Download => JSON.parse(part));
}

async function download(module: GoModule): Promise<readonly Download[]> {
    const go = await goVersion(process.env);
    if (go === undefined || !canBuild(go, module)) {
        const otherwise = `bring ${cacheFolder(process.env)} along from a machine that has Go.`;
        throw withoutGo(go, module.go, "to fetch the modules that hold the custom resource definitions", otherwise);
    }
    const child = startGo(module, ["mod", "download", "-json"], process.env, go);
    const [printed, complaints] = await Promise.all([text(child.stdout), text(child.stderr)]);
    const downloads = parseDownloads(printed);
    const problems = downloads.flatMap((entry) => (entry.Error === undefined ? [] : [`${entry.Path}: ${entry.Error}`]));
    if (problems.length > 0 || downloads.length === 0) {
        throw new Refusal([
            `The custom resource definitions cannot be fetched, go mod download in ${module.folder}:`,
            ...(problems.length > 0 ? problems : [complaints.trim()]),
        ]);
    }
    return downloads;
}

async function read(module: GoModule): Promise<readonly V1CustomResourceDefinition[]> {
    const downloads = await download(module);
    // Imported only now: a second start needs no YAML.
    const { CRD_SOURCES, readDefinitions } = await import("./toolchain/crd-files.ts");
    return CRD_SOURCES.flatMap((source) => {
        const entry = downloads.find(({ Path }) => Path === source.module);
        if (entry?.Dir === undefined) {
            throw new Error(
                `${module.folder}/go.mod: does not require ${source.module}. Add a require line with its version.`,
            );
        }
        return readDefinitions(entry.Dir, entry.Version, source);
    });
}

function cached(file: string): readonly V1CustomResourceDefinition[] | undefined {
    try {
        return JSON.parse(readFileSync(file, "utf8"));
    } catch {
        return undefined;
    }
}

/**
 * The definitions of the custom resources in use, as the projects themselves release them, from the Go modules that
 * `test/toolchain/crds` pins; none is a stand-in. The annotation `simulation.dataplatform/source` of each says where it is
 * from. Read once with Go, which takes some seconds, and kept in the toolchain's cache.
 *
 * Some are larger than the 256 KiB that an annotation holds, so they are applied by the server, not by the client.
 *
 * @throws {Misuse} if they are not in the cache and there is no Go
 * @throws {Refusal} if a module cannot be fetched
 */
export async function customResourceDefinitions({
    onProgress = (line) => process.stderr.write(`${line}\n`),
}: CrdOptions = {}): Promise<readonly V1CustomResourceDefinition[]> {
    const module = readGoModule("crds");
    const file = cacheFile(module);
    const known = cached(file);
    if (known !== undefined) {
        return known;
    }
    onProgress("custom resource definitions: fetching the modules that hold them, once");
    const definitions = await read(module);
    mkdirSync(dirname(file), { recursive: true });
    // Under its name all at once, however many write it.
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, JSON.stringify(definitions));
    renameSync(draft, file);
    return definitions;
}
