import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { Socket } from "node:net";
import { join } from "node:path";
import { Refusal } from "./errors.ts";
import type { StackFiles } from "./stack-files.ts";

/** A policy pack that has been started. */
export interface PackProcess {
    /** Folder of `PulumiPolicy.yaml`. */
    readonly directory: string;
    /**
     * Waits until it listens. Before that it does not keep this process alive, so that a program which waits for ever
     * is noticed.
     *
     * @returns the port of its server on this machine
     * @throws {Refusal} with what it printed, if it ended before it listened
     */
    readonly listening: () => Promise<number>;
    /** Ends it, at once. */
    readonly stop: () => void;
}

/** Seconds for which a pack may load; ours takes about two on a slow machine. */
const START_LIMIT = 60;

/** The pack beside the program, or else the one of this repository. */
export function packDirectory(program: string, repository: string): string {
    const beside = join(program, "policies");
    return existsSync(join(beside, "PulumiPolicy.yaml")) ? beside : join(repository, "policies");
}

function portOf(child: ChildProcess, directory: string): Promise<number> {
    return new Promise((resolve, reject) => {
        let output = "";
        let errors = "";
        const refuse = (reason: string): void => {
            const printed = `${errors}${output}`.trimEnd();
            reject(new Refusal([`the policy pack in ${directory} ${reason}.${printed === "" ? "" : `\n${printed}`}`]));
        };
        let listens = false;
        const giveUp = (): void => {
            if (!listens) {
                refuse(`did not listen within ${START_LIMIT} seconds`);
                child.kill("SIGKILL");
            }
        };
        // The program may have kept this process busy for longer: what has arrived meanwhile is read first.
        const patience = setTimeout(() => setImmediate(giveUp), START_LIMIT * 1000).unref();
        child.stderr?.setEncoding("utf8").on("data", (text: string) => {
            errors += text;
        });
        child.stdout?.setEncoding("utf8").on("data", (text: string) => {
            output += text;
            const port = /^(\d+)\r?\n/m.exec(output)?.[1];
            if (port !== undefined) {
                listens = true;
                clearTimeout(patience);
                resolve(Number(port));
            }
        });
        child.on("error", (error) => {
            clearTimeout(patience);
            refuse(`could not be started: ${error.message}`);
        });
        child.on("close", (code) => {
            clearTimeout(patience);
            refuse(`ended with code ${code} before it listened`);
        });
    });
}

/** Whether this process goes on for as long as the child does. */
function keepAlive(child: ChildProcess, yes: boolean): void {
    for (const handle of [child, child.stdout, child.stderr]) {
        if (handle instanceof Socket || handle === child) {
            handle[yes ? "ref" : "unref"]();
        }
    }
}

/**
 * Starts a policy pack as the engine's language host does: the SDK's own entry, with the stack in the environment. It
 * prints the port that it listens on.
 *
 * Nothing heavy is imported for this, so that the pack loads while the program does.
 */
export function startPack(directory: string, files: StackFiles, organization: string): PackProcess {
    const require = createRequire(import.meta.url);
    const entry = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
    const child = spawn(process.execPath, [entry, "127.0.0.1:0", "."], {
        cwd: directory,
        stdio: ["ignore", "pipe", "pipe"],
        env: {
            ...process.env,
            PULUMI_CONFIG: JSON.stringify(files.config),
            PULUMI_NODEJS_ORGANIZATION: organization,
            PULUMI_NODEJS_PROJECT: files.project,
            PULUMI_NODEJS_STACK: files.stack,
            PULUMI_NODEJS_DRY_RUN: "true",
        },
    });
    const stop = (): void => {
        child.kill("SIGKILL");
    };
    process.once("exit", stop);
    const port = portOf(child, directory);
    // Whoever asks for the port sees the failure; until then it must not end the process.
    port.catch(() => undefined);
    keepAlive(child, false);
    const listening = (): Promise<number> => {
        keepAlive(child, true);
        return port.finally(() => keepAlive(child, false));
    };
    return { directory, listening, stop };
}
