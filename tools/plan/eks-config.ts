import { type EksConfig, parseConfig } from "../../stacks/config.ts";
import type { StackFiles } from "./stack-files.ts";

/**
 * The configuration of a stack that makes its own cluster, as the program has read it: what the pools typically are, no
 * resource says.
 *
 * @returns undefined for a stack on a cluster that is there, and for the program of another project
 */
export function eksConfigOf({ project, config }: StackFiles): EksConfig | undefined {
    if (config[`${project}:target`] !== "eks") {
        return undefined;
    }
    const parsed = parseConfig(config, project);
    return parsed.target === "eks" ? parsed : undefined;
}
