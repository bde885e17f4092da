import type { KubernetesObject } from "@kubernetes/client-node";
import { field } from "../../../tools/plan/kubernetes.ts";

const ZONE = "topology.kubernetes.io/zone";

/** The name of an object. */
export function nameOf({ metadata }: KubernetesObject): string {
    return metadata?.name ?? "";
}

/** What a request names an object by; the name and namespace are those of `like`. */
export function reference(apiVersion: string, kind: string, like: KubernetesObject): KubernetesObject {
    const { namespace } = like.metadata ?? {};
    return { apiVersion, kind, metadata: { name: nameOf(like), ...(namespace === undefined ? {} : { namespace }) } };
}

/** Names of the nodes among some objects, zone by zone. */
export function byZone(objects: readonly KubernetesObject[]): ReadonlyMap<unknown, readonly string[]> {
    const nodes = Map.groupBy(
        objects.filter(({ kind }) => kind === "Node"),
        (node) => field(node, "metadata", "labels", ZONE),
    );
    return new Map([...nodes].map(([zone, group]) => [zone, group.map(nameOf)]));
}

/** A node that comes in the place of another, with all that belongs to it: the same but for its name. */
export function successor(
    objects: readonly KubernetesObject[],
    node: string,
    name: string,
): readonly KubernetesObject[] {
    return objects
        .filter((object) => nameOf(object) === node)
        .map((object): KubernetesObject => JSON.parse(JSON.stringify(object).replaceAll(`"${node}"`, `"${name}"`)));
}
