/** Holds values that are given to a chart against the record of those that it takes. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Bounded, Keys } from "../../tools/chart-values/keys.ts";
import { COMPUTED, Secret } from "../../tools/plan/values.ts";

/** What `tools/chart-values.ts` wrote about a chart. */
export interface ChartRecord {
    readonly chart: string;
    readonly version: string;
    readonly source: string;
    /** Versions of dependencies by key; their values have records of their own. */
    readonly subcharts: Readonly<Record<string, string>>;
    /** Maps that take any keys, although the defaults have some. */
    readonly free: readonly string[];
    /** Keys that the templates read and the defaults leave out. */
    readonly also: readonly string[];
    readonly keys: Keys;
}

const FOLDER = join(import.meta.dirname, "../stacks/platform/values");

let all: ReadonlyMap<string, ChartRecord> | undefined;

/** All records, by chart. */
export function chartRecords(): ReadonlyMap<string, ChartRecord> {
    all ??= new Map(
        readdirSync(FOLDER)
            .filter((file) => file.endsWith(".json"))
            .map((file): ChartRecord => JSON.parse(readFileSync(join(FOLDER, file), "utf8")))
            .map((record) => [record.chart, record]),
    );
    return all;
}

type Known = Keys[string] | undefined;

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
    return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Secret);
}

function isBounded(known: Keys | Bounded): known is Bounded {
    return "$form" in known;
}

function formOf(value: unknown): string {
    return Array.isArray(value) ? "list" : isMap(value) ? "map" : value === null ? "null" : typeof value;
}

function leafProblems(value: unknown, form: string, path: string): readonly string[] {
    const forms = form.split("|");
    return forms.includes("any") || forms.includes(formOf(value))
        ? []
        : [`${path}: got ${JSON.stringify(value)}; the chart takes ${forms.join(" or ")}`];
}

function boundProblems(value: unknown, { $oneOf, $min, $max }: Bounded, path: string): readonly string[] {
    const outside =
        ($oneOf !== undefined && !$oneOf.includes(value)) ||
        (typeof value === "number" && (value < ($min ?? value) || value > ($max ?? value)));
    return outside ? [`${path}: got ${JSON.stringify(value)}; the chart's schema does not allow it`] : [];
}

/** What a record knows beneath a key, that of a dependency of the same name included. */
function inside(record: ChartRecord, keys: Keys, key: string, path: string): Known {
    const version = path === key ? record.subcharts[key] : undefined;
    const own = Object.hasOwn(keys, key) ? keys[key] : undefined;
    if (version === undefined) {
        return own;
    }
    const dependency = chartRecords().get(key);
    if (dependency?.version !== version) {
        throw new Error(`${record.chart} has ${key} ${version}, and ${dependency?.version} is recorded`);
    }
    return own === undefined || typeof own === "string" ? dependency.keys : merged(own, dependency.keys);
}

function merged(one: Keys | Bounded, other: Keys): Keys {
    const both = { ...other, ...one } as Record<string, Keys[string]>;
    for (const [key, value] of Object.entries(other)) {
        const own = (one as Keys)[key];
        if (isMap(own) && isMap(value)) {
            both[key] = merged(own, value);
        } else if (isMap(value)) {
            both[key] = value;
        }
    }
    return both;
}

function problemsIn(record: ChartRecord, value: unknown, known: Known, path: string): readonly string[] {
    if (value === undefined || record.free.includes(path) || record.also.includes(path)) {
        return [];
    }
    if (known === undefined) {
        const passes = record.also.some((key) => key.startsWith(`${path}.`)) && isMap(value);
        return passes
            ? Object.entries(value).flatMap(([key, inner]) => problemsIn(record, inner, undefined, `${path}.${key}`))
            : [`${path}: the chart has no such value`];
    }
    if (value === COMPUTED || value instanceof Secret) {
        return [];
    }
    if (typeof known === "string") {
        return leafProblems(value, known, path);
    }
    if (isBounded(known)) {
        return [...leafProblems(value, known.$form, path), ...boundProblems(value, known, path)];
    }
    if (!isMap(value)) {
        return [`${path}: got ${JSON.stringify(value)}; the chart has keys beneath it`];
    }
    return Object.entries(value).flatMap(([key, inner]) => {
        const at = path === "" ? key : `${path}.${key}`;
        return problemsIn(record, inner, inside(record, known, key, at), at);
    });
}

/**
 * Keys that a chart does not have, and values of another form than it takes. Beneath maps and lists of free form nothing is
 * looked at; unknown values are right anywhere.
 */
export function valueProblems(record: ChartRecord, values: unknown): readonly string[] {
    return problemsIn(record, values, record.keys, "");
}
