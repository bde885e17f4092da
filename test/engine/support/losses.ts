import type { OpType } from "@pulumi/pulumi/automation/index.js";
import type { Run, Step } from "./run.ts";

/** What keeps data, or what others cannot be without. */
const STATEFUL = /:(StatefulSet|PersistentVolumeClaim|PersistentVolume|Namespace)$/;
const CLAIM = /:PersistentVolumeClaim$/;

const REPLACING: ReadonlySet<OpType> = new Set([
    "replace",
    "create-replacement",
    "delete-replaced",
    "discard-replaced",
    "import-replacement",
    "read-replacement",
    "remove-pending-replace",
]);

function loses({ type, op, retained }: Step): boolean {
    return (STATEFUL.test(type) && REPLACING.has(op)) || (CLAIM.test(type) && op === "delete" && !retained);
}

/** Steps that replace something stateful, or delete a claim in earnest. */
export function losses(runs: readonly Run[]): readonly Step[] {
    return runs.flatMap(({ steps }) => steps.filter(loses));
}
