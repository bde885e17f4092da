import { setTimeout as delay } from "node:timers/promises";
import type { KubernetesObject, V1ObjectMeta, V1Pod } from "@kubernetes/client-node";
import { isApiError } from "../client/api-error.ts";
import type { Client } from "../client.ts";
import { Stream } from "../recorder/stream.ts";
import { SILENT } from "../stages.ts";
import { Leases } from "./leases.ts";

const RETRY_MS = 1000;

function isSilent({ metadata }: KubernetesObject): boolean {
    return metadata?.annotations?.[SILENT] !== undefined;
}

/**
 * What kwok does not do for kubelets. The leases of those that live are renewed. The pods of a node are annotated as the
 * node is, also those that come to it later: what nobody hears of starts nothing and ends nothing. (The stages of a pod
 * see the pod alone.)
 */
export class Kubelets {
    readonly #client: Client;
    readonly #onError: (error: Error) => void;
    readonly #leases: Leases;
    readonly #stopped = new AbortController();
    readonly #silent = new Set<string>();
    readonly #pods = new Map<string, V1Pod>();
    #streams: readonly Stream[] = [];

    private constructor(client: Client, onError: (error: Error) => void) {
        this.#client = client;
        this.#onError = onError;
        this.#leases = new Leases(client, onError);
    }

    /** @throws {Error} if the API server does not answer */
    static async start(client: Client, onError: (error: Error) => void): Promise<Kubelets> {
        const kubelets = new Kubelets(client, onError);
        await kubelets.#follow();
        return kubelets;
    }

    async stop(): Promise<void> {
        this.#stopped.abort();
        await Promise.all(this.#streams.map((stream) => stream.stop()));
        this.#leases.endAll();
    }

    async #follow(): Promise<void> {
        this.#leases.endAll();
        this.#silent.clear();
        this.#pods.clear();
        const lost = (error: Error): void => {
            this.#onError(error);
            void this.#followAgain();
        };
        const nodes = new Stream(this.#client, "nodes", {
            event: ({ type, object }) => this.#node(object, type === "DELETED"),
            lost,
        });
        const pods = new Stream(this.#client, "pods", {
            event: ({ type, object }) => this.#pod(object, type === "DELETED"),
            lost,
        });
        this.#streams = [nodes, pods];
        await nodes.start();
        await pods.start();
    }

    async #followAgain(): Promise<void> {
        await Promise.all(this.#streams.map((stream) => stream.stop()));
        while (!this.#stopped.signal.aborted) {
            try {
                await this.#follow();
                return;
            } catch (error) {
                this.#onError(error instanceof Error ? error : new Error(String(error)));
                await delay(RETRY_MS, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
            }
        }
    }

    #node(node: KubernetesObject, gone: boolean): void {
        const name = node.metadata?.name ?? "";
        const silent = !gone && isSilent(node);
        if (gone || silent) {
            this.#leases.end(name);
        } else {
            this.#leases.renew(node);
        }
        if (silent === this.#silent.has(name)) {
            return;
        }
        if (silent) {
            this.#silent.add(name);
        } else {
            this.#silent.delete(name);
        }
        for (const pod of this.#pods.values()) {
            if (pod.spec?.nodeName === name) {
                this.#mark(pod);
            }
        }
    }

    #pod(pod: V1Pod, gone: boolean): void {
        const uid = pod.metadata?.uid ?? "";
        if (gone) {
            this.#pods.delete(uid);
            return;
        }
        const { name, namespace, annotations } = pod.metadata ?? {};
        // What is kept of hundreds of pods is only what is needed.
        const known = { metadata: { name, namespace, annotations }, spec: { nodeName: pod.spec?.nodeName } } as V1Pod;
        this.#pods.set(uid, known);
        this.#mark(known);
    }

    #mark(pod: V1Pod): void {
        const silent = this.#silent.has(pod.spec?.nodeName ?? "");
        if (silent !== isSilent(pod) && !this.#stopped.signal.aborted) {
            markSilent(this.#client, "Pod", pod.metadata ?? {}, silent).catch(this.#onError);
        }
    }
}

/** Annotates a node or pod whose kubelet is dead, or takes the annotation off. Does nothing if it is gone. */
export async function markSilent(
    client: Client,
    kind: "Node" | "Pod",
    { name, namespace }: V1ObjectMeta,
    silent: boolean,
): Promise<void> {
    const object = { apiVersion: "v1", kind, metadata: { name, namespace } } as KubernetesObject;
    try {
        await client.patch(object, { metadata: { annotations: { [SILENT]: silent ? "true" : null } } });
    } catch (error) {
        if (!isApiError(error, 404)) {
            throw error;
        }
    }
}
