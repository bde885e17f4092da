import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { endPrograms, programsIn, runningProcesses } from "./processes.ts";
import { cacheFolder } from "./toolchain/cache.ts";

const instanceSchema = z.object({
    name: z.string(),
    /** Process that keeps the cluster. */
    keeper: z.number(),
    /** Whether it stays when the process that started it ends. */
    persistent: z.boolean(),
    /** Whether it has started. */
    ready: z.boolean(),
    /** When it was started, ISO 8601. */
    createdAt: z.string(),
    /** Stack whose nodes it has, if it has those of a stack. */
    stack: z.string().optional(),
    startUpScale: z.number(),
    kubernetes: z.string(),
    kwok: z.string(),
});

/** What is known of a cluster on this machine. */
export type InstanceRecord = z.output<typeof instanceSchema>;

/** A cluster on this machine, running or not. */
export interface Instance extends InstanceRecord {
    /** Holds all that it has, and nothing else. */
    readonly directory: string;
}

const RECORD = "cluster.json";

/** How long a directory without a record is taken as one of a cluster that is about to start, in ms. */
const STARTING_MS = 60_000;

/** Longer than a keeper takes to end a cluster, in ms. */
const END_MS = 15_000;

const POLL_MS = 20;

/** Folder of the clusters of this user: `data-platform/clusters` beside the toolchain's cache. */
export function clustersFolder(): string {
    return join(dirname(cacheFolder(process.env)), "clusters");
}

/** Directory of a cluster, whether there is one or not. */
export function clusterDirectory(name: string): string {
    return join(clustersFolder(), name);
}

/** File by which a cluster is reached. */
export function kubeconfigPath({ directory }: Pick<Instance, "directory">): string {
    return join(directory, "kubeconfig");
}

/** Its context in that file. */
export function contextName({ name }: Pick<Instance, "name">): string {
    return `kwok-${name}`;
}

/** Where the logs of a cluster's components are. */
export function logsFolder({ directory, name }: Pick<Instance, "directory" | "name">): string {
    return join(directory, "clusters", name, "logs");
}

/** Where kwokctl notes the process of a component. */
export function pidFile({ directory, name }: Pick<Instance, "directory" | "name">, component: string): string {
    return join(directory, "clusters", name, "pids", `${component}.pid`);
}

/** Notes what is known of a cluster. */
export async function writeRecord(directory: string, record: InstanceRecord): Promise<void> {
    await writeFile(join(directory, RECORD), JSON.stringify(record, undefined, 4));
}

function read(directory: string): Instance | undefined {
    try {
        const record = instanceSchema.safeParse(JSON.parse(readFileSync(join(directory, RECORD), "utf8")));
        return record.success ? { ...record.data, directory } : undefined;
    } catch {
        return undefined;
    }
}

function directories(): readonly string[] {
    const folder = clustersFolder();
    return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

/** Every cluster of this user on this machine, those included whose processes have died. */
export function instances(): readonly Instance[] {
    return directories().flatMap((directory) => read(directory) ?? []);
}

/** The cluster of a name, if there is one. */
export function findInstance(name: string): Instance | undefined {
    return read(clusterDirectory(name));
}

/** Whether the process that keeps a cluster lives. */
export function keeperLives({ keeper, directory }: Pick<Instance, "keeper" | "directory">): boolean {
    // The number may be another process's by now.
    return runningProcesses().some(({ pid, command }) => pid === keeper && command.includes(directory));
}

/** Components of a cluster that run, by kwokctl's names. */
export function runningComponents({ directory }: Pick<Instance, "directory">): ReadonlySet<string> {
    return new Set(programsIn(directory).map(({ command }) => basename(command.split(" ")[0] ?? "")));
}

/** Ends a cluster's components and removes all that it has; its keeper, if it lives, stays. */
export async function tearDown(directory: string): Promise<void> {
    await endPrograms(directory);
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
}

/** Ends a cluster and its keeper; nothing of it is left. Does nothing if there is none. */
export async function endInstance(instance: Pick<Instance, "keeper" | "directory">): Promise<void> {
    const deadline = Date.now() + END_MS;
    if (keeperLives(instance)) {
        process.kill(instance.keeper, "SIGTERM");
    }
    while (keeperLives(instance)) {
        if (Date.now() > deadline) {
            process.kill(instance.keeper, "SIGKILL");
        }
        await delay(POLL_MS);
    }
    await tearDown(instance.directory);
}

/** Ends what is left of clusters that should have gone with the process that started them, but whose keeper died first. */
export async function sweep(): Promise<void> {
    const left = directories().filter((directory) => {
        const instance = read(directory);
        if (instance === undefined) {
            const { mtimeMs } = statSync(directory, { throwIfNoEntry: false }) ?? {};
            return mtimeMs !== undefined && Date.now() - mtimeMs > STARTING_MS;
        }
        return !instance.persistent && !keeperLives(instance);
    });
    await Promise.all(left.map(tearDown));
}
