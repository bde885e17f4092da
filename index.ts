import { readConfig } from "./stacks/config.ts";
import { buildStack } from "./stacks/eks-stack.ts";

/** The stack's outputs. */
export default buildStack(readConfig());
