import { readFileSync } from "node:fs";
import type { Cost } from "../cost.ts";
import { Misuse } from "../errors.ts";
import { isRecord } from "../project-config.ts";

/** The cost of another plan, and where it was read. */
export interface Baseline {
    readonly file: string;
    readonly stack: string;
    readonly cost: Cost;
}

/** How much more a stack costs a month than another: less, where it is negative. */
export interface CostDifference {
    readonly file: string;
    readonly stack: string;
    /** Items that differ; null where an item is not there, or has no price. */
    readonly items: readonly {
        readonly name: string;
        readonly before: number | null;
        readonly after: number | null;
    }[];
    readonly before: number;
    readonly after: number;
    readonly monthly: number;
    /** Assumptions with which the two are counted differently, so that not all of the difference is the stacks'. */
    readonly assumptions: readonly string[];
}

function isAmount(value: unknown): boolean {
    return value === null || typeof value === "number";
}

function isCost(value: unknown): value is Cost {
    return (
        isRecord(value) &&
        typeof value["monthly"] === "number" &&
        Array.isArray(value["items"]) &&
        value["items"].every((item) => isRecord(item) && typeof item["name"] === "string" && isAmount(item["monthly"]))
    );
}

function parsed(file: string): unknown {
    try {
        return JSON.parse(readFileSync(file, "utf8"));
    } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw new Misuse(`--compare ${file}: ${why}. Name a plan.json, as --out or --json writes it.`);
    }
}

/**
 * Reads the cost out of another plan's plan.json.
 *
 * @throws {Misuse} if the file is no plan.json, or its stack costs nothing that is known
 */
export function readBaseline(file: string): Baseline {
    const plan = parsed(file);
    const [stack, cost] = isRecord(plan) ? [plan["stack"], plan["cost"]] : [];
    if (typeof stack !== "string" || !isCost(cost)) {
        throw new Misuse(
            `--compare ${file}: it has no cost. Name the plan.json of a stack on EKS, as --out or --json writes it.`,
        );
    }
    return { file, stack, cost };
}

/** Dollars by the items' names; items of one name are one. */
function amounts({ items }: Cost): Map<string, number | null> {
    const sums = new Map<string, number | null>();
    for (const { name, monthly } of items) {
        const sum = sums.get(name) ?? null;
        sums.set(name, sum === null || monthly === null ? (monthly ?? sum) : cents(sum + monthly));
    }
    return sums;
}

function cents(dollars: number): number {
    return Math.round(dollars * 100) / 100;
}

/** Names of the assumptions that differ; a plan of before there were such says nothing. */
function otherAssumptions(before: Partial<Cost>, after: Cost): string[] {
    const old = new Map((before.assumptions ?? []).map(({ name, value }) => [name, value]));
    return after.assumptions
        .filter(({ name, value }) => old.has(name) && old.get(name) !== value)
        .map(({ name, value }) => `${name} (${old.get(name)} and ${value})`);
}

/** What a plan adds to another's cost, item by item. */
export function costDifference({ file, stack, cost: before }: Baseline, after: Cost): CostDifference {
    const [old, current] = [amounts(before), amounts(after)];
    const items = [...new Set([...current.keys(), ...old.keys()])]
        .map((name) => ({ name, before: old.get(name) ?? null, after: current.get(name) ?? null }))
        .filter((item) => item.before !== item.after || old.has(item.name) !== current.has(item.name));
    return {
        file,
        stack,
        items,
        before: before.monthly,
        after: after.monthly,
        monthly: cents(after.monthly - before.monthly),
        assumptions: otherAssumptions(before, after),
    };
}
