import { type ChildProcessByStdio, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { promisify } from "node:util";
import { FOLDER_VARIABLE } from "../support/running.ts";
import { workspace } from "../support/workspace.ts";

/** Two cores and many programs: quick to start, small, and one thread for its memory. */
export const JAVA_OPTIONS = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"];

/** Kafka's jars, and what programs are told of DNS. */
export interface JavaHome {
    /** Folder of the jars. */
    readonly jars: string;
    /** Names and addresses, in the format of /etc/hosts. */
    readonly hosts: string;
    /** The jar of our own classes. */
    readonly classes: string;
}

const SOURCES = ["Member.java", "Writer.java", "Inspector.java"].map((name) => join(import.meta.dirname, name));

/** Compiles the clients of these tests. @returns their jar: an archive of classes takes no folders */
export async function compiled(jars: string): Promise<string> {
    const folder = join(await workspace(), "classes");
    const jar = `${folder}.jar`;
    await mkdir(folder, { recursive: true });
    await promisify(execFile)("javac", ["-cp", `${jars}/*`, "-d", folder, ...SOURCES]);
    await promisify(execFile)("jar", ["cf", jar, "-C", folder, "."]);
    return jar;
}

/**
 * What a virtual machine does with the archive of loaded classes, with which the next one starts in half of the time
 * (Java, "Class Data Sharing"): "written" when it ends, "read" where there is one.
 */
export type Archive = "written" | "read";

const ARCHIVE_OPTIONS: Readonly<Record<Archive, string>> = {
    written: "-XX:ArchiveClassesAtExit",
    read: "-XX:SharedArchiveFile",
};

/** Command and arguments of a program of ours. */
export function javaCommand({ jars, hosts, classes }: JavaHome, program: string, archive?: Archive): readonly string[] {
    return [
        "java",
        "-Xmx64m",
        ...JAVA_OPTIONS,
        ...(archive === undefined ? [] : [`${ARCHIVE_OPTIONS[archive]}=${classes}.${program}`]),
        `-Djdk.net.hosts.file=${hosts}`,
        "-cp",
        `${classes}:${jars}/*`,
        program,
    ];
}

/** A client of ours that runs beside the pods and is talked to by lines. */
export class JavaClient {
    readonly #child: ChildProcessByStdio<Writable, Readable, null>;

    private constructor(child: ChildProcessByStdio<Writable, Readable, null>) {
        this.#child = child;
    }

    static async start(
        home: JavaHome,
        program: string,
        args: readonly string[],
        onLine: (line: string) => void,
    ): Promise<JavaClient> {
        const folder = await workspace();
        const [java = "", ...rest] = javaCommand(home, program);
        const child = spawn(java, [...rest, ...args], {
            cwd: folder,
            detached: true,
            stdio: ["pipe", "pipe", "ignore"],
            env: { PATH: process.env["PATH"], [FOLDER_VARIABLE]: folder },
        });
        await once(child, "spawn");
        createInterface({ input: child.stdout }).on("line", onLine);
        return new JavaClient(child);
    }

    /** Writes a line to it. */
    say(line: string): void {
        this.#child.stdin.write(`${line}\n`);
    }

    /** Waits until it ends, by what it was told. */
    async ended(): Promise<void> {
        if (this.#child.exitCode === null && this.#child.signalCode === null) {
            await once(this.#child, "close");
        }
    }
}
