import { mkdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** How often an owner shows that it lives, in milliseconds. */
const PULSE = 5000;

/** Age of the last sign of life at which an owner counts as dead: stopped, or on another machine, in milliseconds. */
const SILENCE = 6 * PULSE;

/** How often a waiting process looks again, in milliseconds. */
const LOOK = 500;

/** Whether there is a process of this number on this machine. */
export function isRunning(pid: number): boolean {
    try {
        process.kill(pid, 0);
        return true;
    } catch (error) {
        // Somebody else's process lives as well.
        return error instanceof Error && "code" in error && error.code === "EPERM";
    }
}

async function take(path: string): Promise<boolean> {
    try {
        await writeFile(path, String(process.pid), { flag: "wx" });
        return true;
    } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "EEXIST") {
            return false;
        }
        throw error;
    }
}

async function isAbandoned(path: string): Promise<boolean> {
    try {
        const [owner, { mtimeMs }] = await Promise.all([readFile(path, "utf8"), stat(path)]);
        // An owner that has only just made the file has not written its number yet.
        const dead = owner !== "" && !isRunning(Number(owner));
        return dead || Date.now() - mtimeMs > SILENCE;
    } catch {
        // Released in this moment: the next look will tell.
        return false;
    }
}

/**
 * Does something while no other process does it under the same lock, so that two do not do the same work at a time.
 * A lock whose owner died is taken over. It saves work, no more: what is done must stand being done twice.
 *
 * @param path file that is the lock
 * @param onWait called once, before waiting for another process
 * @param work not begun before the lock is there
 */
export async function locked<T>(path: string, onWait: () => void, work: () => Promise<T>): Promise<T> {
    await mkdir(dirname(path), { recursive: true });
    for (let waits = false; !(await take(path)); ) {
        if (await isAbandoned(path)) {
            await rm(path, { force: true });
            continue;
        }
        if (!waits) {
            waits = true;
            onWait();
        }
        await sleep(LOOK);
    }
    const pulse = setInterval(() => {
        const now = new Date();
        // A lock that somebody took over is not ours to keep alive.
        utimes(path, now, now).catch(() => clearInterval(pulse));
    }, PULSE);
    try {
        return await work();
    } finally {
        clearInterval(pulse);
        await rm(path, { force: true });
    }
}
