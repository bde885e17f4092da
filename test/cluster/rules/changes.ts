import { podOf, type Workload } from "./exporters.ts";
import type { Series } from "./metric.ts";

/** What a misfortune does to the series of a workload. */
export type Change = (all: readonly Series[], workload: Workload) => readonly Series[];

type Values = Pick<Series, "value" | "growth">;

/** Series of a metric get other values: all, or those with these labels. */
export function having(metric: string, values: Partial<Values>, labels: Series["labels"] = {}): Change {
    return (all) =>
        all.map((one) =>
            one.metric === metric && Object.entries(labels).every(([name, value]) => one.labels[name] === value)
                ? { ...one, ...values }
                : one,
        );
}

/** Series of a metric are gone. */
export function without(metric: string): Change {
    return (all) => all.filter((one) => one.metric !== metric);
}

/** One series more. */
export function plus(make: (workload: Workload) => readonly Series[]): Change {
    return (all, workload) => [...all, ...make(workload)];
}

export function both(...changes: readonly Change[]): Change {
    return (all, workload) => changes.reduce((before, change) => change(before, workload), all);
}

/** A series of the first pod's first container. */
export function ofContainer(metric: string, labels: Series["labels"] = {}, value = 1): Change {
    return plus((workload) => {
        const container = workload.containers[0]?.name ?? "";
        return [{ metric, labels: { ...podOf(workload, 0), container, ...labels }, value }];
    });
}
