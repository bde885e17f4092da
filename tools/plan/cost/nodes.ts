import type { EksConfig } from "../../../stacks/config.ts";
import { allPools, type Pool } from "../../../stacks/infrastructure/pools.ts";
import { type CostItem, item } from "./item.ts";
import { HOURS, type Price, priceOf } from "./prices.ts";

function onDemandText(price: Price | undefined, nodes: number): string {
    return price === undefined ? "no price on demand" : `on demand $${(price.usd * hours(nodes)).toFixed(0)}`;
}

function hours(nodes: number): number {
    return nodes * HOURS;
}

/** Nodes are paid for while they run; what a pool has on an ordinary day is taken for the whole month. */
function poolItem(region: string, { name, instanceTypes, capacity, nodes }: Pool): CostItem {
    const type = instanceTypes[0]?.name ?? "";
    const spot = capacity[0] === "spot";
    const onDemand = priceOf(region, `ec2:${type}`);
    return item(region, {
        group: "nodes",
        name: `nodes of ${name}`,
        quantity: hours(nodes.typical),
        price: `${spot ? "spot" : "ec2"}:${type}`,
        between: { min: hours(nodes.min), max: hours(nodes.max) },
        // Where there is no spot capacity left, nodes on demand take its place.
        ...(capacity.includes("on-demand") ? { highestPrice: `ec2:${type}` } : {}),
        note:
            `${nodes.typical} of ${nodes.min} to ${nodes.max} ${type}, ` +
            (spot ? `at one day's spot price; ${onDemandText(onDemand, nodes.typical)}` : "on demand"),
    });
}

/** Nodes of each pool: its first instance type, with as many as it has typically, and between its bounds. */
export function nodeItems({ region, pools }: EksConfig): CostItem[] {
    return allPools(pools).map((pool) => poolItem(region, pool));
}

/** Root volumes of the nodes. */
export function rootVolumeItems({ region, pools }: EksConfig): CostItem[] {
    return allPools(pools).map(({ name, nodes, diskGiB }) =>
        item(region, {
            group: "volumes",
            name: `root volumes of ${name}`,
            quantity: nodes.typical * diskGiB,
            price: "ebs:gp3",
            between: { min: nodes.min * diskGiB, max: nodes.max * diskGiB },
            note: `${nodes.typical} × ${diskGiB} GiB`,
        }),
    );
}
