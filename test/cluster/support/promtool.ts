import { text } from "node:stream/consumers";
import { toolchain } from "../../../tools/control-plane/toolchain.ts";
import { startWatched } from "./watched.ts";

/** What promtool says, and whether it is content. */
export interface Verdict {
    readonly ok: boolean;
    readonly output: string;
}

/** Runs promtool in a folder of these files. */
export async function promtool(args: readonly string[], files: ReadonlyMap<string, unknown>): Promise<Verdict> {
    const binary = (await toolchain(["promtool"])).get("promtool") ?? "";
    const running = await startWatched(binary, args, files);
    const code = new Promise((resolve) =>
        running.once("exit", (status) => {
            running.stdin.end();
            resolve(status);
        }),
    );
    const [status, out, errors] = await Promise.all([code, text(running.stdout), text(running.stderr)]);
    return { ok: status === 0, output: `${out}${errors}` };
}
