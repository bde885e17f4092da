import * as pulumi from "@pulumi/pulumi";
import { STORAGE_CLASS_ANNOTATION } from "../specs/claim.ts";
import { describeProblem, type Problem } from "./errors.ts";

/** A claim's inputs, as far as the guard reads them; anything may be missing or not known yet. */
interface ClaimInputs {
    readonly metadata?: { readonly name?: unknown; readonly annotations?: Readonly<Record<string, unknown>> };
    readonly spec?: { readonly resources?: { readonly requests?: Readonly<Record<string, unknown>> } };
}

const UNIT_GIB: Readonly<Record<string, number>> = { Gi: 1, Ti: 1024 };

function gib(size: unknown): number | undefined {
    const match = typeof size === "string" ? /^(\d+)(Gi|Ti)$/.exec(size) : null;
    const unit = UNIT_GIB[match?.[2] ?? ""];
    return unit === undefined ? undefined : Number(match?.[1]) * unit;
}

/**
 * What is wrong with changing one claim into another: EBS volumes do not shrink, and the class of a claim is immutable.
 *
 * @returns undefined if it can be done
 */
export function claimChangeProblem(before: ClaimInputs, after: ClaimInputs): Problem | undefined {
    const oldSize = before.spec?.resources?.requests?.["storage"];
    const newSize = after.spec?.resources?.requests?.["storage"];
    const [from, to] = [gib(oldSize), gib(newSize)];
    if (from !== undefined && to !== undefined && to < from) {
        return {
            field: "volumes.size",
            value: newSize,
            reason: `the volume has ${String(oldSize)}, and EBS volumes do not shrink`,
            fix: `Set it back to "${String(oldSize)}", or add a smaller volume under another name and move the data`,
        };
    }
    const oldClass = before.metadata?.annotations?.[STORAGE_CLASS_ANNOTATION];
    const newClass = after.metadata?.annotations?.[STORAGE_CLASS_ANNOTATION];
    if (typeof oldClass === "string" && typeof newClass === "string" && oldClass !== newClass) {
        return {
            field: "volumes.storageClass",
            value: newClass,
            reason: `the volume was made by class ${oldClass}, and the class of a claim cannot change`,
            fix: `Set it back to "${oldClass}", use attributesClass for IOPS and throughput, or restore a snapshot into a volume under another name`,
        };
    }
    return undefined;
}

/** A hook that refuses, in the preview already, what a volume cannot do. */
export function claimGuard(name: string): pulumi.ResourceHook {
    return new pulumi.ResourceHook(
        `${name}-claims`,
        (change) => {
            const problem = claimChangeProblem(change.oldInputs ?? {}, change.newInputs ?? {});
            if (problem !== undefined) {
                throw new Error(`OrderedStatefulService "${name}", claim ${change.name}: ${describeProblem(problem)}`);
            }
        },
        { onDryRun: true },
    );
}
