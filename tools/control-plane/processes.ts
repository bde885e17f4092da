import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/** A process of this machine. */
export interface RunningProcess {
    readonly pid: number;
    /** The program and its arguments, joined by spaces; the program is as it was called. */
    readonly command: string;
}

const POLL_MS = 20;

/** All processes, but for those that have ended and that nobody has asked about yet. */
export function runningProcesses(): readonly RunningProcess[] {
    if (!existsSync("/proc/self/cmdline")) {
        return execFileSync("ps", ["-axww", "-o", "pid=,command="], { encoding: "utf8" })
            .split("\n")
            .flatMap((line) => {
                const [, pid, command] = /^\s*(\d+) (.*)$/.exec(line) ?? [];
                return pid === undefined || command === undefined ? [] : [{ pid: Number(pid), command }];
            });
    }
    return readdirSync("/proc")
        .filter((entry) => /^\d+$/.test(entry))
        .map((pid) => ({ pid: Number(pid), command: commandOf(pid) }))
        .filter(({ command }) => command !== "");
}

/** Empty if there is no such process, or it has ended. */
function commandOf(pid: string): string {
    try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").replace(/\0$/, "").replaceAll("\0", " ");
    } catch {
        return "";
    }
}

/** Processes whose program is in a folder. Those that only have a file of it open are not among them. */
export function programsIn(folder: string): readonly RunningProcess[] {
    return runningProcesses().filter(({ command }) => command.startsWith(`${folder}/`));
}

function kill(pid: number): void {
    try {
        process.kill(pid, "SIGKILL");
    } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) {
            throw error;
        }
    }
}

/**
 * Ends everything whose program is in a folder, at once, and waits until it is gone. What starts meanwhile is ended too.
 */
export async function endPrograms(folder: string): Promise<void> {
    for (let left = programsIn(folder); left.length > 0; left = programsIn(folder)) {
        left.forEach(({ pid }) => kill(pid));
        await delay(POLL_MS);
    }
}
