import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { parseConfig } from "../../stacks/config.ts";
import { buildStack } from "../../stacks/eks-stack.ts";
import type { Capacity } from "../../tools/plan/capacity.ts";
import { assumed } from "../../tools/plan/cost/assumptions.ts";
import type { Cost } from "../../tools/plan/cost.ts";
import { unjudgedPlan } from "../../tools/plan/model.ts";
import { readStack } from "../../tools/plan/stack-files.ts";
import { collect } from "../support/mocks.ts";

/** The repository's root. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** What `npm run plan` counts, as far as documents speak of it. */
export interface Counted {
    readonly cost: Cost;
    readonly capacity: Capacity;
}

/**
 * Counts what a stack on EKS costs and what fits on its nodes, as `npm run plan` does, without the policies' verdicts.
 *
 * @param over as `--with`, from the repository's root
 * @param settings as `--assume`
 */
export async function counted(stack: string, over?: string, settings: readonly string[] = []): Promise<Counted> {
    const files = readStack(ROOT, stack, over && `${ROOT}${over}`);
    const resources = await collect(() => {
        buildStack(parseConfig(files.config, files.project));
    });
    const { cost, capacity } = unjudgedPlan(files, resources, [], { assumed: assumed(settings) });
    assert.ok(cost !== undefined && capacity !== undefined);
    return { cost, capacity };
}

/** Holds an amount of a document to one that was counted: to a twentieth, because prices are looked up anew at times. */
export function assertAmount(written: string, amount: number, what: string): void {
    const dollars = Number(written.replace("−", "-").replaceAll(/[+$,]/g, ""));
    const difference = Math.abs(dollars - amount);
    assert.ok(difference <= Math.max(1, Math.abs(amount) / 20), `${what}: ${written}, counted ${amount.toFixed(0)}`);
}
