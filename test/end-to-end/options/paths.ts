import { isRecord } from "../../../tools/plan/project-config.ts";

/** Sections of a configuration by their key. */
export type Sections = Readonly<Record<string, unknown>>;

/** `sparkApplications.KEY.dataBuckets[].name` → what to ask for, one after another. */
function stepsOf(path: string): readonly string[] {
    return path.replaceAll("[]", ".[]").split(".");
}

/** The key that a step means in what is there: of a map or list the first. */
function keyOf(owner: unknown, step: string): string {
    return step === "[]" ? "0" : step === "KEY" && isRecord(owner) ? (Object.keys(owner)[0] ?? step) : step;
}

function follow(sections: Sections, steps: readonly string[]): unknown {
    return steps.reduce<unknown>(
        (owner, step) =>
            typeof owner === "object" && owner !== null ? Reflect.get(owner, keyOf(owner, step)) : undefined,
        sections,
    );
}

/** The value at a path, of maps and lists the first entry's; undefined if there is none. */
export function valueAt(sections: Sections, path: string): unknown {
    return follow(sections, stepsOf(path));
}

/**
 * Sections with another value at a path; undefined takes it away.
 *
 * @throws {Error} if nothing is there that could have it
 */
export function withValue(sections: Sections, path: string, value: unknown): Sections {
    const copy = structuredClone(sections);
    const steps = stepsOf(path);
    const owner = follow(copy, steps.slice(0, -1));
    if (typeof owner !== "object" || owner === null) {
        throw new Error(`${path}: the stack has nothing that could have it; the table has to say what it starts from`);
    }
    const key = keyOf(owner, steps.at(-1) ?? "");
    if (value === undefined) {
        Reflect.deleteProperty(owner, key);
    } else {
        Reflect.set(owner, key, value);
    }
    return copy;
}
