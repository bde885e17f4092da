import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { endPrograms } from "../../../tools/control-plane/processes.ts";
import type { Project } from "./project.ts";

/**
 * Starts an update with the CLI, as in a terminal, and kills all of it at once when something has come about.
 *
 * @param when resolves in the middle of the update
 * @throws {Error} with what the CLI printed, if the update ended by itself before
 */
export async function killedUpdate(
    { folder, home, environment, stack }: Project,
    when: () => Promise<unknown>,
): Promise<void> {
    const child = spawn("pulumi", ["up", "--yes", "--skip-preview", "--stack", stack.name, "--color", "never"], {
        cwd: folder,
        env: { ...process.env, ...environment },
        // A group of its own, which the npm package's script and the CLI are both in.
        detached: true,
        stdio: ["ignore", "pipe", "pipe"],
    });
    const printed = Promise.all([text(child.stdout), text(child.stderr)]);
    const ended = once(child, "exit");
    await Promise.race([when(), ended]);
    if (child.pid !== undefined && child.exitCode === null) {
        process.kill(-child.pid, "SIGKILL");
    }
    // Providers have groups of their own, and go on for minutes.
    await endPrograms(home);
    const [code, signal] = await ended;
    if (signal !== "SIGKILL") {
        throw new Error(
            `the update ended by itself, with ${code}, before it could be killed:\n${(await printed).join("\n")}`,
        );
    }
}
