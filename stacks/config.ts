import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { ArgumentError, type Problem, Problems } from "../components/support/errors.ts";
import { checkAcross } from "./config/checks.ts";
import { problemsOf, unknownKey, valueAt } from "./config/issues.ts";
import { refusePlaceholders } from "./config/placeholders.ts";
import { type EksConfig, type KubeconfigConfig, schemas, targetSchema } from "./config/schema.ts";

export type {
    EksConfig,
    ExternalKafkaConfig,
    InClusterDatabaseConfig,
    InClusterKafkaConfig,
    KubeconfigConfig,
    RdsConfig,
} from "./config/schema.ts";

/** A stack's configuration, valid as a whole. `target` says what it runs on. */
export type StackConfig = EksConfig | KubeconfigConfig;

/** Configuration as Pulumi hands it to a program: by full key; objects and lists are JSON. */
export type RawConfig = Readonly<Record<string, string>>;

/** What stands in the provider's own configuration, so that it is set once, and so that the provider checks it. */
export const PROVIDER_KEYS: Readonly<Record<string, string>> = {
    region: "aws:region",
    account: "aws:allowedAccountIds",
};

/** Shown in place of a value that is encrypted. */
const SECRET = "[secret]";

/** A problem of an encrypted value; one that stands in for it, as in an offline plan, has no other. */
function hidden(problem: Problem): Problem {
    return problem.value === SECRET
        ? {
              field: problem.field,
              value: SECRET,
              reason: "it is encrypted, and without the passphrase it cannot be read here",
              fix: "Nothing of this configuration is a secret: set it with pulumi config set --plaintext",
          }
        : { ...problem, value: SECRET };
}

function decode(text: string | undefined): unknown {
    if (text === undefined || !/^[[{]/.test(text)) {
        return text;
    }
    try {
        return JSON.parse(text);
    } catch {
        return text;
    }
}

/** The values by the key of their section. */
function sectionsOf(raw: RawConfig, project: string): Map<string, unknown> {
    const prefix = `${project}:`;
    const own = Object.entries(raw).filter(([key]) => key.startsWith(prefix));
    return new Map(own.map(([key, text]) => [key.slice(prefix.length), decode(text)]));
}

/**
 * Parses a section, and once more without its unknown keys, because zod runs no check of a whole object that has some.
 *
 * @returns every issue, and the data if there is no other issue than unknown keys
 */
function parseSection(schema: z.ZodType, value: unknown): { data?: unknown; issues: readonly z.core.$ZodIssue[] } {
    const first = schema.safeParse(value);
    if (first.success) {
        return { data: first.data, issues: [] };
    }
    const unknown = first.error.issues.filter((issue) => issue.code === "unrecognized_keys");
    if (unknown.length === 0) {
        return { issues: first.error.issues };
    }
    const known = structuredClone(value);
    for (const { path, keys } of unknown) {
        const owner = valueAt(known, path);
        keys.forEach((key) => typeof owner === "object" && owner !== null && Reflect.deleteProperty(owner, key));
    }
    const second = schema.safeParse(known);
    return { data: second.data, issues: [...unknown, ...(second.error?.issues ?? [])] };
}

/**
 * Checks a stack's configuration and gives it its types.
 *
 * @param raw every configuration value by its full key, `data-platform:network`
 * @param project the name in front of our own keys
 * @param isSecret whether a key's value must not be shown
 * @throws {ArgumentError} with every problem that was found, each with the full key, the value, the reason and the fix
 */
export function parseConfig(raw: RawConfig, project: string, isSecret = (_key: string): boolean => false): StackConfig {
    const given = sectionsOf(raw, project);
    const schema = given.get("target") === "kubeconfig" ? schemas.kubeconfig : schemas.eks;
    const shape: Readonly<Record<string, z.ZodType>> = { ...schema.shape, target: targetSchema };
    const fullKey = (key: string): string => PROVIDER_KEYS[key] ?? `${project}:${key}`;
    const ownKeys = Object.keys(shape).filter((key) => !(key in PROVIDER_KEYS));

    const unknown = [...given.keys()].filter((key) => !ownKeys.includes(key));
    const found: Problem[] = unknown.map((key) => unknownKey(fullKey(key), given.get(key), key, ownKeys));
    const valid: Record<string, unknown> = {};
    for (const [key, field] of Object.entries(shape)) {
        const value = key in PROVIDER_KEYS ? decode(raw[fullKey(key)]) : given.get(key);
        const { data, issues } = parseSection(field, value);
        found.push(...problemsOf(issues, fullKey(key), value));
        valid[key] = data;
    }

    const across = new Problems();
    checkAcross(across, valid);
    found.push(...across.found.map((problem) => ({ ...problem, field: `${project}:${problem.field}` })));
    if (found.length > 0) {
        throw new ArgumentError(
            "Configuration",
            found.map((problem) => (isSecret(problem.field) ? hidden(problem) : problem)),
        );
    }
    return valid as unknown as StackConfig;
}

/**
 * Reads the configuration of the stack that this program runs for. Nothing else reads it.
 *
 * @throws {ArgumentError} as {@link parseConfig}; in an update also for images that only stand for the team's own
 */
export function readConfig(): StackConfig {
    // Not in the SDK's declarations; without it a secret under a wrong key would be printed.
    const { isConfigSecret } = pulumi.runtime as { isConfigSecret?: (key: string) => boolean };
    const isSecret = (field: string): boolean => isConfigSecret?.(field.split(/[.[]/)[0] ?? field) ?? false;
    const config = parseConfig(pulumi.runtime.allConfig(), pulumi.getProject(), isSecret);
    if (!pulumi.runtime.isDryRun()) {
        refusePlaceholders(config, pulumi.getProject());
    }
    return config;
}
