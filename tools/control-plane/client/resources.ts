import type { KubernetesObject, V1APIResource } from "@kubernetes/client-node";

/** Asks the API server for the resources of a group and version: `v1`, `apps/v1`. */
export type Discover = (apiVersion: string) => Promise<readonly V1APIResource[]>;

/** Path of a group and version: `/api/v1`, `/apis/apps/v1`. */
export function versionPath(apiVersion: string): string {
    return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

/**
 * Finds the paths of objects of any kind by discovery, once per group and version, also when asked many times at once.
 */
export class Resources {
    readonly #discover: Discover;
    readonly #known = new Map<string, Promise<readonly V1APIResource[]>>();

    constructor(discover: Discover) {
        this.#discover = discover;
    }

    /**
     * Path of the collection that holds an object.
     *
     * @throws {Error} if the object has no kind, or the server does not serve it (its CRD is missing)
     */
    async collection({ apiVersion, kind, metadata }: KubernetesObject): Promise<string> {
        if (apiVersion === undefined || kind === undefined) {
            throw new Error(
                `${metadata?.name ?? "an object"} has no apiVersion or kind: both are needed to address it`,
            );
        }
        const { name, namespaced } = await this.#find(apiVersion, kind);
        const namespace = namespaced ? `/namespaces/${encodeURIComponent(metadata?.namespace ?? "default")}` : "";
        return `${versionPath(apiVersion)}${namespace}/${name}`;
    }

    /** Path of an object. Errors as in {@link collection}, and if it has no name. */
    async object(object: KubernetesObject, subresource?: string): Promise<string> {
        const name = object.metadata?.name;
        if (name === undefined) {
            throw new Error(`${object.kind ?? "an object"} has no metadata.name: it is needed to address it`);
        }
        const path = `${await this.collection(object)}/${encodeURIComponent(name)}`;
        return subresource === undefined ? path : `${path}/${subresource}`;
    }

    /** Path of all objects of a kind, in one namespace or in all. */
    async all(apiVersion: string, kind: string, namespace?: string): Promise<string> {
        const { name, namespaced } = await this.#find(apiVersion, kind);
        const within = namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : "";
        return `${versionPath(apiVersion)}${within}/${name}`;
    }

    async #find(apiVersion: string, kind: string): Promise<V1APIResource> {
        const find = (known: readonly V1APIResource[]): V1APIResource | undefined =>
            known.find((resource) => resource.kind === kind && !resource.name.includes("/"));
        const known = this.#known.get(apiVersion);
        // What was not there may have come since: a definition that was applied a moment ago.
        const found = (known && find(await known)) ?? find(await this.#ask(apiVersion, known));
        if (found === undefined) {
            throw new Error(`${apiVersion} ${kind} is not served here. Apply its CustomResourceDefinition first`);
        }
        return found;
    }

    #ask(
        apiVersion: string,
        outdated: Promise<readonly V1APIResource[]> | undefined,
    ): Promise<readonly V1APIResource[]> {
        const underway = this.#known.get(apiVersion);
        if (underway !== undefined && underway !== outdated) {
            return underway;
        }
        const asked = this.#discover(apiVersion);
        this.#known.set(apiVersion, asked);
        asked.catch(() => this.#known.delete(apiVersion));
        return asked;
    }
}
