import type { KubernetesObject } from "@kubernetes/client-node";
import { isApiError } from "../client/api-error.ts";
import type { Client } from "../client.ts";

/**
 * How often a kubelet renews the lease of its node, which is how it is heard: a quarter of what the lease lasts.
 *
 * @see https://kubernetes.io/docs/reference/node/node-status/#heartbeats
 */
const RENEWAL_MS = 10_000;

const LEASE_SECONDS = 40;

const NAMESPACE = "kube-node-lease";

/** As Kubernetes writes a MicroTime, with six digits after the second. */
function microTime(now: Date): string {
    return now.toISOString().replace(/Z$/, "000Z");
}

/** Renews the leases of nodes, as their kubelets would. (kwok would go on with those of kubelets that are dead.) */
export class Leases {
    readonly #client: Client;
    readonly #onError: (error: Error) => void;
    readonly #renewals = new Map<string, NodeJS.Timeout>();

    constructor(client: Client, onError: (error: Error) => void) {
        this.#client = client;
        this.#onError = onError;
    }

    /** Renews a node's lease from now on, if it does not yet. Nodes that start together are not heard together. */
    renew({ metadata }: KubernetesObject): void {
        const { name = "", uid = "" } = metadata ?? {};
        if (!this.#renewals.has(name)) {
            this.#schedule(name, uid, Math.random() * RENEWAL_MS);
        }
    }

    /** Leaves a node's lease as it is from now on. */
    end(node: string): void {
        clearTimeout(this.#renewals.get(node));
        this.#renewals.delete(node);
    }

    /** Leaves all of them as they are. */
    endAll(): void {
        for (const node of this.#renewals.keys()) {
            this.end(node);
        }
    }

    #schedule(node: string, uid: string, milliseconds: number): void {
        const renewal = (): void => {
            this.#schedule(node, uid, RENEWAL_MS);
            this.#renewed(node, uid).catch(this.#onError);
        };
        this.#renewals.set(node, setTimeout(renewal, milliseconds));
    }

    async #renewed(node: string, uid: string): Promise<void> {
        const lease = { apiVersion: "coordination.k8s.io/v1", kind: "Lease" };
        const metadata = { name: node, namespace: NAMESPACE };
        const spec = { renewTime: microTime(new Date()) };
        try {
            await this.#client.patch({ ...lease, metadata }, { spec });
        } catch (error) {
            if (!isApiError(error, 404)) {
                throw error;
            }
            const ownerReferences = [{ apiVersion: "v1", kind: "Node", name: node, uid }];
            await this.#client.create({
                ...lease,
                metadata: { ...metadata, ownerReferences },
                spec: { ...spec, holderIdentity: node, leaseDurationSeconds: LEASE_SECONDS },
            } as KubernetesObject);
        }
    }
}
