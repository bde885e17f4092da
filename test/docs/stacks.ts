import { everything } from "../stacks/platform/everything.ts";
import { objectsOf, type RenderedObject, renderedStack } from "../stacks/rendered/stack.ts";

/** What prod makes, and what it would make with everything that is optional. */
export async function everyObject(): Promise<readonly RenderedObject[]> {
    return [...(await renderedStack("prod")).objects, ...objectsOf(await everything())];
}

/** Names of all alerts among objects. */
export function alertNames(objects: readonly RenderedObject[]): ReadonlySet<string> {
    const names = objects.flatMap(({ kind, object }) => {
        const groups: unknown = kind === "PrometheusRule" ? object["spec"].groups : [];
        return Array.isArray(groups)
            ? groups.flatMap(({ rules }) => rules.map((rule: { alert: string }) => rule.alert))
            : [];
    });
    return new Set(names);
}
