import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { SENTINEL_PORT, VALKEY_PORT } from "../../../stacks/workloads/cache/scripts.ts";
import type { RenderedStack } from "../../stacks/rendered/stack.ts";
import { type PodProcess, podProcess } from "../support/pod-process.ts";
import { ordinalsOf } from "../support/rendered-pod.ts";
import { workspace } from "../support/workspace.ts";

export const NAMESPACE = "data";
export const NAME = "cache";
/** First three numbers of the pods' addresses. */
const NETWORK = "127.53.0";

/** Where the programs of the image are on this machine. */
interface Programs {
    /** Python environment with the server. */
    readonly valkey: string;
    /** Speaks the same protocol as `valkey-cli`. */
    readonly cli: string;
    /** A library by which names are looked up in a file. */
    readonly nss: string;
}

/** A pod of the cache: its two containers that hold state, in one folder. */
export class CachePod {
    readonly server: PodProcess;
    readonly sentinel: PodProcess;

    constructor(server: PodProcess, sentinel: PodProcess) {
        this.server = server;
        this.sentinel = sentinel;
    }

    get name(): string {
        return this.server.name;
    }

    /** The sidecar first, as the kubelet does it. */
    async start(): Promise<void> {
        await this.sentinel.start();
        await this.server.start();
    }

    async untilReady(): Promise<void> {
        await Promise.all([this.server.untilReady(), this.sentinel.untilReady()]);
    }

    /** Both containers, see {@link PodProcess.stop}. */
    async stop(how: "SIGTERM" | "SIGKILL"): Promise<void> {
        await this.server.stop(how);
        await this.sentinel.stop("SIGKILL");
    }

    /** What the server, or with its port the sentinel, answers: a line for each value. */
    async ask(...command: readonly string[]): Promise<readonly string[]> {
        const { stdout } = await this.server.exec(["valkey-cli", "--raw", ...command]);
        return stdout.trimEnd().split("\n");
    }
}

/** The pods of the stack's cache, and what a client needs to find them. */
export interface Group {
    readonly pods: readonly CachePod[];
    /** Variables by which a program of this machine finds the pods' names. */
    readonly dns: Readonly<Record<string, string>>;
}

/**
 * Makes the pods. What differs from them: each listens on its own address and not on all, which is its localhost, too; names
 * are looked up in a file; `valkey-cli` is Redis'. Of the pod's containers the exporter is not started.
 */
export async function group(stack: RenderedStack, { valkey, cli, nss }: Programs): Promise<Group> {
    const folder = join(await workspace(), "cache-programs");
    await mkdir(folder, { recursive: true });
    const ordinals = await ordinalsOf({ stack, kind: "StatefulSet", namespace: NAMESPACE, name: NAME });
    const hosts = join(folder, "hosts");
    const addressOf = (ordinal: number): string => `${NETWORK}.${10 + ordinal}`;
    const lines = ordinals.map(
        (ordinal) => `${addressOf(ordinal)} ${NAME}-${ordinal}.${NAME}-headless.${NAMESPACE}.svc.cluster.local`,
    );
    await writeFile(hosts, ["127.0.0.1 localhost", ...lines, ""].join("\n"));
    const dns = { LD_PRELOAD: nss, NSS_WRAPPER_HOSTS: hosts };
    const pods = await Promise.all(
        ordinals.map(async (ordinal) => {
            const address = addressOf(ordinal);
            const programs = await imagePrograms(join(folder, String(ordinal)), { valkey, cli, address });
            const [server, sentinel] = await Promise.all(
                [NAME, "sentinel"].map((container) =>
                    podProcess({
                        stack,
                        kind: "StatefulSet",
                        namespace: NAMESPACE,
                        name: NAME,
                        ordinal,
                        container,
                        address,
                        replace: {
                            "127.0.0.1": address,
                            [`port ${VALKEY_PORT}`]: `port ${VALKEY_PORT}\nbind ${address}`,
                            [`port ${SENTINEL_PORT}`]: `port ${SENTINEL_PORT}\nbind ${address}`,
                        },
                        program: () => ({
                            env: { ...dns, PATH: [programs, process.env["PATH"] ?? ""].join(delimiter) },
                        }),
                    }),
                ),
            );
            if (server === undefined || sentinel === undefined) {
                throw new Error("no containers");
            }
            return new CachePod(server, sentinel);
        }),
    );
    return { pods, dns };
}

/** A folder with what the image has on PATH. The server is a sentinel by its name. */
async function imagePrograms(
    folder: string,
    { valkey, cli, address }: { readonly valkey: string; readonly cli: string; readonly address: string },
): Promise<string> {
    await mkdir(folder, { recursive: true });
    for (const name of ["valkey-server", "valkey-sentinel"]) {
        await symlink(valkey, join(folder, name));
    }
    const script = join(folder, "valkey-cli");
    await writeFile(script, `#!/bin/sh\nexec ${cli} -h ${address} "$@"\n`);
    await chmod(script, 0o755);
    return folder;
}
