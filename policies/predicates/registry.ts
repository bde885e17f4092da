/** The registry of a reference that names none. */
const DEFAULT_REGISTRY = "docker.io";

/**
 * The registry and path that a container runtime reads out of an image reference, without tag and digest. The first part
 * is a registry when it holds a dot or a colon, or is `localhost`; otherwise Docker Hub is meant, and its `library` where
 * there is no other part (https://github.com/distribution/reference).
 */
function qualifiedRepository(reference: string): string {
    const named = (reference.trim().split("@", 1)[0] ?? "").replace(/:[^:/]*$/, "");
    const [first = "", ...rest] = named.split("/");
    if (rest.length > 0 && (/[.:]/.test(first) || first === "localhost")) {
        return [first === "index.docker.io" ? DEFAULT_REGISTRY : first.toLowerCase(), ...rest].join("/");
    }
    return rest.length > 0 ? `${DEFAULT_REGISTRY}/${named}` : `${DEFAULT_REGISTRY}/library/${named}`;
}

/**
 * Whether an image comes from one of the places: registries (`quay.io`), or parts of one (`ghcr.io/zalando`). Whole parts
 * are compared, so that `quay.io.example.com` is not `quay.io`.
 */
export function comesFrom(reference: string, places: readonly string[]): boolean {
    const repository = qualifiedRepository(reference);
    return places.some((place) => repository.startsWith(`${place.replace(/\/+$/, "")}/`));
}
