import type { EksConfig } from "../config.ts";
import type { Site } from "./key-policy.ts";

/** A registry that images are cached of. */
export interface Upstream {
    /** As image references name it. */
    readonly registry: string;
    /** Where ECR asks for images. */
    readonly url: string;
}

/**
 * The registries that images come from. ECR asks the first two with the credentials of an account; without one their
 * images are pulled past the cache.
 *
 * Source: Amazon ECR user guide, "Creating a pull through cache rule in Amazon ECR".
 */
const WITH_CREDENTIALS = {
    dockerHub: { registry: "docker.io", url: "registry-1.docker.io" },
    github: { registry: "ghcr.io", url: "ghcr.io" },
} as const satisfies Readonly<Record<string, Upstream>>;

const OPEN: readonly Upstream[] = ["quay.io", "registry.k8s.io", "public.ecr.aws"].map((registry) => ({
    registry,
    url: registry,
}));

/** Secrets by the registry that they are for: ARNs in Secrets Manager. */
type RegistryCredentials = { readonly [registry in keyof typeof WITH_CREDENTIALS]?: string | undefined };

/** An image cache, as far as its address goes. */
export interface ImageCache extends Site {
    readonly environment: string;
    readonly credentials: RegistryCredentials;
}

/** The registries that are cached, each with its secret if it needs one. */
export function upstreams({ credentials }: ImageCache): (Upstream & { readonly credentialArn?: string })[] {
    const closed = Object.entries(WITH_CREDENTIALS).flatMap(([key, upstream]) => {
        const credentialArn = credentials[key as keyof typeof WITH_CREDENTIALS];
        return credentialArn === undefined ? [] : [{ ...upstream, credentialArn }];
    });
    return [...closed, ...OPEN];
}

/** The image cache that a configuration asks for. */
export function imageCacheOf({ account, region, environment, imageCache }: EksConfig): ImageCache | undefined {
    return imageCache && { account, region, environment, credentials: imageCache.credentials };
}

/** What the names of all cached repositories begin with; ECR takes 30 characters up to the upstream's own part. */
export function cachePrefix({ environment }: Pick<ImageCache, "environment">): string {
    return `cache-${environment}`;
}

/** The prefix of an upstream's repositories. */
export function upstreamPrefix(cache: ImageCache, { registry }: Upstream): string {
    return `${cachePrefix(cache)}/${registry}`;
}

/**
 * An image's registry and its path there, as a container runtime completes what is short: without a registry it is one of
 * Docker Hub, without a name space one of its `library`. Source: distribution/reference, `ParseNormalizedNamed`.
 */
function completed(image: string): { readonly registry: string; readonly path: string } {
    const slash = image.indexOf("/");
    const first = slash === -1 ? "" : image.slice(0, slash);
    if (first.includes(".") || first.includes(":") || first === "localhost") {
        return { registry: first === "index.docker.io" ? "docker.io" : first, path: image.slice(slash + 1) };
    }
    return { registry: "docker.io", path: slash === -1 ? `library/${image}` : image };
}

/** The same image, from the cache; unchanged if it comes from a registry that is not cached. */
export function cachedImage(image: string, cache: ImageCache): string {
    const { registry, path } = completed(image);
    const upstream = upstreams(cache).find((candidate) => candidate.registry === registry);
    const host = `${cache.account}.dkr.ecr.${cache.region}.amazonaws.com`;
    return upstream === undefined ? image : `${host}/${upstreamPrefix(cache, upstream)}/${path}`;
}

function mapped(value: unknown, key: string, cache: ImageCache): unknown {
    if (typeof value === "string") {
        return key === "image" ? cachedImage(value, cache) : value;
    }
    if (Array.isArray(value)) {
        return value.map((item) => mapped(item, "", cache));
    }
    return typeof value === "object" && value !== null
        ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, mapped(inner, name, cache)]))
        : value;
}

/** A configuration in which every `image`, at whatever depth, comes from the cache, if there is one. */
export function withCachedImages(config: EksConfig): EksConfig {
    const cache = imageCacheOf(config);
    return cache === undefined ? config : (mapped(config, "", cache) as EksConfig);
}
