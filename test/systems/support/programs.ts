import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, readdir, readlink, rename, rm, symlink } from "node:fs/promises";
import { basename, delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "../../../tools/control-plane/toolchain/cache.ts";
import { isRunning, locked } from "../../../tools/control-plane/toolchain/lock.ts";

/** Where a program is, or in a sentence why it cannot be had and how to get it. */
export type Program = { readonly path: string } | { readonly missing: string };

const run = promisify(execFile);

const PINS = join(import.meta.dirname, "..", "programs");
/** For the download of hundreds of megabytes. */
const INSTALL_MS = 900_000;
/** How often an installation says that it goes on. */
const HEARTBEAT_MS = 15_000;
const MAX_OUTPUT = 16 * 2 ** 20;

function say(line: string): void {
    process.stderr.write(`${line}\n`);
}

/** The first line in which a failed command complains. */
function reasonOf(error: unknown): string {
    const { stderr = "", stdout = "", message } = error as { stderr?: string; stdout?: string; message: string };
    return /^.*\berror\b.*$/im.exec(`${stdout}\n${stderr}`)?.[0] ?? message;
}

/** Folders of installations that were killed. Those that are whole have a link that leads to them. */
async function sweep(link: string): Promise<void> {
    const current = await readlink(link).catch(() => undefined);
    for (const name of await readdir(dirname(link))) {
        const [, owner] = name.startsWith(`${basename(link)}.`) ? (/\.(\d+)$/.exec(name) ?? []) : [];
        if (owner !== undefined && name !== current && !isRunning(Number(owner))) {
            await rm(join(dirname(link), name), { recursive: true, force: true });
        }
    }
}

/**
 * Installs into a folder of the cache whose name has the digest of the pins. It is there all at once, as a link: a killed
 * installation leaves none, and the folder itself never moves, which a Python environment would not survive.
 */
async function installed(
    name: string,
    pins: string,
    salt: string,
    install: (folder: string) => Promise<void>,
): Promise<Program> {
    const digest = createHash("sha256").update(readFileSync(pins)).update(salt).digest("hex").slice(0, 16);
    const path = join(cacheFolder(process.env, "systems"), `${name}-${digest}`);
    if (existsSync(path)) {
        return { path };
    }
    const begin = performance.now();
    const seconds = (): number => Math.round((performance.now() - begin) / 1000);
    const waiting = (): void => say(`${name}: another process installs it, waiting`);
    try {
        await locked(`${path}.lock`, waiting, async () => {
            await sweep(path);
            if (existsSync(path)) {
                return;
            }
            const folder = `${path}.${process.pid}`;
            await rm(folder, { recursive: true, force: true });
            await mkdir(folder);
            say(`${name}: installing into ${path}, once`);
            const heartbeat = setInterval(() => say(`${name}: installing for ${seconds()} s`), HEARTBEAT_MS);
            try {
                await install(folder);
                const link = `${path}.${process.pid}.link`;
                await rm(link, { force: true });
                await symlink(basename(folder), link);
                await rename(link, path);
                say(`${name}: ready after ${seconds()} s`);
            } catch (error) {
                await rm(folder, { recursive: true, force: true });
                throw error;
            } finally {
                clearInterval(heartbeat);
            }
        });
        return { path };
    } catch (error) {
        return { missing: `${name} cannot be installed by ${pins}: ${reasonOf(error)}` };
    }
}

/** Whether a command can be run, and ends well. */
async function works(program: string, args: readonly string[]): Promise<boolean> {
    try {
        await run(program, args);
        return true;
    } catch {
        return false;
    }
}

/**
 * Jars of a program from Maven Central, by `programs/NAME/pom.xml`, all in one folder.
 *
 * @returns path of the folder, for a classpath of `PATH/*`
 */
export async function mavenProgram(name: string): Promise<Program> {
    const pins = join(PINS, name, "pom.xml");
    if (!(await works("java", ["-version"]))) {
        return { missing: `${name} needs Java 17: apt-get install openjdk-17-jdk-headless` };
    }
    return installed(name, pins, "", async (folder) => {
        const goal = ["dependency:copy-dependencies", `-DoutputDirectory=${folder}`];
        // Checksums are compared strictly: a file that was damaged on its way is an error.
        await run("mvn", ["--batch-mode", "--quiet", "--strict-checksums", "--file", pins, ...goal], {
            timeout: INSTALL_MS,
            maxBuffer: MAX_OUTPUT,
        });
    });
}

/**
 * A Python environment with the packages of `programs/NAME/requirements.txt`, which names every one of them, transitive ones
 * included.
 *
 * @returns path of the environment; its programs are in `PATH/bin`
 */
export async function pythonProgram(name: string): Promise<Program> {
    const pins = join(PINS, name, "requirements.txt");
    const version = await run("python3", ["-c", "import sys, venv, ensurepip; print(sys.version)"]).catch(
        () => undefined,
    );
    if (version === undefined) {
        return { missing: `${name} needs Python with venv: apt-get install python3-venv` };
    }
    return installed(name, pins, version.stdout, async (folder) => {
        const options = { timeout: INSTALL_MS, maxBuffer: MAX_OUTPUT };
        await run("python3", ["-m", "venv", folder], options);
        const pip = (...args: readonly string[]) =>
            run(join(folder, "bin", "python"), ["-m", "pip", "--disable-pip-version-check", ...args], options);
        await pip("install", "--quiet", "--no-deps", "--requirement", pins);
        await pip("check");
    });
}

/**
 * A program of this machine.
 *
 * @param folders where it may be, beside PATH
 * @param get how to get it, as a command
 */
export function systemProgram(name: string, get: string, folders: readonly string[] = []): Program {
    const all = [...(process.env["PATH"] ?? "").split(delimiter), ...folders];
    const folder = all.find((one) => one !== "" && existsSync(join(one, name)));
    return folder === undefined ? { missing: `there is no ${name}: ${get}` } : { path: join(folder, name) };
}

/**
 * A suite that needs programs; where one cannot be had, a skipped test that says which and how to get it, or one that
 * fails, where `DATA_PLATFORM_SYSTEMS` is `required`.
 *
 * ```ts
 * describeWith("Kafka", { kafka: await mavenProgram("kafka") }, ({ kafka }) => { … });
 * ```
 */
export function describeWith<Name extends string>(
    title: string,
    programs: Readonly<Record<Name, Program>>,
    suite: (paths: Readonly<Record<Name, string>>) => void,
): void {
    const all = Object.entries<Program>(programs);
    const missing = all.flatMap(([, program]) => ("missing" in program ? [program.missing] : []));
    // Addresses of the whole 127.0.0.0/8 and /proc are Linux' own.
    const reasons = process.platform === "linux" ? missing : ["it needs Linux"];
    const reason = reasons.join("; ");
    if (reason !== "" && process.env["DATA_PLATFORM_SYSTEMS"] === "required") {
        it(title, () => assert.fail(reason));
    } else if (reason !== "") {
        it.skip(`${title}: ${reason}`);
    } else {
        const paths = all.map(([name, program]) => [name, "path" in program ? program.path : ""]);
        describe(title, () => suite(Object.fromEntries(paths)));
    }
}
