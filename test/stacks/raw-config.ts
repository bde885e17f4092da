import path from "node:path";
import { parseConfig, type RawConfig, type StackConfig } from "../../stacks/config.ts";
import { readStack } from "../../tools/plan/stack-files.ts";

/** The repository's root, where the stacks' files are. */
const ROOT = path.join(import.meta.dirname, "../..");

const read = new Map<string, RawConfig>();

/** The configuration of one of the repository's own stacks, as the program gets it. Read once a run. */
export function rawConfig(stack: "prod" | "staging" | "local"): RawConfig {
    const config = read.get(stack) ?? readStack(ROOT, stack).config;
    read.set(stack, config);
    return config;
}

/** The same, read and checked as the program does. */
export function stackConfig(stack: "prod" | "staging" | "local"): StackConfig {
    return parseConfig(rawConfig(stack), "data-platform");
}
