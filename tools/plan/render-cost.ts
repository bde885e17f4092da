import type { CostDifference } from "./cost/compare.ts";
import type { Price } from "./cost/prices.ts";
import type { Cost } from "./cost.ts";
import type { RenderOptions } from "./render.ts";
import { cell, columnWidth, hanging } from "./text.ts";

const NAME_LIMIT = 44;
const NUMBER_WIDTH = 11;

/** Whole dollars, with a comma at the thousands; a dash where there is no number. */
function dollars(amount: number | null | undefined): string {
    return amount === null || amount === undefined ? "–" : Math.round(amount).toLocaleString("en-US");
}

function signed(amount: number): string {
    return amount > 0 ? `+${dollars(amount)}` : dollars(amount);
}

/** What is more; nothing can be said of what has no price before and after. */
function gap(before: number | null, after: number | null): string {
    return before === null && after === null ? "–" : signed((after ?? 0) - (before ?? 0));
}

function columns(name: string, width: number, numbers: readonly string[]): string {
    return `  ${cell(name, width)}${numbers.map((number) => cell(number, NUMBER_WIDTH, "right")).join("")}`;
}

function priceText({ usd, unit, page, derived }: Price): string {
    return `$${usd} a ${unit}${derived === undefined ? "" : ` (${derived})`}, ${page}`;
}

function assumptionLines({ assumptions }: Cost): string[] {
    return [
        "  Assumed; other values by --assume NAME=VALUE:",
        ...assumptions.flatMap(({ name, value, of }) => hanging(`    ${name}=${value}  `, of)),
    ];
}

/** The items of a bill, their sum, and what is not in it. */
export function renderCost(cost: Cost | undefined, { colors, verbose }: RenderOptions): string[] {
    if (cost === undefined) {
        return [];
    }
    const names = columnWidth(
        cost.items.map(({ name }) => name),
        NAME_LIMIT,
    );
    const dates = cost.items.map(({ price }) => price?.date ?? "").filter(Boolean);
    const lines = cost.items.flatMap(({ name, monthly, range, note, price }) => [
        columns(name, names, [dollars(monthly), dollars(range?.min), dollars(range?.max)]).trimEnd(),
        ...(verbose || monthly === null
            ? hanging("      ", [note ?? "", price === null ? "" : priceText(price)].filter(Boolean).join("; ")).map(
                  colors.dim,
              )
            : []),
    ]);
    return [
        colors.dim(columns("$ a month", names, ["typically", "at least", "at most"])),
        ...lines,
        colors.bold(columns("sum", names, [cost.monthly, cost.range.min, cost.range.max].map(dollars))),
        ...(cost.unpriced.length === 0 ? [] : hanging("  not priced  ", cost.unpriced.join(", ")).map(colors.yellow)),
        ...hanging("  ", `List prices of ${cost.region} as looked up on ${dates.toSorted().at(-1) ?? "–"}.`).map(
            colors.dim,
        ),
        ...(verbose ? assumptionLines(cost).map(colors.dim) : []),
        ...hanging("  ", `Left out: ${cost.leftOut.join("; ")}.`).map(colors.dim),
    ];
}

/** What differs from another plan's bill. */
export function renderDifference(difference: CostDifference | undefined, { colors }: RenderOptions): string[] {
    if (difference === undefined) {
        return [];
    }
    const { file, stack, items, assumptions } = difference;
    const names = columnWidth(
        items.map(({ name }) => name),
        NAME_LIMIT,
    );
    const line = (name: string, before: number | null, after: number | null): string =>
        columns(name, names, [dollars(before), dollars(after), gap(before, after)]);
    return [
        ...hanging("  ", `Before: ${stack}, ${file}.`).map(colors.dim),
        ...(items.length === 0 ? [] : [colors.dim(columns("$ a month", names, ["before", "after", "difference"]))]),
        ...items.map(({ name, before, after }) => line(name, before, after)),
        colors.bold(line("sum", difference.before, difference.after)),
        ...(assumptions.length === 0
            ? []
            : hanging("  ", `Counted with other assumptions: ${assumptions.join(", ")}.`).map(colors.yellow)),
    ];
}
