/**
 * Judges Kubernetes objects and custom resources by the JSON schemas of kubernetes-models and its sister packages.
 *
 * The packages carry their schemas compiled to validators, and these accept fields that the schema does not have: a
 * misspelt one is as good as none. So the validator gets the object to read through a {@link FieldWatch}: a field that
 * it did not ask for, in an object of whose fields it asked for any, is not in the schema.
 */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { COMPUTED } from "../../tools/plan/values.ts";
import { FieldWatch, hasUnknown, type Path, valueAt } from "./field-watch.ts";
import { ownModel } from "./own-models.ts";

/** An object as it is sent to the API server; unknown values and secrets may stand anywhere in it. */
export interface ApiObject {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata?: unknown;
}

/** An error of the validators, as ajv writes it. */
interface SchemaError {
    readonly instancePath: string;
    readonly keyword: string;
    readonly message?: string;
}

interface Model {
    readonly prototype: { validate(this: unknown): void };
}

/** Folders with a file for each kind, by group, version and name. */
const FOLDERS = [
    import.meta.resolve("kubernetes-models"),
    import.meta.resolve("@kubernetes-models/prometheus-operator"),
    import.meta.resolve("@kubernetes-models/keda"),
    import.meta.resolve("@kubernetes-models/karpenter"),
].map((entry) => dirname(fileURLToPath(entry)));

/** Longest excerpt of a wrong value that a message repeats. */
const EXCERPT = 80;

const require = createRequire(import.meta.url);
const models = new Map<string, Model | undefined>();

function findModel({ apiVersion, kind }: ApiObject): Model | undefined {
    // These packages may only be imported, and an import does not answer at once; a required file does.
    const file = FOLDERS.map((folder) => join(folder, apiVersion, `${kind}.js`)).find(existsSync);
    return file === undefined ? ownModel(`${apiVersion} ${kind}`) : require(file)[kind];
}

function kindOf({ apiVersion, kind }: ApiObject): string {
    return `${apiVersion} ${kind}`;
}

function modelOf(object: ApiObject): Model | undefined {
    const kind = kindOf(object);
    if (!models.has(kind)) {
        models.set(kind, findModel(object));
    }
    return models.get(kind);
}

function errorsOf(model: Model, shown: unknown): readonly SchemaError[] {
    try {
        model.prototype.validate.call(shown);
        return [];
    } catch (error) {
        if (error instanceof Error && "errors" in error && Array.isArray(error.errors)) {
            return error.errors;
        }
        throw error;
    }
}

/** Reads a JSON pointer (RFC 6901). */
function pathOf(pointer: string): Path {
    return pointer
        .split("/")
        .slice(1)
        .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** An unknown value may turn out to be what the schema wants. */
function cannotBeTold(object: ApiObject, error: SchemaError): boolean {
    const value = valueAt(object, pathOf(error.instancePath));
    return value === COMPUTED || (["oneOf", "anyOf", "not", "if"].includes(error.keyword) && hasUnknown(value));
}

function written(path: Path): string {
    const text = path.map((key) => (/^\d+$/.test(String(key)) ? `[${key}]` : `.${key}`)).join("");
    return text === "" ? "the object" : text.replace(/^\./, "");
}

function described(object: ApiObject, path: Path, reasons: readonly string[]): string {
    const value = JSON.stringify(valueAt(object, path)) ?? "nothing";
    const shown = value.length > EXCERPT ? `${value.slice(0, EXCERPT)}…` : value;
    return `${written(path)}: got ${shown}; ${reasons.join("; ")}`;
}

/**
 * What is wrong with an object by its schema: wrong types and values, what is missing, and fields that there are not.
 *
 * @returns one line for each field: its path, its value, every reason; nothing if it is valid
 * @throws {assert.AssertionError} if no package has a schema of its kind
 */
export function schemaProblems(object: ApiObject): readonly string[] {
    const model = modelOf(object);
    assert.ok(model !== undefined, `no package has a schema of ${kindOf(object)}`);
    const watch = new FieldWatch();
    const reasons = new Map<string, string[]>();
    for (const error of errorsOf(model, watch.show(object))) {
        if (!cannotBeTold(object, error)) {
            const found = reasons.get(error.instancePath) ?? [];
            reasons.set(error.instancePath, [...found, error.message ?? error.keyword]);
        }
    }
    return [
        ...[...reasons].map(([pointer, why]) => described(object, pathOf(pointer), why)),
        ...watch.unread().map((path) => described(object, path, ["there is no such field"])),
    ];
}

function nameOf(object: ApiObject): string {
    const name = valueAt(object, ["metadata", "name"]);
    return typeof name === "string" ? name : "without a name";
}

/**
 * Fails unless an object is valid by the closed schema of its kind. Unknown values are valid anywhere.
 *
 * @throws {assert.AssertionError} listing path, value and reason of everything that is wrong
 */
export function assertValid(object: ApiObject): void {
    const problems = schemaProblems(object);
    assert.ok(problems.length === 0, `${object.kind} ${nameOf(object)}:\n  ${problems.join("\n  ")}`);
}

/** The kinds among some objects that no package has a schema of, each once: `example.com/v1 Thing`. */
export function kindsWithoutSchema(objects: readonly ApiObject[]): readonly string[] {
    const without = objects.filter((object) => modelOf(object) === undefined);
    return [...new Set(without.map(kindOf))].toSorted();
}
