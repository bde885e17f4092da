import type { EksConfig } from "../../stacks/config.ts";
import { ASSUMED, type Assumed, type Assumption, assumptionsOf, LEFT_OUT } from "./cost/assumptions.ts";
import { uncountedItems } from "./cost/coverage.ts";
import { COST_GROUPS, type CostItem } from "./cost/item.ts";
import { kafkaItems } from "./cost/kafka.ts";
import { nodeItems, rootVolumeItems } from "./cost/nodes.ts";
import { bucketItems, clusterItems, databaseItems, keyItems, logItems, networkItems } from "./cost/services.ts";
import { volumeItems } from "./cost/volumes.ts";
import type { RecordedResource } from "./resource.ts";

/** What a stack costs a month in US dollars, as far as it is known before it is there. */
export interface Cost {
    readonly region: string;
    readonly items: readonly CostItem[];
    /** Sum of the items that have a price, with the pools' typical nodes. */
    readonly monthly: number;
    /** The same with the fewest and the most nodes that the pools may have. */
    readonly range: { readonly min: number; readonly max: number };
    /** Names of the items that the table has no price for; the sums are without them. */
    readonly unpriced: readonly string[];
    /** Quantities that no program says. */
    readonly assumptions: readonly Assumption[];
    /** What is in a bill and not among the items. */
    readonly leftOut: readonly string[];
}

function sum(items: readonly CostItem[], of: (item: CostItem) => number | null | undefined): number {
    return Math.round(items.reduce((total, item) => total + (of(item) ?? 0), 0) * 100) / 100;
}

/** Adds up what a stack on EKS costs. */
export function costOf(config: EksConfig, resources: readonly RecordedResource[], assumed: Assumed = ASSUMED): Cost {
    const items = [
        ...nodeItems(config),
        ...rootVolumeItems(config),
        ...volumeItems(config.region, resources),
        ...networkItems(config, resources, assumed),
        ...clusterItems(config, resources),
        ...databaseItems(config, resources),
        ...kafkaItems(config, assumed),
        ...logItems(config, resources, assumed),
        ...bucketItems(config, resources, assumed),
        ...keyItems(config, resources),
        ...uncountedItems(resources),
    ].toSorted((a, b) => COST_GROUPS.indexOf(a.group) - COST_GROUPS.indexOf(b.group));
    return {
        region: config.region,
        items,
        monthly: sum(items, ({ monthly }) => monthly),
        range: {
            min: sum(items, ({ monthly, range }) => range?.min ?? monthly),
            max: sum(items, ({ monthly, range }) => range?.max ?? monthly),
        },
        unpriced: items.filter(({ monthly }) => monthly === null).map(({ name }) => name),
        assumptions: assumptionsOf(assumed),
        leftOut: LEFT_OUT,
    };
}
