import { spawn } from "node:child_process";
import { chmod, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { get } from "node:https";
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { EbsDriver } from "./ebs-driver.ts";
import {
    findInstance,
    kubeconfigPath,
    logsFolder,
    pidFile,
    runningComponents,
    tearDown,
    writeRecord,
} from "./instances.ts";
import type { Kubelets } from "./keeper/kubelets.ts";
import { KEEP, type Order, type Report } from "./keeper/messages.ts";
import { COMPONENTS, kwokctlFile, PORT_COUNT } from "./kwokctl.ts";
import { type ReservedPorts, reservePorts } from "./ports.ts";
import { endPrograms } from "./processes.ts";

/** Longer than an API server takes to start on a busy machine, in ms. */
const SERVING_MS = 120_000;

const POLL_MS = 50;

/** How often the components are looked after, in ms. */
const SUPERVISION_MS = 1000;

/** Starts of a component, beyond the first, before it is taken for broken. */
const MOST_RESTARTS = 5;

/** How much of a log is told when something fails. */
const LOG_LINES = 15;

/** Longest that a client is given to end, in ms; it may wait for a server that is gone. */
const STOP_MS = 2000;

/**
 * kwokctl asks kubectl whether the API server answers, and would download one. This one says yes: the keeper asks itself.
 */
const KUBECTL = "#!/bin/sh\nexit 0\n";

function say(text: string): void {
    process.stdout.write(`${new Date().toISOString()} ${text}\n`);
}

async function lastLines(file: string): Promise<string> {
    const text = await readFile(file, "utf8").catch(() => "");
    return text.trim().split("\n").slice(-LOG_LINES).join("\n");
}

/** Starts a cluster's components, stands in for its storage driver and for what its kubelets say, and ends it all. */
class Keeper {
    readonly #order: Order;
    readonly #ended = new AbortController();
    #ports: ReservedPorts | undefined;
    #driver: EbsDriver | undefined;
    #kubelets: Kubelets | undefined;
    #restarts = 0;
    #starting: Promise<void> | undefined;
    #ending: Promise<void> | undefined;

    constructor(order: Order) {
        this.#order = order;
    }

    /** @throws {Error} if a component does not start, with the end of its log; or because it was told to {@link end} */
    start(): Promise<void> {
        this.#starting = this.#start();
        return this.#starting;
    }

    async #start(): Promise<void> {
        await this.#record(false);
        const clients = this.#clients();
        await this.#createCluster();
        await this.#serving();
        void this.#supervise();
        report({ state: "serving" });
        const { Client, EbsDriver, Kubelets } = await clients;
        const client = Client.fromFile(kubeconfigPath(this.#order));
        [this.#driver, this.#kubelets] = await Promise.all([
            EbsDriver.start(client, { onEvent: ({ level, object, message }) => say(`${level}: ${object} ${message}`) }),
            Kubelets.start(client, (error) => say(`error: ${error.message}`)),
        ]);
        await this.#record(true);
        report({ state: "ready" });
    }

    /** Ends everything, this process last. */
    end(): Promise<void> {
        this.#ending ??= this.#end();
        return this.#ending;
    }

    get ending(): boolean {
        return this.#ending !== undefined;
    }

    async #end(): Promise<void> {
        this.#ended.abort();
        await endPrograms(this.#order.directory);
        // What a start still does would be there after everything was removed.
        await Promise.race([this.#starting?.catch(() => undefined), delay(STOP_MS)]);
        const clients = Promise.all([this.#driver?.stop(), this.#kubelets?.stop()]);
        await Promise.race([clients, delay(STOP_MS)]).catch(() => undefined);
        await tearDown(this.#order.directory);
        await this.#ports?.release();
        process.exit();
    }

    #record(ready: boolean): Promise<void> {
        const { name, persistent, stack, startUpScale, directory, versions } = this.#order;
        const createdAt = findInstance(name)?.createdAt ?? new Date().toISOString();
        const record = { name, persistent, startUpScale, ready, createdAt, keeper: process.pid, ...versions };
        return writeRecord(directory, stack === undefined ? record : { ...record, stack });
    }

    /** Loads while the API server starts: it takes as long. */
    async #clients(): Promise<
        typeof import("./client.ts") & typeof import("./ebs-driver.ts") & typeof import("./keeper/kubelets.ts")
    > {
        const [client, driver, kubelets] = await Promise.all([
            import("./client.ts"),
            import("./ebs-driver.ts"),
            import("./keeper/kubelets.ts"),
        ]);
        return { ...client, ...driver, ...kubelets };
    }

    async #createCluster(): Promise<void> {
        const { directory, name, paths, versions, startUpScale } = this.#order;
        this.#ports = await reservePorts(PORT_COUNT);
        const programs = join(directory, "bin");
        const config = join(directory, "kwokctl.yaml");
        await mkdir(programs);
        await Promise.all([
            // Called by a name in the directory, as the components are, so that it is found and ended with them.
            symlink(paths.kwokctl, join(programs, "kwokctl")),
            writeFile(join(programs, "kubectl"), KUBECTL, { mode: 0o755 }),
            writeFile(
                config,
                kwokctlFile({ paths, version: versions.kubernetes, ports: this.#ports.ports, startUpScale }),
            ),
        ]);
        await this.#kwokctl(["--config", config, "create", "cluster", "--kubeconfig", kubeconfigPath({ directory })], {
            name,
        });
        await chmod(kubeconfigPath({ directory }), 0o600);
    }

    async #kwokctl(args: readonly string[], { name }: { readonly name: string }): Promise<void> {
        const { directory } = this.#order;
        this.#ended.signal.throwIfAborted();
        const child = spawn(join(directory, "bin", "kwokctl"), [...args, "--name", name], {
            cwd: directory,
            // Nothing of the user's own settings for kwok applies, and nothing is written outside of the directory.
            env: {
                PATH: `${join(directory, "bin")}:${process.env["PATH"] ?? ""}`,
                HOME: directory,
                KWOK_WORKDIR: directory,
            },
            stdio: ["ignore", "inherit", "inherit"],
            signal: this.#ended.signal,
            killSignal: "SIGKILL",
        });
        const { promise, resolve, reject } = Promise.withResolvers<number | null>();
        child.once("error", reject);
        child.once("exit", resolve);
        const code = await promise;
        if (code !== 0) {
            throw new Error(`kwokctl ended with ${code}:\n${await lastLines(join(directory, "keeper.log"))}`);
        }
    }

    async #serving(): Promise<void> {
        const deadline = Date.now() + SERVING_MS;
        const { directory, name } = this.#order;
        const [ca, cert, key] = await Promise.all(
            ["ca.crt", "admin.crt", "admin.key"].map((file) =>
                readFile(join(directory, "clusters", name, "pki", file)),
            ),
        );
        const url = `https://127.0.0.1:${this.#ports?.ports[2]}/readyz`;
        while (!(await answers(url, { ca, cert, key }))) {
            this.#ended.signal.throwIfAborted();
            const dead = await this.#deadComponent();
            if (dead !== undefined || Date.now() > deadline) {
                const component = dead ?? "kube-apiserver";
                const what = dead === undefined ? `is not ready after ${SERVING_MS / 1000} s` : "ended";
                const log = await lastLines(join(logsFolder(this.#order), `${component}.log`));
                throw new Error(`${component} ${what}:\n${log}`);
            }
            await delay(POLL_MS);
        }
    }

    /**
     * As a node's kubelet does with a control plane's pods, it starts again what has ended: the controller manager gives
     * up on an API server that takes long to start.
     *
     * @returns a component that ends whenever it is started
     */
    async #deadComponent(): Promise<string | undefined> {
        const running = runningComponents(this.#order);
        const ended = COMPONENTS.filter((component) => !running.has(component));
        const [dead] = ended;
        if (dead === undefined || this.ending) {
            return undefined;
        }
        if (this.#restarts === MOST_RESTARTS) {
            return dead;
        }
        this.#restarts += 1;
        say(`error: ${ended.join(", ")} ended; it is started again`);
        // Starts those that do not run; a process that nobody has asked about since it ended is one that runs to it.
        await Promise.all(ended.map((component) => rm(pidFile(this.#order, component), { force: true })));
        await this.#kwokctl(["start", "cluster"], this.#order);
        return undefined;
    }

    async #supervise(): Promise<void> {
        while (!this.ending) {
            const dead = await this.#deadComponent();
            if (dead !== undefined) {
                say(`error: ${dead} ended too often; it is left as it is`);
                return;
            }
            await delay(SUPERVISION_MS);
        }
    }
}

async function answers(url: string, credentials: object): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    get(url, { ...credentials, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode === 200);
    }).once("error", () => resolve(false));
    return promise;
}

function report(what: Report): void {
    if (process.connected) {
        process.send?.(what);
    }
}

async function keep(order: Order): Promise<void> {
    const keeper = new Keeper(order);
    let kept = false;
    process.on("message", (message) => {
        kept ||= message === KEEP;
    });
    process.on("disconnect", () => {
        if (!kept) {
            say("the process that started the cluster has ended");
            void keeper.end();
        }
    });
    process.on("SIGTERM", () => void keeper.end());
    const fail = async (error: unknown): Promise<void> => {
        const reason = error instanceof Error ? error.message : String(error);
        if (!keeper.ending) {
            say(error instanceof Error ? (error.stack ?? reason) : reason);
            report({ state: "failed", reason });
        }
        await keeper.end();
    };
    process.on("uncaughtException", (error) => void fail(error));
    try {
        await keeper.start();
    } catch (error) {
        await fail(error);
    }
}

// The client is large, and loads while the API server wants the processor.
enableCompileCache();

/** Named in the command as well, so that a process with this number is known to be this one. */
const [, , directory = ""] = process.argv;
const orphaned = (): void => void tearDown(directory);
process.once("disconnect", orphaned);
process.once("message", (order: Order) => {
    process.off("disconnect", orphaned);
    void keep(order);
});
