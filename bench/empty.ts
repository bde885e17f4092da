/** A stack without resources that imports what the real one does: what a plan costs before it plans anything. */
import "../stacks/config.ts";
import "../stacks/eks-stack.ts";
