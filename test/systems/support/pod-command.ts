import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { FOLDER_VARIABLE, signal } from "./running.ts";

/** Whose processes they are. */
interface Owner {
    /** Name of the pod. */
    readonly name: string;
    readonly folder: string;
    /** Number of the user that they run as where the tests run as root. */
    readonly user?: number | undefined;
}

type Variables = Readonly<Record<string, string>>;

/** How a command in a pod ended. */
export interface Executed {
    /** Null for a signal, which also is how it ends when its time is over. */
    readonly code: number | null;
    readonly stdout: string;
    readonly stderr: string;
}

/** The user that a pod's processes get; undefined for that of the tests. */
export function userOf({ user }: Owner): number | undefined {
    return process.getuid?.() === 0 ? user : undefined;
}

/** As another user, who may read what is installed below root's home, but writes only what is the user's. */
function asUser(user: number | undefined, command: readonly string[]): readonly string[] {
    if (user === undefined) {
        return command;
    }
    const rights = ["--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search"];
    return ["setpriv", `--reuid=${user}`, `--regid=${user}`, "--clear-groups", ...rights, "--", ...command];
}

/** Starts a command in a pod's folder, in a session of its own, with the pod's variables and nothing of this process's. */
export function startIn(owner: Owner, command: readonly string[], env: Variables): ChildProcess {
    const { PATH, JAVA_HOME } = process.env;
    const [program = "", ...args] = asUser(userOf(owner), command);
    return spawn(program, args, {
        cwd: owner.folder,
        detached: true,
        stdio: ["ignore", "pipe", "pipe"],
        env: {
            PATH,
            ...(JAVA_HOME === undefined ? {} : { JAVA_HOME }),
            HOME: owner.folder,
            LANG: "C.UTF-8",
            HOSTNAME: owner.name,
            ...env,
            [FOLDER_VARIABLE]: owner.folder,
        },
    });
}

/** Runs a command in a pod's folder to its end. */
export async function runIn(
    owner: Owner,
    command: readonly string[],
    env: Variables,
    timeoutMs: number,
): Promise<Executed> {
    const child = startIn(owner, command, env);
    const timer = setTimeout(() => signal(-(child.pid ?? 0), "SIGKILL"), timeoutMs);
    try {
        const [stdout, stderr, [code]] = await Promise.all([
            child.stdout === null ? "" : text(child.stdout),
            child.stderr === null ? "" : text(child.stderr),
            once(child, "exit"),
        ]);
        return { code, stdout, stderr };
    } finally {
        clearTimeout(timer);
    }
}
