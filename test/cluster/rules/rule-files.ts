import { waitOf } from "../../components/alerts/samples.ts";
import type { RenderedObject, RenderedStack } from "../../stacks/rendered/stack.ts";
import type { Inputs } from "../../support/mocks.ts";

/** Files of rules by name. */
export type RuleFiles = ReadonlyMap<string, Inputs>;

function isKnown({ object }: RenderedObject): boolean {
    return Array.isArray(object["spec"].groups);
}

/** The PrometheusRules of a stack. */
export function rulesIn({ objects }: RenderedStack): readonly RenderedObject[] {
    return objects.filter((one) => one.kind === "PrometheusRule" && isKnown(one));
}

/** The PrometheusRules of a stack that are not known before something else is: what runs against its database. */
export function unknownRulesIn({ objects }: RenderedStack): readonly RenderedObject[] {
    return objects.filter((one) => one.kind === "PrometheusRule" && !isKnown(one));
}

/** Rule files by name, one for each object. */
export function filesOf(stack: string, objects: readonly RenderedObject[]): RuleFiles {
    return new Map(
        objects.map(({ namespace, name, object }) => [
            `${stack}-${namespace}-${name}.json`,
            { groups: object["spec"].groups },
        ]),
    );
}

/** A group of rules, in a file or in a Prometheus. */
interface Group {
    readonly name: string;
    readonly rules: readonly { readonly name: string; readonly query: string }[];
}

/** The groups in files. */
export function groupsIn(rules: RuleFiles): readonly Group[] {
    return [...rules.values()].flatMap(({ groups }) =>
        groups.map((group: Inputs) => ({
            name: group["name"],
            rules: group["rules"].map(({ alert, expr }: Inputs) => ({ name: alert, query: expr })),
        })),
    );
}

/** Names of groups and of what is in them. */
export function contents(groups: readonly Group[]): readonly string[] {
    return groups.map(({ name, rules }) => `${name}: ${rules.map((rule) => rule.name).join(" ")}`).toSorted();
}

/** Seconds for which the slowest alert waits. */
export function longestWait(files: RuleFiles): number {
    const groups: readonly Inputs[] = [...files.values()].flatMap((file) => file["groups"]);
    return Math.max(...groups.flatMap(({ rules }) => rules.map(waitOf)));
}
