import { kubernetesObject } from "../kubernetes.ts";
import type { RecordedResource } from "../resource.ts";
import { attributesClasses, chartVolumes, declaredVolumes, type Volume } from "../volumes.ts";
import { type CostItem, item } from "./item.ts";

/** What gp3 has without a charge. */
const FREE_IOPS = 3000;
const FREE_THROUGHPUT = 125;

const GIB = 2 ** 30;

function sum(numbers: readonly number[]): number {
    return numbers.reduce((total, number) => total + number, 0);
}

function storageItem(region: string, name: string, volumes: readonly Volume[]): CostItem[] {
    return volumes.length === 0
        ? []
        : [
              item(region, {
                  group: "volumes",
                  name,
                  quantity: sum(volumes.map(({ size }) => size / GIB)),
                  price: "ebs:gp3",
                  note: `${volumes.length} volumes`,
              }),
          ];
}

/** Volumes that claims ask for, and the IOPS and throughput beyond what gp3 has by itself. */
export function volumeItems(region: string, resources: readonly RecordedResource[]): CostItem[] {
    const declared = declaredVolumes(resources.map(kubernetesObject).filter((object) => object !== undefined));
    const charts = chartVolumes(resources);
    const classes = attributesClasses(resources);
    const fast = [...declared, ...charts]
        .map(({ attributes }) => (attributes === undefined ? undefined : classes.get(attributes)))
        .filter((found) => found !== undefined);
    const beyond = (name: string, price: string, amounts: readonly number[]): CostItem[] =>
        sum(amounts) === 0 ? [] : [item(region, { group: "volumes", name, quantity: sum(amounts), price })];
    return [
        ...storageItem(region, "claims of workloads", declared),
        ...storageItem(region, "claims of charts", charts),
        ...beyond(
            `IOPS above ${FREE_IOPS}`,
            "ebs:gp3:iops",
            fast.map(({ iops }) => Math.max(0, iops - FREE_IOPS)),
        ),
        ...beyond(
            `throughput above ${FREE_THROUGHPUT} MiB/s`,
            "ebs:gp3:throughput",
            fast.map(({ throughput }) => Math.max(0, throughput - FREE_THROUGHPUT)),
        ),
    ];
}
