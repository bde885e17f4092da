/**
 * Started beside a test file's processes: when its standard input is closed, be it that the tests are over or that they were
 * killed, it ends everything that was started in its folder, and removes the folder.
 */
import { rm } from "node:fs/promises";
import { endProcessesOf } from "./running.ts";

const [, , folder] = process.argv;
if (folder === undefined) {
    throw new Error("guard.ts: name the folder");
}
// The terminal's signal is for the tests; this outlives them.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => undefined);
}
process.stdin.resume();
process.stdin.once("end", () => {
    endProcessesOf(folder)
        .then(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }))
        .catch((error: unknown) => {
            process.stderr.write(`${folder} stays: ${String(error)}\n`);
            process.exitCode = 1;
        });
});
