import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { sdkVersion } from "../doubles/package.ts";

const run = promisify(execFile);

/** For the answer of a CLI that is there; the npm package begins to download one, which a test does not wait for. */
const VERSION_TIMEOUT_MS = 15_000;
/** For the download of the Kubernetes provider, once. */
const PLUGIN_TIMEOUT_MS = 300_000;

function lastLine(text: string): string {
    return text.trim().split("\n").at(-1) ?? "";
}

async function version(): Promise<{ readonly version: string } | { readonly missing: string }> {
    try {
        const { stdout } = await run("pulumi", ["version"], { timeout: VERSION_TIMEOUT_MS, killSignal: "SIGKILL" });
        return { version: stdout.trim() };
    } catch (error) {
        const { killed, stderr, message } = error as { killed?: boolean; stderr?: string; message: string };
        const why = killed
            ? `gave no answer in ${VERSION_TIMEOUT_MS / 1000} s`
            : `said "${lastLine(stderr ? stderr : message)}"`;
        return { missing: `there is no Pulumi CLI: \`pulumi version\` ${why}` };
    }
}

/** The engine's version, or in a sentence why there is none: only a working CLI answers `pulumi version`. */
export const engine = await version();

/** Gets the one provider that is no double, unless it is there, and returns its version. */
export async function kubernetesProvider(): Promise<string> {
    const wanted = sdkVersion("@pulumi/kubernetes");
    await run("pulumi", ["plugin", "install", "resource", "kubernetes", wanted], { timeout: PLUGIN_TIMEOUT_MS });
    return wanted;
}

/** A suite that needs the engine; where there is none, a skipped test that says why. */
export function describeWithEngine(title: string, suite: () => void): void {
    if ("missing" in engine) {
        it.skip(`${title}: ${engine.missing}`);
    } else {
        describe(title, suite);
    }
}
