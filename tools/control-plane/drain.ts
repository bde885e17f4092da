import { setTimeout as delay } from "node:timers/promises";
import type { CoreV1Api, V1Pod } from "@kubernetes/client-node";
import { Refusal } from "../plan/errors.ts";
import { isApiError } from "./client/api-error.ts";
import type { Client } from "./client.ts";

/** How a node is drained. */
export interface DrainOptions {
    /** Milliseconds after which a refused eviction is tried again. @default 5000, as kubectl */
    readonly retryMs?: number;
    /** Milliseconds between looks whether an evicted pod is gone. @default 1000, as kubectl */
    readonly pollMs?: number;
    /** Milliseconds that it may take altogether. @default as long as it takes */
    readonly timeoutMs?: number;
}

/** What a drain did. */
export interface Drained {
    /** Pods that had to go, as `namespace/name`. */
    readonly pods: readonly string[];
    /** How often an eviction was refused and tried again. */
    readonly refusals: number;
}

/** What a drain needs of a {@link Client}. */
export type DrainClient = Pick<Client, "cordon" | "evict" | "find"> & {
    readonly core: Pick<CoreV1Api, "listPodForAllNamespaces">;
};

const RETRY_MS = 5000;
const POLL_MS = 1000;

/** On what a kubelet reads from its own disk; the API server's object only mirrors it. */
const MIRROR = "kubernetes.io/config.mirror";

function called({ metadata }: V1Pod): string {
    return `${metadata?.namespace}/${metadata?.name}`;
}

function controllerOf({ metadata }: V1Pod): string | undefined {
    return metadata?.ownerReferences?.find(({ controller }) => controller === true)?.kind;
}

function isFinished({ status }: V1Pod): boolean {
    return status?.phase === "Succeeded" || status?.phase === "Failed";
}

/** Pods that a drain takes away: a DaemonSet's would come back at once, a mirrored one cannot go. */
function leaves(pod: V1Pod): boolean {
    const stays = controllerOf(pod) === "DaemonSet" && !isFinished(pod);
    return !stays && pod.metadata?.annotations?.[MIRROR] === undefined;
}

/** One node on its way to being empty. */
class Drain {
    refusals = 0;
    /** Pods that are still there, and what they wait for. */
    readonly left = new Map<string, string>();
    readonly #client: DrainClient;
    readonly #options: DrainOptions;
    readonly #deadline: number;

    constructor(client: DrainClient, options: DrainOptions) {
        this.#client = client;
        this.#options = options;
        this.#deadline = Date.now() + (options.timeoutMs ?? Number.POSITIVE_INFINITY);
    }

    async take(pod: V1Pod): Promise<void> {
        const name = called(pod);
        this.left.set(name, "not asked yet");
        while (!(await this.#evicted(pod))) {
            this.refusals += 1;
            this.left.set(name, "its eviction is refused");
            await this.#pause(this.#options.retryMs ?? RETRY_MS);
            // A replacement of the same name is somewhere else.
            if (await this.#isGone(pod)) {
                break;
            }
        }
        this.left.set(name, "evicted, and not gone yet");
        while (!(await this.#isGone(pod))) {
            await this.#pause(this.#options.pollMs ?? POLL_MS);
        }
        this.left.delete(name);
    }

    async #evicted({ metadata }: V1Pod): Promise<boolean> {
        try {
            return (await this.#client.evict(metadata?.namespace ?? "", metadata?.name ?? "")) !== "refused";
        } catch (error) {
            // An overloaded server wants to be asked again, as a budget does.
            if (isApiError(error, 429)) {
                return false;
            }
            throw error;
        }
    }

    async #isGone({ metadata }: V1Pod): Promise<boolean> {
        const { namespace = "", name = "", uid } = metadata ?? {};
        const now = await this.#client.find<V1Pod>({ apiVersion: "v1", kind: "Pod", metadata: { namespace, name } });
        return now === undefined || now.metadata?.uid !== uid;
    }

    async #pause(ms: number): Promise<void> {
        if (Date.now() + ms > this.#deadline) {
            const left = [...this.left].map(([name, why]) => `  ${name}: ${why}`);
            const seconds = (this.#options.timeoutMs ?? 0) / 1000;
            throw new Error([`the drain did not end in ${seconds} s:`, ...left].join("\n"));
        }
        await delay(ms);
    }
}

/**
 * Empties a node as `kubectl drain --ignore-daemonsets --delete-emptydir-data` does: no new pods come to it, and every
 * pod but the DaemonSets' is evicted as soon as its disruption budget allows. It ends when they are gone. The node stays
 * cordoned.
 *
 * @throws {Refusal} if a running pod has no controller that would make another one; none is evicted then
 * @throws {Error} if it takes longer than it may, with the pods that are left
 * @see https://kubernetes.io/docs/tasks/administer-cluster/safely-drain-node/
 */
export async function drain(client: DrainClient, node: string, options: DrainOptions = {}): Promise<Drained> {
    await client.cordon(node);
    const { items } = await client.core.listPodForAllNamespaces({ fieldSelector: `spec.nodeName=${node}` });
    const pods = items.filter(leaves);
    const alone = pods.filter((pod) => controllerOf(pod) === undefined && !isFinished(pod));
    if (alone.length > 0) {
        throw new Refusal(
            alone.map(
                (pod) =>
                    `${node}: the pod ${called(pod)} has no controller, so that nothing would start it elsewhere. ` +
                    "Let it end, or delete it.",
            ),
        );
    }
    const work = new Drain(client, options);
    await Promise.all(pods.map((pod) => work.take(pod)));
    return { pods: pods.map(called), refusals: work.refusals };
}
