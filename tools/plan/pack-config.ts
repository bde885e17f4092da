import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { nearest } from "../../stacks/config/nearest.ts";
import { Refusal } from "./errors.ts";
import { isRecord } from "./project-config.ts";

/** How hard a policy is enforced, in the engine's words. */
export type EnforcementLevel = "advisory" | "mandatory" | "disabled" | "remediate";

const LEVELS: readonly string[] = ["advisory", "mandatory", "disabled", "remediate"];

/** A policy as its pack announces it. */
export interface PolicyInfo {
    readonly name: string;
    readonly level: EnforcementLevel;
    /** Judges resources together, after all of them are known. */
    readonly wholeStack: boolean;
    /** What its author advises to do about a violation, or "". */
    readonly remediationSteps: string;
    /** Defaults of its own configuration, from its schema. */
    readonly defaults: Readonly<Record<string, unknown>>;
    /** Names that its configuration must have. */
    readonly required: readonly string[];
}

/** What a policy is configured with. */
export interface PolicySettings {
    readonly level: EnforcementLevel;
    readonly properties: Readonly<Record<string, unknown>>;
}

/** Name and content of the pack's configuration for a stack. */
export interface PackConfigFile {
    /** Relative to the pack: `config/prod.json`. */
    readonly name: string;
    readonly content: Readonly<Record<string, unknown>>;
}

/**
 * Reads `config/STACK.json` of a pack, the file that `--policy-pack-config` is given.
 *
 * @returns undefined if there is none: every policy then has the level that it was written with
 * @throws {Refusal} if it is not a JSON object
 */
export function readPackConfig(pack: string, stack: string): PackConfigFile | undefined {
    const name = join("config", `${stack}.json`);
    if (!existsSync(join(pack, name))) {
        return undefined;
    }
    try {
        const content: unknown = JSON.parse(readFileSync(join(pack, name), "utf8"));
        if (isRecord(content)) {
            return { name, content };
        }
    } catch (error) {
        throw new Refusal([`policies/${name}: ${error instanceof Error ? error.message : String(error)}`]);
    }
    throw new Refusal([`policies/${name}: it is not a JSON object. Write {"POLICY": "mandatory"}.`]);
}

function isLevel(value: unknown): value is EnforcementLevel {
    return typeof value === "string" && LEVELS.includes(value);
}

function settingsOf(value: unknown): { readonly level: unknown; readonly properties: Record<string, unknown> } {
    if (!isRecord(value)) {
        return { level: value, properties: {} };
    }
    const { enforcementLevel, ...properties } = value;
    return { level: enforcementLevel, properties };
}

function unknownPolicy(name: string, policies: readonly PolicyInfo[]): string {
    const names = policies.map((policy) => policy.name);
    const meant = nearest(name, names);
    const fix = meant === undefined ? `The policies are ${names.join(", ")}.` : `Did you mean ${meant}?`;
    return `${name}: the pack has no such policy. ${fix}`;
}

/**
 * What each policy is configured with, as the engine reconciles it: the level in the file, or its `all`, or the
 * policy's own; properties from the file over the defaults of the policy's schema.
 *
 * @throws {Refusal} with every entry that names no policy, no level, or leaves out what a policy requires
 */
export function reconcile(
    policies: readonly PolicyInfo[],
    file: PackConfigFile | undefined,
): ReadonlyMap<string, PolicySettings> {
    const content = file?.content ?? {};
    const where = `policies/${file?.name ?? "config"}`;
    const problems: string[] = [];
    const names = new Set(policies.map((policy) => policy.name));
    for (const [name, value] of Object.entries(content)) {
        const { level } = settingsOf(value);
        if (name !== "all" && !names.has(name)) {
            problems.push(`${where}, ${unknownPolicy(name, policies)}`);
        } else if (level !== undefined && !isLevel(level)) {
            const got = JSON.stringify(level);
            problems.push(
                `${where}, ${name}: got ${got}; that is no enforcement level. Use one of ${LEVELS.join(", ")}.`,
            );
        }
    }
    const { level: all } = settingsOf(content["all"]);
    const result = new Map<string, PolicySettings>();
    for (const policy of policies) {
        const own = settingsOf(content[policy.name]);
        const level = [own.level, all].find(isLevel) ?? policy.level;
        const properties = { ...policy.defaults, ...own.properties };
        for (const name of policy.required) {
            if (level !== "disabled" && properties[name] === undefined) {
                problems.push(`${where}, ${policy.name}.${name}: got nothing; the policy requires it. Set it.`);
            }
        }
        result.set(policy.name, { level, properties });
    }
    if (problems.length > 0) {
        throw new Refusal(problems);
    }
    return result;
}
