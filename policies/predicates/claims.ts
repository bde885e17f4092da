import { at, type Plain, text, UNKNOWN } from "./plain.ts";
import { sameNamespace } from "./selector.ts";
import { modesAreShared } from "./volumes.ts";

interface SeenClaim {
    readonly name: string;
    readonly claim: Plain;
    readonly isShared: boolean;
}

/**
 * Remembers the access modes of the claims of one run. A resource policy sees one resource at a time, but the engine
 * registers a claim before what depends on it.
 */
export class ClaimRegister {
    readonly #seen: SeenClaim[] = [];

    /** Notes a PersistentVolumeClaim. One whose name or modes are not known teaches nothing. */
    note(claim: Plain): void {
        const name = text(claim, "metadata", "name");
        const modes = at(claim, "spec", "accessModes");
        if (name !== undefined && modes !== undefined && modes !== UNKNOWN) {
            this.#seen.push({ name, claim, isShared: modesAreShared(modes) });
        }
    }

    /**
     * Whether the claim `name`, used by `workload`, may be mounted by many: `undefined` when no such claim was seen. A
     * namespace that is not known matches every namespace; if what matches disagrees, the claim is not shared.
     */
    isShared(workload: Plain, name: string | undefined): boolean | undefined {
        const matching = this.#seen.filter(
            (seen) => seen.name === name && sameNamespace(seen.claim, workload) !== false,
        );
        return matching.length === 0 ? undefined : matching.every((claim) => claim.isShared);
    }
}
