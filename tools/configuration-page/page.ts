import type { z } from "zod";
import type { Commented } from "./comments.ts";
import { type Row, sectionRows } from "./rows.ts";

/** A schema of a whole configuration, and what is known about it. */
export interface Described {
    /** `EKS`. */
    readonly target: string;
    readonly shape: Readonly<Record<string, z.core.$ZodType>>;
    readonly commented: Commented;
    /** Configurations that are there, each by the keys of the shape. */
    readonly examples: readonly Readonly<Record<string, unknown>>[];
}

/** One key of the configuration. */
interface Section {
    readonly key: string;
    readonly targets: readonly string[];
    readonly schema: z.core.$ZodType;
    readonly commented: Commented | undefined;
    readonly rows: readonly Row[];
}

const HEAD = ["field", "meaning", "type", "default", "values", "example"];

function cell(text: string): string {
    return text.replaceAll("|", String.raw`\|`);
}

function code(text: string): string {
    return text === "" ? "" : `\`${text}\``;
}

function line(cells: readonly string[]): string {
    return `| ${cells.map(cell).join(" | ")} |`;
}

function table(rows: readonly Row[]): string {
    const lines = rows.map(({ path, kind, meaning, type, fallback, constraint, example }) =>
        line([
            `${code(path)}${kind === undefined ? "" : ` (${kind})`}`,
            meaning ?? "",
            type,
            fallback ?? "required",
            constraint,
            code(example),
        ]),
    );
    return [line(HEAD), line(HEAD.map(() => "---")), ...lines].join("\n");
}

function isOptional(schema: z.core.$ZodType): boolean {
    return ["optional", "default"].includes((schema as z.ZodType).def.type);
}

function sectionsOf(described: readonly Described[]): Section[] {
    const sections: Section[] = [];
    for (const { target, shape, commented, examples } of described) {
        for (const [key, schema] of Object.entries(shape)) {
            const same = sections.findIndex((one) => one.key === key && one.schema === schema);
            const known = sections[same];
            if (known !== undefined) {
                sections[same] = { ...known, targets: [...known.targets, target] };
                continue;
            }
            const own = commented.fields.get(key);
            const rows = sectionRows(
                key,
                schema,
                own,
                examples.map((example) => example[key]),
            );
            sections.push({ key, targets: [target], schema, commented: own, rows });
        }
    }
    return sections;
}

function isScalar({ rows, key }: Section): boolean {
    return rows.length === 1 && rows[0]?.path === key;
}

function where(targets: readonly string[], all: readonly Described[]): string {
    return targets.length === all.length ? "Every stack" : `Stacks on ${targets.join(" and ")}`;
}

function chapter(section: Section, described: readonly Described[], twice: boolean): string {
    const { key, schema, commented, rows, targets } = section;
    const optional = isOptional(schema) ? `; optional: ${commented?.fallback ?? "left out"}` : "";
    return [
        `## ${key}${twice ? ` (${targets.join(", ")})` : ""}`,
        ...(commented?.meaning === undefined ? [] : [commented.meaning]),
        `${where(targets, described)}${optional}.`,
        table(rows),
    ].join("\n\n");
}

/** Fields that nothing says the meaning of. */
export function unexplained(described: readonly Described[]): string[] {
    return sectionsOf(described)
        .flatMap(({ rows }) => rows)
        .filter(({ meaning }) => meaning === undefined)
        .map(({ path, kind }) => `${path}${kind === undefined ? "" : ` (${kind})`}`);
}

/**
 * The page about the configuration: every field by its section.
 *
 * @param fullKeys keys that do not begin with the project's name
 */
export function configurationPage(described: readonly Described[], fullKeys: Readonly<Record<string, string>>): string {
    const sections = sectionsOf(described);
    const scalars = sections.filter(isScalar);
    const rest = sections.filter((section) => !isScalar(section));
    const first = scalars.map(({ key, rows, targets }) =>
        rows.map((row) => ({
            ...row,
            path: fullKeys[key] ?? key,
            kind: targets.length === described.length ? undefined : targets.join(", "),
        })),
    );
    return `${[
        "# Configuration",
        "Everything that `Pulumi.STACK.yaml` may say, made from the schema in `stacks/config` and its comments by " +
            "`node tools/configuration-page.ts`; a test holds this page against them. Keys without a prefix begin with the " +
            "project's name, `data-platform:`. What is not listed is refused, with the nearest name that is; a value that " +
            "is refused is reported with its key, the reason and what to do. `[]` stands for each entry of a list, `KEY` " +
            "for any name. Examples are values of this repository's own stacks where one has the field.",
        "## Stack",
        table(first.flat()),
        ...rest.map((section) => chapter(section, described, rest.filter(({ key }) => key === section.key).length > 1)),
    ].join("\n\n")}\n`;
}
