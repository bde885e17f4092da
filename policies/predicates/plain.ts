/** Stands where a value is not known yet: during a preview, many are outputs of resources that do not exist. */
export const UNKNOWN: unique symbol = Symbol("unknown");

/** A resource's properties as plain data, in which any value may be {@link UNKNOWN}. */
export type Plain =
    | string
    | number
    | boolean
    | null
    | undefined
    | typeof UNKNOWN
    | readonly Plain[]
    | { readonly [key: string]: Plain };

/** An object of {@link Plain} values. */
export type PlainObject = { readonly [key: string]: Plain };

/** True when `value` is an object, not a list, a scalar or unknown. */
export function isObject(value: Plain): value is PlainObject {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The value at `path`. {@link UNKNOWN} when the value or anything on the way to it is not known; `undefined` when it is
 * absent.
 */
export function at(value: Plain, ...path: readonly string[]): Plain {
    let current = value;
    for (const key of path) {
        if (current === UNKNOWN) {
            return UNKNOWN;
        }
        if (!isObject(current)) {
            return undefined;
        }
        current = Object.hasOwn(current, key) ? current[key] : undefined;
    }
    return current ?? undefined;
}

/** True when something stands at `path`, known or not. False when it is not known whether anything does. */
export function has(value: Plain, ...path: readonly string[]): boolean {
    const parent = at(value, ...path.slice(0, -1));
    return isObject(parent) && at(parent, ...path.slice(-1)) !== undefined;
}

/** The string at `path`; `undefined` when it is absent, of another type or not known. */
export function text(value: Plain, ...path: readonly string[]): string | undefined {
    const found = at(value, ...path);
    return typeof found === "string" ? found : undefined;
}

/** The members of the list at `path`; none when it is absent, not a list or not known. */
export function list(value: Plain, ...path: readonly string[]): readonly Plain[] {
    const found = at(value, ...path);
    return Array.isArray(found) ? found : [];
}

/** The strings in the list at `path`, without members that are not known. */
export function texts(value: Plain, ...path: readonly string[]): readonly string[] {
    return list(value, ...path).filter((member) => typeof member === "string");
}

/** A value as messages print it. */
export function show(value: Plain): string {
    return value === UNKNOWN ? "(not known yet)" : (JSON.stringify(value) ?? "nothing");
}

/** The entries of the object at `path`; none when it is absent, not an object or not known. */
export function entries(value: Plain, ...path: readonly string[]): readonly (readonly [string, Plain])[] {
    const found = at(value, ...path);
    return isObject(found) ? Object.entries(found) : [];
}
