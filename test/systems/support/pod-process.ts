import { type ChildProcess, execFile } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import type { Inputs } from "../../support/mocks.ts";
import { type Executed, runIn, startIn, userOf } from "./pod-command.ts";
import { commandOf, environmentOf } from "./pod-environment.ts";
import { makeMounts, mountsOf, pathsOf } from "./pod-volumes.ts";
import { probe } from "./probes.ts";
import { type PodOf, type RenderedPod, renderedPod } from "./rendered-pod.ts";
import { endProcessesOf, processesOf, signal } from "./running.ts";
import { type Replacements, substitution } from "./substitution.ts";
import { until } from "./waiting.ts";
import { workspace } from "./workspace.ts";

/** A container's program as the pod's spec has it, with the paths of this machine. */
export interface RenderedProgram {
    /** Command and arguments; without a command in the spec, arguments alone, for the image's own. */
    readonly command: readonly string[];
    readonly env: Readonly<Record<string, string>>;
    /** Where something of the pod is on this machine. */
    readonly path: (inPod: string) => string;
}

/** What has to differ from a pod on one machine. */
export interface PodDifferences {
    /**
     * What is started in place of the image's program. Variables are added to those of the pod; undefined takes one away.
     * @default the command of the pod's spec
     */
    readonly program?: (rendered: RenderedProgram) => {
        readonly command?: readonly string[];
        readonly env?: Readonly<Record<string, string | undefined>>;
    };
    /** Put into files, variables and command, beside the paths of volumes: DNS names, the image's own paths, listeners. */
    readonly replace?: Replacements;
    /**
     * Init containers that are run before each start.
     * @default none
     */
    readonly initContainers?: readonly string[];
    /**
     * Number of the user, and group, that it runs as where the tests run as root.
     * @default who runs the tests
     */
    readonly user?: number;
}

/** Which pod, and what has to differ from it on one machine. */
export interface PodProcessOptions extends PodOf, PodDifferences {}

/** How much of its log an error repeats. */
const TAIL_LINES = 40;
/** Longest that a command in a pod may take, unless told, in milliseconds. */
const COMMAND_MS = 60_000;
const START_MS = 120_000;

/**
 * A pod of a stack as processes of this machine: its files from the rendered objects, its environment, its command, its
 * volumes as folders. See {@link podProcess}.
 */
export class PodProcess {
    readonly name: string;
    readonly address: string;
    /** Its folder on this machine. */
    readonly folder: string;
    /** The image that its container has in the stack. */
    readonly image: string;
    readonly #pod: RenderedPod;
    readonly #options: PodDifferences;
    readonly #rewrite: (text: string) => string;
    readonly #env: Readonly<Record<string, string>>;
    readonly #command: readonly string[];
    #child: ChildProcess | undefined;
    #log = "";

    constructor(pod: RenderedPod, options: PodDifferences, folder: string) {
        this.name = pod.name;
        this.address = pod.address;
        this.folder = folder;
        this.image = String(pod.container["image"]);
        this.#pod = pod;
        this.#options = options;
        this.#rewrite = this.#rewriteFor(pod.container);
        const rendered = this.#rendered(pod.container);
        const { command = rendered.command, env = {} } = options.program?.(rendered) ?? {};
        this.#command = command;
        this.#env = Object.fromEntries(
            Object.entries({ ...rendered.env, ...env }).filter(
                (pair): pair is [string, string] => pair[1] !== undefined,
            ),
        );
    }

    /** The container's variables, those that {@link PodProcessOptions.program} gave included. */
    get env(): Readonly<Record<string, string>> {
        return this.#env;
    }

    /** Whether its main process runs. */
    get running(): boolean {
        return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
    }

    /** How its main process ended; null while it runs, or if a signal ended it. */
    get exitCode(): number | null {
        return this.#child?.exitCode ?? null;
    }

    /** Number of its main process. */
    get pid(): number | undefined {
        return this.running ? this.#child?.pid : undefined;
    }

    /** Where something of the pod is on this machine. */
    path(inPod: string): string {
        return this.#rewrite(inPod);
    }

    /** The end of its log, all starts together, for messages. */
    get output(): string {
        return this.#log.split("\n").slice(-TAIL_LINES).join("\n");
    }

    /** All that it has printed since it was made. */
    get log(): string {
        return this.#log;
    }

    /** Makes the pod anew, with the claims that it left, runs its init containers, and starts its program. */
    async start(): Promise<void> {
        if (this.running) {
            throw new Error(`${this.name} runs already`);
        }
        const inits = (this.#options.initContainers ?? []).map((name) => this.#container(name));
        // Another container of the pod may be there already, and shares its volumes.
        const isNew = processesOf(this.folder).length === 0;
        for (const container of [...inits, this.#pod.container]) {
            await makeMounts(mountsOf(this.#pod, this.folder, container), this.#rewriteFor(container), isNew);
        }
        const user = userOf(this.#owner);
        if (user !== undefined) {
            await promisify(execFile)("chown", ["-R", `${user}:${user}`, this.folder]);
        }
        for (const container of inits) {
            const { command, env } = this.#rendered(container);
            const { code, stderr } = await runIn(this.#owner, command, env, COMMAND_MS);
            if (code !== 0) {
                throw new Error(`${this.name}, init container ${container["name"]}: ended with ${code}: ${stderr}`);
            }
        }
        const child = startIn(this.#owner, this.#command, this.#env);
        for (const stream of [child.stdout, child.stderr]) {
            stream?.setEncoding("utf8").on("data", (chunk: string) => {
                this.#log += chunk;
            });
        }
        await once(child, "spawn");
        this.#child = child;
    }

    /** What its readiness probe says at the moment. */
    ready(): Promise<boolean> {
        return this.answers("readinessProbe");
    }

    /** What one of its probes says at the moment; of one that it has not, yes. */
    async answers(of: "readinessProbe" | "livenessProbe" | "startupProbe"): Promise<boolean> {
        const asked = this.#pod.container[of];
        const run = async (command: readonly string[], timeout: number) => (await this.exec(command, timeout)).code;
        return asked === undefined || probe({ address: this.address, container: this.#pod.container, run }, asked);
    }

    /** @throws {Error} with the end of its log, if it ends before its readiness probe says yes, or the time does */
    async untilReady(timeoutMs: number = START_MS): Promise<void> {
        let ended = false;
        await until(
            `${this.name} to be ready`,
            async () => {
                ended = !this.running;
                return ended || (await this.ready());
            },
            timeoutMs,
            () => this.output,
        );
        if (ended) {
            throw new Error(`${this.name} has ended with ${this.exitCode}:\n${this.output}`);
        }
    }

    /** Runs a command in the pod: the paths and names in it are those of the pod. */
    async exec(command: readonly string[], timeoutMs: number = COMMAND_MS): Promise<Executed> {
        return runIn(this.#owner, command.map(this.#rewrite), this.#env, timeoutMs);
    }

    /** Waits until its main process ends by itself. @returns its exit code, null for a signal */
    async ended(timeoutMs: number = COMMAND_MS): Promise<number | null> {
        await until(
            `${this.name} to end`,
            () => !this.running,
            timeoutMs,
            () => this.output,
        );
        return this.exitCode;
    }

    /**
     * SIGTERM as the kubelet stops a pod: its hook, the signal to the main process alone, and after the grace period the
     * end of all. SIGKILL as its node dies: all at once.
     */
    async stop(how: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
        if (how === "SIGTERM" && this.running) {
            const grace = performance.now() + (this.#pod.spec["terminationGracePeriodSeconds"] ?? 30) * 1000;
            await this.#beforeStop(grace - performance.now());
            signal(this.#child?.pid ?? 0, "SIGTERM");
            while (this.running && performance.now() < grace) {
                await delay(20);
            }
        }
        await endProcessesOf(this.folder);
        while (this.running) {
            await delay(5);
        }
    }

    async #beforeStop(grace: number): Promise<void> {
        const { exec, sleep } = this.#pod.container["lifecycle"]?.preStop ?? {};
        if (exec !== undefined) {
            await this.exec(exec.command, grace);
        } else if (sleep !== undefined) {
            await delay(sleep.seconds * 1000);
        }
    }

    get #owner(): Parameters<typeof startIn>[0] {
        return { name: this.name, folder: this.folder, user: this.#options.user };
    }

    #container(name: string): Inputs {
        const found = (this.#pod.spec["initContainers"] ?? []).find((one: Inputs) => one["name"] === name);
        if (found === undefined) {
            throw new Error(`${this.name}: no init container ${name}`);
        }
        return found;
    }

    #rewriteFor(container: Inputs): (text: string) => string {
        return substitution({ ...pathsOf(mountsOf(this.#pod, this.folder, container)), ...this.#options.replace });
    }

    #rendered(container: Inputs): RenderedProgram {
        const environment = environmentOf(this.#pod, container);
        const path = this.#rewriteFor(container);
        return {
            command: commandOf(container, environment).map(path),
            env: Object.fromEntries([...environment].map(([name, value]) => [name, path(value)])),
            path,
        };
    }
}

/**
 * A pod of a rendered stack, to be started as processes of this machine on an address of its own (all of 127.0.0.0/8 is
 * loopback on Linux). What is not said here is as the stack deploys it.
 *
 * ```ts
 * const broker = await podProcess({
 *     stack: "prod", kind: "StatefulSet", namespace: "kafka", name: "kafka-broker", ordinal: 100,
 *     address: "127.1.0.100",
 *     replace: { "/opt/kafka/bin": scripts, "CLIENT://:9092": "CLIENT://127.1.0.100:9092" },
 *     program: () => ({ env: { KAFKA_HEAP_OPTS: "-Xmx256m" } }),
 * });
 * await broker.start();
 * await broker.untilReady();
 * ```
 *
 * What it starts is ended by {@link endPods}, and when the process of the tests ends.
 *
 * @throws {Error} if there is no such pod, or it reads what is not there or not known before a deployment
 */
export async function podProcess(options: PodProcessOptions): Promise<PodProcess> {
    const pod = await renderedPod(options);
    const folder = join(await workspace(), `${pod.namespace}-${pod.name}`);
    await mkdir(folder, { recursive: true, mode: 0o755 });
    return new PodProcess(pod, options, folder);
}
