import { existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { clusterDirectory } from "../../../tools/control-plane/instances.ts";
import { runningProcesses } from "../../../tools/control-plane/processes.ts";

const POLL_MS = 50;

/** What there is of a cluster on this machine: its directory, and processes that name it. */
export function leftOf(name: string): readonly string[] {
    const directory = clusterDirectory(name);
    const processes = runningProcesses()
        .map(({ command }) => command)
        .filter((command) => command.includes(`${directory}/`) || command.endsWith(directory));
    return [...(existsSync(directory) ? [directory] : []), ...processes];
}

async function until(holds: () => boolean): Promise<void> {
    while (!holds()) {
        await delay(POLL_MS);
    }
}

/** Waits until a cluster has its keeper, which sees its owner end. Before that, the next start removes the directory. */
export function untilKept(name: string): Promise<void> {
    return until(() => leftOf(name).length > 1);
}

/** Waits until nothing of a cluster is left. */
export function untilGone(name: string): Promise<void> {
    return until(() => leftOf(name).length === 0);
}
