import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { KubernetesObject, V1CustomResourceDefinition, V1Node } from "@kubernetes/client-node";
import { Misuse } from "../plan/errors.ts";
import { Client } from "./client.ts";
import { customResourceDefinitions } from "./crds.ts";
import {
    clusterDirectory,
    clustersFolder,
    contextName,
    endInstance,
    kubeconfigPath,
    sweep,
    tearDown,
} from "./instances.ts";
import { markSilent } from "./keeper/kubelets.ts";
import { KeeperProcess } from "./keeper/process.ts";
import { type PlaneProgram, PROGRAMS } from "./kwokctl.ts";
import { registered } from "./nodes/registration.ts";
import { isReady } from "./readiness.ts";
import { Recorder } from "./recorder.ts";
import { pin } from "./toolchain/programs.ts";
import { toolchain } from "./toolchain.ts";

/** How a control plane is started. */
export interface ControlPlaneOptions {
    /** A DNS label; taken names are refused. @default one that nobody else has */
    readonly name?: string;
    /** Node and CSINode objects, with their capacity in the status. They are ready when the start is over. */
    readonly nodes: readonly KubernetesObject[];
    /**
     * Factor on the start-up that workloads allow themselves by their start-up probes; what comes out is a second at
     * least. @default 1
     */
    readonly startUpScale?: number;
    /**
     * Kinds of custom resources that are served. Large definitions cost the API server seconds: name what is needed.
     *
     * @default all that there are definitions of
     */
    readonly customResources?: readonly string[];
    /** Whether it stays when this process ends, until it is stopped. @default false */
    readonly persistent?: boolean;
    /** Stack that the nodes are of, for those who look at what runs here. @default none */
    readonly stack?: string;
    /** Ends the start: nothing is left, and the start throws the signal's reason. @default none */
    readonly signal?: AbortSignal;
    /** Called with a line of text for each step that takes long. @default nobody is told */
    readonly onProgress?: (line: string) => void;
}

const NAME = /^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$/;

/** Longer than nodes and definitions take on a busy machine, in ms. */
const READY_MS = 180_000;

const POLL_MS = 100;

const NOT_READY = "node.kubernetes.io/not-ready";

/**
 * A control plane of this machine: a real etcd, API server, controller manager and scheduler, with simulated nodes, pods
 * and disks. Nothing of it is left after {@link stop}, or when this process ends, however it ends.
 */
export class ControlPlane {
    readonly name: string;
    /** Path of the file by which it is reached; only its owner may read it. */
    readonly kubeconfig: string;
    /** Its context in that file. */
    readonly context: string;
    readonly client: Client;
    readonly #directory: string;
    readonly #keeper: KeeperProcess;

    private constructor(name: string, directory: string, keeper: KeeperProcess) {
        this.name = name;
        this.kubeconfig = kubeconfigPath({ directory });
        this.context = contextName({ name });
        this.client = Client.fromFile(this.kubeconfig, this.context);
        this.#directory = directory;
        this.#keeper = keeper;
    }

    /**
     * Starts a control plane, several of them side by side if asked to, and waits until its nodes are ready.
     *
     * @throws {Misuse} if the name is taken or none, or a program cannot be had
     * @throws {Refusal} if a component does not start, with the end of its log
     */
    static async start(options: ControlPlaneOptions): Promise<ControlPlane> {
        const { onProgress = () => undefined, persistent = false, startUpScale = 1, signal } = options;
        const name = options.name ?? `test-${randomBytes(4).toString("hex")}`;
        checkName(name);
        const [paths, definitions] = await Promise.all([
            programs(onProgress),
            definitionsOf(options.customResources, onProgress),
        ]);
        signal?.throwIfAborted();
        await sweep();
        const directory = await claim(name);
        let keeper: KeeperProcess | undefined;
        const abort = (): void => keeper?.fail(signal?.reason);
        signal?.addEventListener("abort", abort, { once: true });
        try {
            onProgress(`starting the control plane ${name}`);
            keeper = await KeeperProcess.start({
                name,
                directory,
                persistent,
                startUpScale,
                paths,
                stack: options.stack,
                versions: { kubernetes: pin("kube-apiserver").version, kwok: pin("kwok").version },
            });
            signal?.throwIfAborted();
            await keeper.reported("serving");
            const plane = new ControlPlane(name, directory, keeper);
            const count = options.nodes.filter(({ kind }) => kind === "Node").length;
            onProgress(`adding ${definitions.length} custom resource definitions and ${count} nodes`);
            await keeper.whileAlive(
                Promise.all([...definitions.map((one) => plane.#define(one)), plane.addNodes(options.nodes)]),
            );
            await keeper.reported("ready");
            if (persistent) {
                await keeper.leave();
            }
            keeper.toBackground();
            return plane;
        } catch (error) {
            await (keeper === undefined ? tearDown(directory) : endInstance({ directory, keeper: keeper.pid }));
            throw error;
        } finally {
            signal?.removeEventListener("abort", abort);
        }
    }

    /** Adds Node and CSINode objects, and waits until the nodes are ready. */
    async addNodes(objects: readonly KubernetesObject[]): Promise<void> {
        const now = new Date();
        await Promise.all(objects.map((object) => this.client.create(registered(object, now))));
        const names = objects.filter(({ kind }) => kind === "Node").map(({ metadata }) => metadata?.name);
        if (names.length === 0) {
            return;
        }
        await this.#until("nodes", `${names.length} nodes to be ready`, (recorder) => {
            const ready = new Set(
                recorder
                    .current("Node")
                    .filter(isUsable)
                    .map(({ metadata }) => metadata?.name),
            );
            return names.every((name) => ready.has(name));
        });
    }

    /**
     * Kills the kubelet of a node: it is not heard of any more, starts nothing and ends nothing, while the API server
     * still has what it last said. What becomes of the node and its pods is up to the controllers.
     */
    async silence(node: string): Promise<void> {
        await this.#mark(node, true);
    }

    /** Brings the kubelet of a silenced node back. */
    async revive(node: string): Promise<void> {
        await this.#mark(node, false);
    }

    /** Ends it; nothing is left. */
    async stop(): Promise<void> {
        await endInstance({ directory: this.#directory, keeper: this.#keeper.pid });
    }

    async [Symbol.asyncDispose](): Promise<void> {
        await this.stop();
    }

    async #mark(name: string, silent: boolean): Promise<void> {
        await markSilent(this.client, "Node", { name }, silent);
        // The keeper does the same, and goes on with what comes later; here it is awaited.
        const { items } = await this.client.core.listPodForAllNamespaces({ fieldSelector: `spec.nodeName=${name}` });
        await Promise.all(items.map(({ metadata = {} }) => markSilent(this.client, "Pod", metadata, silent)));
    }

    /** Installs a definition, and waits until its kind is served. */
    async #define(definition: V1CustomResourceDefinition): Promise<void> {
        await this.client.create(definition);
        const { group, names, versions } = definition.spec;
        const served = versions.filter((version) => version.served);
        const deadline = Date.now() + READY_MS;
        for (const { name } of served) {
            while (!(await this.#serves(`${group}/${name}`, names.kind, Date.now() > deadline))) {
                await delay(POLL_MS);
            }
        }
    }

    async #serves(apiVersion: string, kind: string, last: boolean): Promise<boolean> {
        try {
            await this.client.list(apiVersion, kind);
            return true;
        } catch (error) {
            if (last) {
                throw error;
            }
            return false;
        }
    }

    async #until(resource: string, what: string, find: (recorder: Recorder) => boolean): Promise<void> {
        const recorder = await Recorder.start(this.client, [resource]);
        try {
            await recorder.waitFor(what, find, READY_MS);
        } finally {
            await recorder.stop();
        }
    }
}

function checkName(name: string): void {
    if (!NAME.test(name)) {
        throw new Misuse(
            `name: got "${name}"; it becomes part of a folder's and a context's name. ` +
                "Use up to 40 lower-case letters, digits and hyphens, beginning with a letter.",
        );
    }
}

/** Makes the directory of a cluster, unless somebody else has it. */
async function claim(name: string): Promise<string> {
    const directory = clusterDirectory(name);
    await mkdir(clustersFolder(), { recursive: true });
    try {
        await mkdir(directory, { mode: 0o700 });
    } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "EEXIST") {
            throw new Misuse(
                `name: "${name}" is taken by a cluster of this machine. ` +
                    `Use another one, or end that cluster: npm run cluster -- down --name ${name}`,
            );
        }
        throw error;
    }
    return directory;
}

async function programs(onProgress: (line: string) => void): Promise<Readonly<Record<PlaneProgram, string>>> {
    const paths = await toolchain(PROGRAMS, { onProgress });
    const found = PROGRAMS.map((program) => [program, paths.get(program)] as const);
    return Object.fromEntries(found) as Readonly<Record<PlaneProgram, string>>;
}

/** Ready, and the controllers have taken note of it. */
function isUsable(node: V1Node): boolean {
    return isReady(node) && !(node.spec?.taints ?? []).some(({ key }) => key === NOT_READY);
}

async function definitionsOf(
    kinds: readonly string[] | undefined,
    onProgress: (line: string) => void,
): Promise<readonly V1CustomResourceDefinition[]> {
    if (kinds?.length === 0) {
        return [];
    }
    const all = await customResourceDefinitions({ onProgress });
    const unknown = kinds?.find((kind) => !all.some(({ spec }) => spec.names.kind === kind));
    if (unknown !== undefined) {
        const known = all.map(({ spec }) => spec.names.kind).toSorted();
        throw new Misuse(
            `customResources: got "${unknown}"; there are definitions of ${known.join(", ")}. Name some of them.`,
        );
    }
    return all.filter(({ spec }) => kinds?.includes(spec.names.kind) ?? true);
}
