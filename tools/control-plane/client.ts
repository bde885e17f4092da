import {
    AppsV1Api,
    BatchV1Api,
    type Configuration,
    CoreV1Api,
    createConfiguration,
    HttpMethod,
    KubeConfig,
    type KubernetesObject,
    KubernetesObjectApi,
    PolicyV1Api,
    ServerConfiguration,
    StorageV1Api,
    type V1APIResourceList,
} from "@kubernetes/client-node";
import { isApiError } from "./client/api-error.ts";
import { Resources, versionPath } from "./client/resources.ts";
import { Transport } from "./client/transport.ts";
import type { ServerWarning } from "./client/warnings.ts";

/** Who owns fields that are applied without another name. */
const FIELD_MANAGER = "data-platform";

/** How an object is applied. */
export interface ApplyOptions {
    /** @default "data-platform" */
    readonly fieldManager?: string;
    /** Whether fields of other managers are taken over instead of a conflict. @default false */
    readonly force?: boolean;
    /** Whether the server only says what would be. @default false */
    readonly dryRun?: boolean;
}

/** How an object is deleted. */
export interface RemoveOptions {
    /** What becomes of what it owns. @default the server's for its kind */
    readonly propagationPolicy?: "Foreground" | "Background" | "Orphan";
    /** Seconds that a pod has to end; 0 deletes it without its kubelet. @default the pod's own */
    readonly gracePeriodSeconds?: number;
    /** Deletes nothing but the object with this uid. */
    readonly uid?: string;
}

/** Which objects are listed. */
export interface ListOptions {
    /** @default all namespaces */
    readonly namespace?: string;
    /** As `kubectl --selector`: `app=broker,tier!=test`. */
    readonly labelSelector?: string;
}

/** Objects that were listed. */
export interface Collection<T extends KubernetesObject> {
    /** Each with its kind and version. */
    readonly items: readonly T[];
    /** A watch from here on misses nothing. */
    readonly resourceVersion: string;
}

interface Call {
    readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
    readonly body?: object;
    readonly contentType?: string;
}

/**
 * A live cluster. Writes are validated strictly: a field that the server does not know is an error, not a warning.
 *
 * Its own methods send objects as they are, and return the server's JSON: timestamps are text, whatever the library's
 * types say. (The library's typed calls, `core` and so on, leave out what their models do not know.) Refused requests
 * throw an `ApiError`, an unreachable server an error that names its address.
 */
export class Client {
    readonly kubeConfig: KubeConfig;
    readonly core: CoreV1Api;
    readonly apps: AppsV1Api;
    readonly batch: BatchV1Api;
    readonly policy: PolicyV1Api;
    readonly storage: StorageV1Api;
    readonly objects: KubernetesObjectApi;
    readonly #configuration: Configuration;
    readonly #transport = new Transport();
    readonly #resources = new Resources((apiVersion) => this.#discover(apiVersion));

    constructor(kubeConfig: KubeConfig) {
        const server = kubeConfig.getCurrentCluster()?.server;
        if (server === undefined) {
            const contexts = kubeConfig.getContexts().map(({ name }) => name);
            throw new Error(
                `kubeconfig: the context "${kubeConfig.currentContext}" names no cluster. Name one of: ${contexts.join(", ")}`,
            );
        }
        this.kubeConfig = kubeConfig;
        this.#configuration = createConfiguration({
            baseServer: new ServerConfiguration(server, {}),
            authMethods: { default: kubeConfig },
            httpApi: this.#transport,
        });
        this.core = new CoreV1Api(this.#configuration);
        this.apps = new AppsV1Api(this.#configuration);
        this.batch = new BatchV1Api(this.#configuration);
        this.policy = new PolicyV1Api(this.#configuration);
        this.storage = new StorageV1Api(this.#configuration);
        this.objects = new KubernetesObjectApi(this.#configuration);
    }

    /**
     * @param kubeconfig path of the file
     * @param context of the file; its current one if left out
     * @throws {Error} if the file cannot be read or has no such context
     */
    static fromFile(kubeconfig: string, context?: string): Client {
        const config = new KubeConfig();
        config.loadFromFile(kubeconfig);
        if (context !== undefined) {
            config.setCurrentContext(context);
        }
        return new Client(config);
    }

    /** What the server has warned of so far, in order: Pod Security, deprecated versions, odd fields. */
    get warnings(): readonly ServerWarning[] {
        return this.#transport.warnings;
    }

    /**
     * Server-side apply with strict field validation.
     *
     * @returns the object as it is now
     * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/
     */
    async apply<T extends KubernetesObject>(object: T, options: ApplyOptions = {}): Promise<T> {
        return this.#call<T>(HttpMethod.PATCH, await this.#resources.object(object), {
            body: object,
            contentType: "application/apply-patch+yaml",
            query: {
                fieldManager: options.fieldManager ?? FIELD_MANAGER,
                force: options.force ?? false,
                dryRun: options.dryRun ? "All" : undefined,
            },
        });
    }

    /** Creates an object; 409 if it is there. */
    async create<T extends KubernetesObject>(object: T): Promise<T> {
        return this.#call<T>(HttpMethod.POST, await this.#resources.collection(object), { body: object });
    }

    /** The object of that kind, namespace and name; undefined if there is none. */
    async find<T extends KubernetesObject>(object: T): Promise<T | undefined> {
        const path = await this.#resources.object(object);
        return this.#call<T>(HttpMethod.GET, path).catch(absent);
    }

    /** All objects of a kind. */
    async list<T extends KubernetesObject = KubernetesObject>(
        apiVersion: string,
        kind: string,
        { namespace, labelSelector }: ListOptions = {},
    ): Promise<readonly T[]> {
        const path = await this.#resources.all(apiVersion, kind, namespace);
        return (await this.collection<T>(path, labelSelector)).items;
    }

    /**
     * All objects at the path of a collection (`/api/v1/pods`), with the revision at which they are so.
     *
     * @param path of the API server, without a query
     */
    async collection<T extends KubernetesObject = KubernetesObject>(
        path: string,
        labelSelector?: string,
    ): Promise<Collection<T>> {
        const { items, kind, apiVersion, metadata } = await this.#call<{
            readonly items: readonly T[];
            readonly kind: string;
            readonly apiVersion: string;
            readonly metadata: { readonly resourceVersion: string };
        }>(HttpMethod.GET, path, { query: { labelSelector } });
        // The server leaves kind and version out of what it lists.
        const itemKind = kind.replace(/List$/, "");
        return {
            items: items.map((item) => ({ ...item, apiVersion, kind: itemKind })),
            resourceVersion: metadata.resourceVersion,
        };
    }

    /**
     * Merges a change into an object: what is given replaces, null removes, lists are replaced as a whole.
     *
     * @param object names it: kind, namespace, name
     * @param subresource `status` for what only controllers write, `scale` for replicas
     */
    async patch<T extends KubernetesObject>(object: T, change: object, subresource?: "status" | "scale"): Promise<T> {
        return this.#call<T>(HttpMethod.PATCH, await this.#resources.object(object, subresource), {
            body: change,
            contentType: "application/merge-patch+json",
            query: { fieldManager: FIELD_MANAGER },
        });
    }

    /** Deletes an object, without waiting until it is gone. Returns whether it was there. */
    async remove(object: KubernetesObject, options: RemoveOptions = {}): Promise<boolean> {
        const { uid, ...rest } = options;
        const body = { kind: "DeleteOptions", apiVersion: "v1", ...rest, ...(uid && { preconditions: { uid } }) };
        const path = await this.#resources.object(object);
        return (await this.#call<object>(HttpMethod.DELETE, path, { body }).catch(absent)) !== undefined;
    }

    /**
     * Asks for a pod to be evicted, as a drain does.
     *
     * @returns "refused" if a disruption budget does not allow it now
     */
    async evict(namespace: string, pod: string): Promise<"evicted" | "refused" | "gone"> {
        const body = { apiVersion: "policy/v1", kind: "Eviction", metadata: { namespace, name: pod } };
        const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/eviction`;
        try {
            await this.#call(HttpMethod.POST, path, { body });
            return "evicted";
        } catch (error) {
            if (isApiError(error, 404)) {
                return "gone";
            }
            // An overloaded server says 429 as well, but names no budget.
            const causes = isApiError(error, 429) ? (error.status?.details?.causes ?? []) : [];
            if (causes.some(({ reason }) => reason === "DisruptionBudget")) {
                return "refused";
            }
            throw error;
        }
    }

    /** Keeps new pods off a node, or lets them on it again. */
    async cordon(node: string, unschedulable = true): Promise<void> {
        await this.patch({ apiVersion: "v1", kind: "Node", metadata: { name: node } }, { spec: { unschedulable } });
    }

    async #discover(apiVersion: string): Promise<V1APIResourceList["resources"]> {
        const found = await this.#call<V1APIResourceList>(HttpMethod.GET, versionPath(apiVersion)).catch(absent);
        return found?.resources ?? [];
    }

    async #call<T>(method: HttpMethod, path: string, { query = {}, body, contentType }: Call = {}): Promise<T> {
        const request = this.#configuration.baseServer.makeRequestContext(path, method);
        request.setHeaderParam("Accept", "application/json");
        for (const [name, value] of Object.entries(query)) {
            if (value !== undefined) {
                request.setQueryParam(name, String(value));
            }
        }
        if (body !== undefined) {
            request.setHeaderParam("Content-Type", contentType ?? "application/json");
            request.setBody(JSON.stringify(body));
        }
        await this.kubeConfig.applySecurityAuthentication(request);
        const response = await this.#transport.send(request).toPromise();
        const answer: T = JSON.parse(await response.body.text());
        return answer;
    }
}

function absent(error: unknown): undefined {
    if (!isApiError(error, 404)) {
        throw error;
    }
}
