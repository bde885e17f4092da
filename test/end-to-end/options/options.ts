import { schemas } from "../../../stacks/config/schema.ts";
import { commonSections } from "../../../stacks/config/sections.ts";
import { sectionRows } from "../../../tools/configuration-page/rows.ts";

/** Something that the configuration can say. */
export interface Option {
    /** The path, with the kind that has it: `metadataDatabase.version (kind: rds)`. */
    readonly id: string;
    /** `kafka.topic.name`; `[]` stands for a list's entry, `KEY` for any key. */
    readonly path: string;
    /** `kind: rds`; undefined where there are no kinds of what it belongs to. */
    readonly kind: string | undefined;
    /** As docs/configuration.md names it. */
    readonly type: string;
    readonly constraint: string;
    /** A stack that has it, the smaller one where both have. */
    readonly stack: "staging" | "local";
}

function optionsOf(target: keyof typeof schemas, stack: Option["stack"]): readonly Option[] {
    return Object.entries(schemas[target].shape).flatMap(([section, schema]) =>
        sectionRows(section, schema, undefined, []).map(({ path, kind, type, constraint }) => ({
            id: kind === undefined ? path : `${path} (${kind})`,
            path,
            kind,
            type,
            constraint,
            stack: section in commonSections ? "local" : stack,
        })),
    );
}

/** Every option of the schemas, as docs/configuration.md lists them, but for what follows from the kind of stack. */
export function allOptions(): readonly Option[] {
    const all = [...optionsOf("eks", "staging"), ...optionsOf("kubeconfig", "local")];
    const several = all.filter(({ type, constraint }) => type !== "one of" || constraint.includes(","));
    return [...new Map(several.map((option) => [`${option.id} ${option.stack}`, option])).values()];
}
