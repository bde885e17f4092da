import { isRecord } from "../plan/project-config.ts";

/**
 * What a chart takes for one of its values: keys of their own, or a form. Forms are `"string"`, `"number"`,
 * `"boolean"`, `"list"`, `"map"` (any keys) and `"any"`; several are joined by `|`. Where the chart's schema bounds a
 * value, `"$oneOf"`, `"$min"` and `"$max"` say how.
 */
export type Keys = { readonly [key: string]: Keys | Form };
type Form = string | Bounded;

/** A value that the chart's schema bounds. */
export interface Bounded {
    readonly $form: string;
    readonly $oneOf?: readonly unknown[];
    readonly $min?: number;
    readonly $max?: number;
}

function formOf(value: unknown): string {
    if (value === null || value === undefined) {
        return "any";
    }
    if (Array.isArray(value)) {
        return "list";
    }
    return typeof value;
}

/** Keys and forms of a chart's default values. An empty map takes any keys; a default of null tells nothing. */
export function keysOfValues(values: unknown): Keys | string {
    if (!isRecord(values)) {
        return formOf(values);
    }
    const entries = Object.entries(values);
    return entries.length === 0 ? "map" : Object.fromEntries(entries.map(([key, value]) => [key, keysOfValues(value)]));
}

/** Names of JSON Schema's types, as forms. */
const FORMS: Readonly<Record<string, string>> = { integer: "number", array: "list", object: "map", null: "null" };

function bounded(schema: Readonly<Record<string, unknown>>, form: string): Form {
    const { enum: oneOf, minimum, maximum } = schema;
    if (!Array.isArray(oneOf) && typeof minimum !== "number" && typeof maximum !== "number") {
        return form;
    }
    return {
        $form: form,
        ...(Array.isArray(oneOf) ? { $oneOf: oneOf } : {}),
        ...(typeof minimum === "number" ? { $min: minimum } : {}),
        ...(typeof maximum === "number" ? { $max: maximum } : {}),
    };
}

function referred(schema: unknown, root: unknown): unknown {
    const pointer = isRecord(schema) ? schema["$ref"] : undefined;
    if (typeof pointer !== "string") {
        return schema;
    }
    return pointer
        .split("/")
        .slice(1)
        .reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), root);
}

/** Keys and forms of a chart's schema, closed: of an object with properties, these are all. */
export function keysOfSchema(given: unknown, root: unknown = given): Keys | Form {
    const schema = referred(given, root);
    if (!isRecord(schema)) {
        return "any";
    }
    const properties = isRecord(schema["properties"]) ? Object.entries(schema["properties"]) : [];
    if (properties.length > 0) {
        return Object.fromEntries(properties.map(([key, inner]) => [key, keysOfSchema(inner, root)]));
    }
    const types = [schema["type"] ?? []].flat().map(String);
    const form = types.length === 0 ? "any" : types.map((type) => FORMS[type] ?? type).join("|");
    return bounded(schema, form);
}

function isBounded(keys: Keys | Form): keys is Bounded {
    return typeof keys === "object" && "$form" in keys;
}

/** What a schema says, and beneath its maps, which it leaves free, what the defaults have in them. */
export function refined(schema: Keys | Form, defaults: Keys | Form): Keys | Form {
    if (typeof defaults === "string" || isBounded(defaults) || isBounded(schema)) {
        return schema;
    }
    if (typeof schema === "string") {
        return schema.split("|").includes("map") ? defaults : schema;
    }
    const names = [...new Set([...Object.keys(schema), ...Object.keys(defaults)])];
    return Object.fromEntries(
        names.map((name) => {
            const known = schema[name] ?? defaults[name] ?? "any";
            return [name, refined(known, defaults[name] ?? known)];
        }),
    );
}
