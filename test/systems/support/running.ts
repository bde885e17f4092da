import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/** Variable that a pod's processes inherit, whatever session they put themselves into: its folder. */
export const FOLDER_VARIABLE = "DATA_PLATFORM_POD_FOLDER";

const POLL_MS = 20;

function isIn(path: string | undefined, folder: string): boolean {
    return path === folder || path?.startsWith(`${folder}/`) === true;
}

/** Undefined for what has ended, or is somebody else's. */
function orUndefined<T>(read: () => T): T | undefined {
    try {
        return read();
    } catch {
        return undefined;
    }
}

/** Whether a process was started in a folder, or works there: a server may have written over its environment. */
function belongs(pid: string, folder: string): boolean {
    const environment = orUndefined(() => readFileSync(`/proc/${pid}/environ`, "latin1"))?.split("\0") ?? [];
    const marked = environment.find((variable) => variable.startsWith(`${FOLDER_VARIABLE}=`));
    return (
        isIn(marked?.slice(FOLDER_VARIABLE.length + 1), folder) ||
        isIn(
            orUndefined(() => readlinkSync(`/proc/${pid}/cwd`)),
            folder,
        )
    );
}

/** Whether a process has ended and only waits to be asked how. */
function isZombie(pid: string): boolean {
    const status = orUndefined(() => readFileSync(`/proc/${pid}/stat`, "utf8")) ?? "";
    return status.slice(status.lastIndexOf(")") + 2).startsWith("Z");
}

/** Numbers of the processes that were started in a folder, or below it. */
export function processesOf(folder: string): readonly number[] {
    return readdirSync("/proc")
        .filter((entry) => /^\d+$/.test(entry) && belongs(entry, folder) && !isZombie(entry))
        .map(Number);
}

/** Sends a signal; to what has ended, none. */
export function signal(pid: number, name: NodeJS.Signals): void {
    orUndefined(() => process.kill(pid, name));
}

/** Kills everything that was started in a folder, at once, and waits until it is gone. */
export async function endProcessesOf(folder: string): Promise<void> {
    for (let left = processesOf(folder); left.length > 0; left = processesOf(folder)) {
        left.forEach((pid) => signal(pid, "SIGKILL"));
        await delay(POLL_MS);
    }
}
