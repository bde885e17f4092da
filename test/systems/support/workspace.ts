import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const GUARD = join(import.meta.dirname, "guard.ts");

interface Guarded {
    readonly folder: string;
    readonly guard: ChildProcess;
}

let current: Promise<Guarded> | undefined;

async function open(): Promise<Guarded> {
    const folder = await mkdtemp(join(tmpdir(), "data-platform-systems-"));
    // Others may pass, for the pods of another user; what is in the folders is theirs alone.
    await chmod(folder, 0o711);
    const guard = spawn(process.execPath, [GUARD, folder], {
        detached: true,
        stdio: ["pipe", "ignore", "inherit"],
    });
    await once(guard, "spawn");
    guard.unref();
    return { folder, guard };
}

/**
 * A private folder for everything that this process starts. What runs in it, and the folder, are gone at the latest when this
 * process is, however it ends.
 */
export async function workspace(): Promise<string> {
    current ??= open();
    return (await current).folder;
}

/** Ends everything that was started in the {@link workspace}, and removes it. For the last hook of a file. */
export async function endPods(): Promise<void> {
    const opened = await current;
    current = undefined;
    if (opened !== undefined) {
        const ended = once(opened.guard, "exit");
        opened.guard.ref();
        opened.guard.stdin?.end();
        await ended;
    }
}
