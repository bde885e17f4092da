import type { z } from "zod";
import type { Commented } from "./comments.ts";

/** A field as the page has it. */
export interface Row {
    /** `kafka.topic.partitions`; in a list `[]`, under any key `KEY`. */
    readonly path: string;
    /** Where there are kinds of what it belongs to: the kind that has it, `kind: rds`. */
    readonly kind: string | undefined;
    /** Undefined if nothing says what it means. */
    readonly meaning: string | undefined;
    readonly type: string;
    /** Undefined where it has to be given. */
    readonly fallback: string | undefined;
    readonly constraint: string;
    readonly example: string;
}

/** What is known of a field on the way to its row. */
interface Place {
    readonly path: string;
    readonly kind: string | undefined;
    readonly commented: Commented | undefined;
    /** Values of stacks, the first that has one. */
    readonly examples: readonly unknown[];
    readonly optional: boolean;
    readonly given: unknown;
}

type Definition = Readonly<Record<string, unknown>> & { readonly type: string };

function definition(schema: z.core.$ZodType): Definition {
    return (schema as z.ZodType).def as unknown as Definition;
}

/** Facts that the schema itself carries; see `documented` in stacks/config/fields.ts. */
function fact(schema: z.core.$ZodType, name: "type" | "constraint" | "example"): string | undefined {
    const found = (schema as z.ZodType).meta()?.[name];
    return typeof found === "string" ? found : undefined;
}

function values(schema: z.core.$ZodType): readonly unknown[] | undefined {
    const { type, entries: choices, values: literals } = definition(schema);
    return type === "enum"
        ? Object.values(choices as object)
        : type === "literal"
          ? (literals as unknown[])
          : undefined;
}

function typeOf(schema: z.core.$ZodType): string {
    const { type, element, options, format, in: input, valueType } = definition(schema);
    const named = fact(schema, "type");
    if (named !== undefined) {
        return named;
    }
    switch (type) {
        case "array":
            return `list of ${typeOf(element as z.core.$ZodType)}`;
        case "record":
            return `map of ${typeOf(valueType as z.core.$ZodType)}`;
        case "union":
            return [...new Set((options as z.core.$ZodType[]).map(typeOf))].join(" or ");
        case "object":
            return "section";
        case "enum":
        case "literal":
            return "one of";
        case "pipe":
            return typeOf(input as z.core.$ZodType);
        case "number":
            return format === "safeint" ? "whole number" : "number";
        case "string":
            return "text";
        case "boolean":
            return "true or false";
        default:
            return type;
    }
}

function lengths(schema: z.core.$ZodType): string {
    const checks = (schema as z.ZodType).def.checks ?? [];
    // oxlint-disable-next-line no-underscore-dangle -- a check has no public definition
    const known = checks.map((check) => check._zod.def as unknown as Readonly<Record<string, unknown>>);
    const of = (name: string, key: string): unknown => known.find(({ check }) => check === name)?.[key];
    const [least, most] = [of("min_length", "minimum"), of("max_length", "maximum")];
    return [typeof least === "number" ? `at least ${least}` : "", typeof most === "number" ? `at most ${most}` : ""]
        .filter(Boolean)
        .join(", ");
}

function constraintOf(schema: z.core.$ZodType): string {
    const { element, in: input, type } = definition(schema);
    const inner = type === "array" ? constraintOf(element as z.core.$ZodType) : "";
    const piped =
        type === "pipe" && fact(schema, "constraint") === undefined ? constraintOf(input as z.core.$ZodType) : "";
    const own =
        fact(schema, "constraint") ??
        values(schema)
            ?.map((value) => `\`${String(value)}\``)
            .join(", ") ??
        "";
    const each = inner === "" ? "" : `each ${inner}`;
    return [own, piped, lengths(schema), each].filter(Boolean).join("; ");
}

function exampleOf(schema: z.core.$ZodType, examples: readonly unknown[]): string {
    const { type, element, in: input } = definition(schema);
    const used = examples.find((value) => value !== undefined);
    if (used !== undefined) {
        return typeof used === "string" ? used : JSON.stringify(used);
    }
    const own = fact(schema, "example") ?? values(schema)?.map(String)[0];
    if (own !== undefined) {
        return own;
    }
    const inner = type === "array" ? element : type === "pipe" ? input : undefined;
    return inner === undefined ? "" : exampleOf(inner as z.core.$ZodType, []);
}

function inside(examples: readonly unknown[], key: string): unknown[] {
    return examples.map((value) =>
        typeof value === "object" && value !== null ? (Reflect.get(value, key) as unknown) : undefined,
    );
}

/** Entries of lists, or values of maps. */
function entries(examples: readonly unknown[]): unknown[] {
    return examples.flatMap((value) => (typeof value === "object" && value !== null ? Object.values(value) : []));
}

function leaf(schema: z.core.$ZodType, place: Place): Row {
    const { path, kind, commented, examples, optional, given } = place;
    const fallback = given === undefined ? commented?.fallback : JSON.stringify(given);
    return {
        path,
        kind,
        meaning: commented?.meaning,
        type: typeOf(schema),
        fallback: optional ? (fallback ?? "left out") : undefined,
        constraint: constraintOf(schema),
        example: exampleOf(schema, examples),
    };
}

/** Rows of an object's fields. */
function fieldRows(shape: Readonly<Record<string, z.core.$ZodType>>, place: Place): Row[] {
    return Object.entries(shape).flatMap(([key, schema]) =>
        rowsOf(schema, {
            ...place,
            path: place.path === "" ? key : `${place.path}.${key}`,
            commented: place.commented?.fields.get(key),
            examples: inside(place.examples, key),
            optional: false,
            given: undefined,
        }),
    );
}

/** The kind that tells a union's variant from the others. */
function variantKind(schema: z.core.$ZodType, discriminator: string): string {
    const { shape } = definition(schema) as { shape?: Readonly<Record<string, z.core.$ZodType>> };
    const tag = shape?.[discriminator];
    return tag === undefined ? "" : `${discriminator}: ${String(values(tag)?.[0])}`;
}

/** A union of objects: its tag once, then the fields of each variant. */
function unionRows(schema: z.core.$ZodType, discriminator: string, place: Place): Row[] {
    const options = definition(schema)["options"] as readonly z.core.$ZodType[];
    const kinds = options.map((option) => variantKind(option, discriminator));
    const tags = kinds.map((kind) => kind.slice(discriminator.length + 2));
    const meanings = options.map((_, index) => place.commented?.variants[index]?.meaning);
    const tag: Row = {
        ...leaf(schema, place),
        path: `${place.path}.${discriminator}`,
        type: "one of",
        constraint: tags.map((name) => `\`${name}\``).join(", "),
        meaning: tags
            .map((name, index) => `\`${name}\`${meanings[index] === undefined ? "" : `: ${meanings[index]}`}`)
            .join(" "),
        example: inside(place.examples, discriminator).find((value) => typeof value === "string") ?? tags[0] ?? "",
    };
    return [
        tag,
        ...options.flatMap((option, index) => {
            const name = tags[index] ?? "";
            const examples = place.examples.filter((value) => inside([value], discriminator)[0] === name);
            const { shape } = definition(option) as { shape?: Readonly<Record<string, z.core.$ZodType>> };
            const rest = Object.fromEntries(Object.entries(shape ?? {}).filter(([key]) => key !== discriminator));
            const commented = place.commented?.variants[index];
            return fieldRows(rest, { ...place, kind: kinds[index], commented, examples });
        }),
    ];
}

/** An object whose fields are to be shown, rather than its example. */
function hasFields(schema: z.core.$ZodType): boolean {
    const { type, discriminator } = definition(schema);
    const object = type === "object" && fact(schema, "type") === undefined;
    return object || (type === "union" && typeof discriminator === "string");
}

/** An entry of a list, or what stands under a key of a map: what it means, the list or map has said. */
function entryPlace(place: Place, type: "array" | "record"): Place {
    return {
        ...place,
        path: `${place.path}${type === "array" ? "[]" : ".KEY"}`,
        commented: place.commented && { ...place.commented, meaning: undefined },
        examples: entries(place.examples),
        optional: false,
        given: undefined,
    };
}

/** The rows of a field and of everything in it. */
function rowsOf(schema: z.core.$ZodType, place: Place): Row[] {
    const { type, innerType, defaultValue, element, valueType, shape, discriminator } = definition(schema);
    switch (type) {
        case "optional":
            return rowsOf(innerType as z.core.$ZodType, { ...place, optional: true });
        case "default":
            return rowsOf(innerType as z.core.$ZodType, { ...place, optional: true, given: defaultValue });
        case "object": {
            if (fact(schema, "type") !== undefined) {
                return [leaf(schema, place)];
            }
            // What a section of its own says stands above its table.
            const told = place.path.includes(".") && (place.optional || place.commented?.meaning !== undefined);
            const own = told ? [leaf(schema, { ...place, examples: [] })] : [];
            return [...own, ...fieldRows(shape as Readonly<Record<string, z.core.$ZodType>>, place)];
        }
        case "union":
            return typeof discriminator === "string" ? unionRows(schema, discriminator, place) : [leaf(schema, place)];
        case "array":
        case "record": {
            const inner = (type === "array" ? element : valueType) as z.core.$ZodType;
            const below = hasFields(inner) ? rowsOf(inner, entryPlace(place, type)) : [];
            const own = below.length > 0 && !place.path.includes(".") ? [] : [leaf(schema, place)];
            return [...own, ...below];
        }
        default:
            return [leaf(schema, place)];
    }
}

/** The rows of one section of the configuration. */
export function sectionRows(
    key: string,
    schema: z.core.$ZodType,
    commented: Commented | undefined,
    examples: readonly unknown[],
): Row[] {
    return rowsOf(schema, { path: key, kind: undefined, commented, examples, optional: false, given: undefined });
}
