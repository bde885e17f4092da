import { execFile } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { promisify } from "node:util";
import { Misuse } from "../../plan/errors.ts";
import { cacheFolder, cacheKey, type Environment } from "./cache.ts";
import type { Pin, Program } from "./programs.ts";

/** Longest that a program may take to say its version, in milliseconds. */
const PATIENCE = 10_000;

/** What is asked of a machine. */
export interface Machine {
    readonly environment: Environment;
    readonly isExecutable: (path: string) => boolean;
    /** What a program prints when it is asked for its version; undefined if it fails. */
    readonly printedVersion: (path: string, argument: string) => Promise<string | undefined>;
}

/** The environment variable that names a binary: `DATA_PLATFORM_KUBE_APISERVER`. */
export function variableOf(program: Program): string {
    return `DATA_PLATFORM_${program.replaceAll("-", "_").toUpperCase()}`;
}

/**
 * The version in what a program prints: `etcd Version: 3.6.8`, `Kubernetes v1.35.4`, `kwok version v0.8.0 go1.26.8
 * (linux/amd64)`, `prometheus, version 3.14.0 (branch: …)`, `kube-score version: 1.20.0, commit: …`; without a leading v.
 * Undefined if there is none.
 */
export function parseVersion(printed: string): string | undefined {
    return /(?:^|\s)v?(?<version>\d+\.\d+\.\d+(?:[-+][\w.+-]+)?)(?=[\s,;]|$)/.exec(printed)?.groups?.["version"];
}

function named(program: Program, machine: Machine): string | undefined {
    const variable = variableOf(program);
    const value = machine.environment[variable];
    if (value === undefined || value === "") {
        return undefined;
    }
    const path = resolve(value);
    if (!machine.isExecutable(path)) {
        throw new Misuse(
            `${variable}: got ${JSON.stringify(value)}; that is no file that can be run. ` +
                `Name the path of the ${program} binary, or unset ${variable}.`,
        );
    }
    return path;
}

async function onPath(pin: Pin, machine: Machine, onProgress: (line: string) => void): Promise<string | undefined> {
    const folders = (machine.environment["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
    const path = folders.map((folder) => resolve(folder, pin.program)).find(machine.isExecutable);
    if (path === undefined) {
        return undefined;
    }
    const version = parseVersion((await machine.printedVersion(path, pin.versionArgument)) ?? "");
    if (version === pin.version) {
        return path;
    }
    onProgress(
        `${pin.program}: ${path} is ${version ?? "of an unknown version"}, the pinned one is ${pin.version}: not used. ` +
            `To use it all the same, set ${variableOf(pin.program)}=${path}`,
    );
    return undefined;
}

/** Where the cache has a program, or would have it. */
export function cachedPath(pin: Pin, environment: Environment): string {
    return join(cacheFolder(environment), cacheKey(pin), pin.program);
}

/**
 * Finds a program without building it, in this order:
 *
 * 1. the environment variable, which somebody set on purpose: taken as it is, in any version;
 * 2. the cache, whose key holds the pinned version: no process has to be asked, so a second start is quick;
 * 3. PATH, if the program there says that it is the pinned version. Another would test another Kubernetes.
 *
 * @throws {Misuse} if the variable names no file that can be run
 */
export async function locate(
    pin: Pin,
    machine: Machine,
    onProgress: (line: string) => void,
): Promise<string | undefined> {
    const chosen = named(pin.program, machine);
    if (chosen !== undefined) {
        return chosen;
    }
    const cached = cachedPath(pin, machine.environment);
    return machine.isExecutable(cached) ? cached : await onPath(pin, machine, onProgress);
}

function isExecutable(path: string): boolean {
    try {
        accessSync(path, constants.X_OK);
        return statSync(path).isFile();
    } catch {
        return false;
    }
}

async function printedVersion(path: string, argument: string): Promise<string | undefined> {
    try {
        const { stdout, stderr } = await promisify(execFile)(path, [argument], { timeout: PATIENCE });
        // Prometheus printed it to stderr once.
        return `${stdout}\n${stderr}`;
    } catch {
        return undefined;
    }
}

/** The machine that this runs on. */
export function thisMachine(): Machine {
    return { environment: process.env, isExecutable, printedVersion };
}
