import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Readable, Writable } from "node:stream";

/** A program that ends with this process, and its folder with it. Ending its input ends it. */
export type Watched = ChildProcessByStdio<Writable, Readable, Readable>;

/**
 * Runs a program until it ends or the standard input does, then removes its folder. The input is a pipe from this
 * process: it ends when this process does, however it is killed.
 */
const WHILE_WATCHED = [
    'folder=$1; shift; cd "$folder"; exec 3<&0; "$@" </dev/null 3<&- & program=$!',
    // The pipes of a process that is gone would end the shell as soon as it says anything.
    "exec >/dev/null 2>&1",
    '(cat <&3; kill "$program") & watcher=$!',
    'wait "$program"; code=$?; kill "$watcher"; cd /; rm -rf "$folder"; exit "$code"',
].join("\n");

/**
 * Starts a program in a folder of its own with these files, each written as JSON, which is YAML as well.
 *
 * @throws {Error} if the folder cannot be made
 */
export async function startWatched(
    program: string,
    args: readonly string[],
    files: ReadonlyMap<string, unknown>,
): Promise<Watched> {
    const folder = await mkdtemp(path.join(tmpdir(), "data-platform-"));
    await Promise.all([...files].map(([name, content]) => writeFile(path.join(folder, name), JSON.stringify(content))));
    return spawn("/bin/sh", ["-c", WHILE_WATCHED, "sh", folder, program, ...args], {
        // A Ctrl-C of the terminal goes to a whole group: the shell would not live to remove the folder.
        detached: true,
        stdio: ["pipe", "pipe", "pipe"],
    });
}
