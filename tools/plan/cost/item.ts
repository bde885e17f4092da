import { type Price, priceOf } from "./prices.ts";

/** What an item belongs to; items are listed in this order. */
export const COST_GROUPS = [
    "nodes",
    "volumes",
    "network",
    "cluster",
    "databases",
    "kafka",
    "logs",
    "buckets",
    "keys",
    "others",
] as const;

/** One line of a month's bill. */
export interface CostItem {
    readonly group: (typeof COST_GROUPS)[number];
    /** What is paid for, the same from plan to plan: `nodes of infra`. */
    readonly name: string;
    /** How much of it a month, in units of the price. */
    readonly quantity: number;
    /** Dollars a month; null where the table has no price. */
    readonly monthly: number | null;
    /** Dollars a month with as few and as many as may be; left out where nothing scales it. */
    readonly range?: { readonly min: number; readonly max: number };
    /** What the quantity rests on, where the program does not say it, or what else there is to know. */
    readonly note?: string;
    /** Null where the table has none. */
    readonly price: Price | null;
}

/** What an item is made of. */
interface ItemArgs extends Pick<CostItem, "group" | "name" | "quantity"> {
    /** Name in the table. */
    readonly price: string;
    /** Quantities with as few and as many as may be. */
    readonly between?: { readonly min: number; readonly max: number };
    /** Name in the table of what `between.max` may cost. @default `price` */
    readonly highestPrice?: string;
    readonly note?: string | undefined;
}

/** Dollars to the cent, so that sums in plan.json are what they look like. */
function cents(dollars: number): number {
    return Math.round(dollars * 100) / 100;
}

/** Prices a quantity. */
export function item(region: string, { price: name, between, highestPrice, note, ...rest }: ItemArgs): CostItem {
    const price = priceOf(region, name) ?? null;
    const highest = priceOf(region, highestPrice ?? name) ?? price;
    const dollars = (quantity: number): number => cents(quantity * (price?.usd ?? 0));
    const missing = price === null ? `not priced: no price of ${name} in ${region} in tools/plan/cost/prices.ts` : "";
    const text = [missing, note ?? ""].filter(Boolean).join("; ");
    return {
        ...rest,
        monthly: price === null ? null : dollars(rest.quantity),
        ...(between === undefined || price === null
            ? {}
            : { range: { min: dollars(between.min), max: cents(between.max * (highest?.usd ?? 0)) } }),
        ...(text === "" ? {} : { note: text }),
        price,
    };
}
