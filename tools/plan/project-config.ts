import { Refusal } from "./errors.ts";

/** A value of the configuration, before it is handed over. */
export interface ConfigEntry {
    readonly value: unknown;
    /** Declared secret in the project's schema; an encrypted value is secret anyway. */
    readonly secret: boolean;
}

interface Declaration {
    readonly type: string | undefined;
    readonly fallback: unknown;
    readonly secret: boolean;
}

/** Whether a value is a mapping. */
export function isRecord(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Keys without a namespace are the project's own. */
function fullKey(project: string, key: string): string {
    return key.includes(":") ? key : `${project}:${key}`;
}

/** A declaration is a bare default, or an object with `type`, `default` or `value`, and `secret`. */
function declarationOf(declared: unknown): Declaration {
    if (!isRecord(declared)) {
        return { type: undefined, fallback: declared, secret: false };
    }
    return {
        type: typeof declared["type"] === "string" ? declared["type"] : undefined,
        fallback: declared["default"] ?? declared["value"],
        secret: declared["secret"] === true,
    };
}

const TYPE_CHECKS: Readonly<Record<string, (value: unknown) => boolean>> = {
    string: (value) => typeof value !== "object",
    boolean: (value) => typeof value === "boolean" || value === "true" || value === "false",
    integer: (value) => Number.isInteger(typeof value === "string" && value !== "" ? Number(value) : value),
    array: Array.isArray,
    object: isRecord,
};

function isEncrypted(value: unknown): boolean {
    return isRecord(value) && typeof value["secure"] === "string";
}

function problemOf(key: string, declaration: Declaration, value: unknown, stackFile: string): string | undefined {
    const { type } = declaration;
    if (value === undefined) {
        return `${key}: got nothing; ${stackFile} has no value and Pulumi.yaml no default. Set ${key} in ${stackFile}.`;
    }
    const fits = type === undefined ? undefined : TYPE_CHECKS[type];
    if (fits === undefined || isEncrypted(value) || fits(value)) {
        return undefined;
    }
    const shown = declaration.secret ? "a secret" : JSON.stringify(value);
    return `${key}: got ${shown}; Pulumi.yaml declares it as ${type}. Change its value in ${stackFile}.`;
}

/**
 * Joins a project's declared configuration with a stack's values, as the CLI does before it runs a program.
 *
 * @param project name of the project, the namespace of bare keys
 * @param declared `config` of Pulumi.yaml
 * @param own `config` of the stack's file
 * @param stackFile name of that file, for messages
 * @returns entries by full key, the declared ones first
 * @throws {Refusal} with every value that is missing or of another type than declared
 */
export function projectConfig(
    project: string,
    declared: unknown,
    own: unknown,
    stackFile: string,
): Map<string, ConfigEntry> {
    if (!isRecord(own)) {
        throw new Refusal([
            `${stackFile}, config: got ${JSON.stringify(own)}; it maps keys to values. Write KEY: VALUE.`,
        ]);
    }
    const values = new Map(Object.entries(own).map(([key, value]) => [fullKey(project, key), value]));
    const entries = new Map<string, ConfigEntry>();
    const problems: string[] = [];
    for (const [name, declaration] of Object.entries(isRecord(declared) ? declared : {})) {
        const key = fullKey(project, name);
        const { fallback, secret } = declarationOf(declaration);
        const value = values.get(key) ?? fallback;
        const problem = problemOf(key, declarationOf(declaration), value, stackFile);
        if (problem !== undefined) {
            problems.push(problem);
        }
        entries.set(key, { value, secret });
    }
    if (problems.length > 0) {
        throw new Refusal(problems);
    }
    for (const [key, value] of values) {
        entries.set(key, { value, secret: entries.get(key)?.secret ?? false });
    }
    return entries;
}
