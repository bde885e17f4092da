import { COMPUTED, Secret } from "../../tools/plan/values.ts";

/** Where something stands in an object: names of fields, numbers in lists. */
export type Path = readonly (string | number)[];

interface Visit {
    readonly path: Path;
    readonly value: object;
    readonly read: ReadonlySet<string>;
}

/** Plain data and lists; a marker is neither. */
function isStructure(value: unknown): value is object {
    return typeof value === "object" && value !== null && value !== COMPUTED;
}

function revealed(value: unknown): unknown {
    return value instanceof Secret ? revealed(value.reveal()) : value;
}

/** Shows an object to somebody and notes which of its fields they ask for. Secrets are shown as what they hide. */
export class FieldWatch {
    readonly #visits: Visit[] = [];

    /** What to hand over in the place of `value`. */
    show(value: unknown, path: Path = []): unknown {
        const shown = revealed(value);
        if (!isStructure(shown)) {
            return shown;
        }
        const read = new Set<string>();
        const isList = Array.isArray(shown);
        if (!isList) {
            this.#visits.push({ path, value: shown, read });
        }
        const inner = new Map<string, unknown>();
        return new Proxy(shown, {
            get: (target, key) => {
                if (typeof key === "symbol") {
                    return Reflect.get(target, key);
                }
                read.add(key);
                if (!Object.hasOwn(target, key) || (isList && key === "length")) {
                    return Reflect.get(target, key);
                }
                if (!inner.has(key)) {
                    const at = isList ? Number(key) : key;
                    inner.set(key, this.show(Reflect.get(target, key), [...path, at]));
                }
                return inner.get(key);
            },
        });
    }

    /**
     * Fields that nobody asked for, in objects of which somebody asked for some field. One that nobody looks into is
     * free in its form.
     */
    unread(): readonly Path[] {
        return this.#visits
            .filter(({ read }) => read.size > 0)
            .flatMap(({ path, value, read }) =>
                Object.entries(value)
                    .filter(([key, inner]) => inner !== undefined && !read.has(key))
                    .map(([key]) => [...path, key]),
            );
    }
}

/** What stands at a path; what is unknown, or hidden by an unknown value above it, is COMPUTED. */
export function valueAt(root: unknown, path: Path): unknown {
    let current = revealed(root);
    for (const key of path) {
        if (!isStructure(current)) {
            return current === COMPUTED ? COMPUTED : undefined;
        }
        current = revealed(Reflect.get(current, key));
    }
    return current;
}

/** Whether anything in a value is unknown. */
export function hasUnknown(value: unknown): boolean {
    const shown = revealed(value);
    return shown === COMPUTED || (isStructure(shown) && Object.values(shown).some(hasUnknown));
}
