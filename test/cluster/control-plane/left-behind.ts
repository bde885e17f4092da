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

/** Waits until there is something of a cluster, or nothing. */
export async function untilLeft(name: string, something: boolean): Promise<void> {
    while (leftOf(name).length > 0 !== something) {
        await delay(POLL_MS);
    }
}
