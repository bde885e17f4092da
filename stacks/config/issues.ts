import type { z } from "zod";
import type { Problem } from "../../components/support/errors.ts";
import { nearest } from "./nearest.ts";

type Issue = z.core.$ZodIssue;

/** Writes a path as `pulumi config set --path` takes it: `network.zones[1]`. */
function pathOf(path: readonly PropertyKey[]): string {
    return path.reduce<string>((text, key) => {
        if (typeof key === "number") {
            return `${text}[${key}]`;
        }
        return text === "" ? String(key) : `${text}.${String(key)}`;
    }, "");
}

/** The value that a path leads to, if it leads anywhere. */
export function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
    return path.reduce<unknown>(
        (value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined),
        root,
    );
}

/** Says what is wrong with a key that nothing reads. */
export function unknownKey(field: string, value: unknown, key: string, known: readonly string[]): Problem {
    const guess = nearest(key, known);
    return {
        field,
        value,
        reason: "nothing reads this key",
        fix:
            guess === undefined
                ? `Remove it; known here are ${known.join(", ")}`
                : `Did you mean "${guess}"? Rename it`,
    };
}

function oneOf(values: readonly unknown[], value: unknown): Pick<Problem, "reason" | "fix"> {
    const names = values.map(String);
    const guess = typeof value === "string" ? nearest(value, names) : undefined;
    const choices = names.map((name) => `"${name}"`).join(", ");
    return {
        reason: value === undefined ? "it is required" : `it is none of ${choices}`,
        fix:
            guess === undefined
                ? `Use ${names.length === 1 ? "" : "one of "}${choices}`
                : `Did you mean "${guess}"? Use it`,
    };
}

function describe(issue: Issue, field: string, value: unknown): Pick<Problem, "reason" | "fix"> {
    switch (issue.code) {
        case "invalid_type":
            return value === undefined
                ? { reason: "it is required", fix: `Set it with: pulumi config set --path '${field}' VALUE` }
                : { reason: `it has to be of type ${issue.expected}`, fix: `Write a value of type ${issue.expected}` };
        case "invalid_value":
            return oneOf(issue.values, value);
        case "invalid_union":
            return oneOf("options" in issue ? (issue.options ?? []) : [], value);
        case "too_small":
            return { reason: "it is empty", fix: `Give at least ${issue.minimum}` };
        case "too_big":
            return { reason: `it has more than ${issue.maximum}`, fix: `Give at most ${issue.maximum}` };
        case "custom":
            return { reason: String(issue.params?.["reason"]), fix: String(issue.params?.["fix"]) };
        // No schema here produces these.
        case "invalid_element":
        case "invalid_format":
        case "invalid_key":
        case "not_multiple_of":
        case "unrecognized_keys":
            return { reason: issue.message, fix: "Correct it" };
    }
}

/**
 * Turns what zod found into problems, one for each field or unknown key.
 *
 * @param prefix configuration key that `root` stands in
 * @param root the value that was parsed
 */
export function problemsOf(issues: readonly Issue[], prefix: string, root: unknown): Problem[] {
    return issues.flatMap((issue) => {
        const field = pathOf([prefix, ...issue.path]);
        const value = valueAt(root, issue.path);
        if (issue.code === "unrecognized_keys") {
            const known = issue.message.split(",");
            return issue.keys.map((key) => unknownKey(pathOf([field, key]), valueAt(value, [key]), key, known));
        }
        return [{ field, value, ...describe(issue, field, value) }];
    });
}
