import path from "node:path";
import type { RawConfig } from "../../stacks/config.ts";
import { readStack } from "../../tools/plan/stack-files.ts";

/** The repository's root, where the stacks' files are. */
const ROOT = path.join(import.meta.dirname, "../..");

/** The configuration of one of the repository's own stacks, as the program gets it. */
export function rawConfig(stack: "prod" | "staging" | "local"): RawConfig {
    return readStack(ROOT, stack).config;
}
