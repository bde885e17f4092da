import { podOf, type Workload } from "./exporters.ts";
import type { Series } from "./metric.ts";
import type { Turn } from "./system.ts";

/** What a misfortune does to the series of a workload. */
export type Change = (all: readonly Series[], workload: Workload) => readonly Series[];

type Values = Pick<Series, "value" | "growth">;

function has({ labels }: Series, wanted: Series["labels"]): boolean {
    return Object.entries(wanted).every(([name, value]) => labels[name] === value);
}

/** Series of a metric get other values: all, or those with these labels. */
export function having(metric: string, values: Partial<Values>, labels: Series["labels"] = {}): Turn {
    return (all) => all.map((one) => (one.metric === metric && has(one, labels) ? { ...one, ...values } : one));
}

/** Series of a metric have had another value for some seconds only when the test ends. */
export function lately(seconds: number, metric: string, value: number, labels: Series["labels"] = {}): Turn {
    return (all) =>
        all.map((one) =>
            one.metric === metric && has(one, labels) ? { ...one, value, before: { value: one.value, seconds } } : one,
        );
}

/** Series of a metric get other labels: all, or those with these labels. */
export function relabelled(metric: string, labels: Series["labels"], to: Series["labels"]): Turn {
    return (all) =>
        all.map((one) =>
            one.metric === metric && has(one, labels) ? { ...one, labels: { ...one.labels, ...to } } : one,
        );
}

/** Series of a metric are gone: all, or those with these labels. */
export function without(metric: string, labels: Series["labels"] = {}): Turn {
    return (all) => all.filter((one) => one.metric !== metric || !has(one, labels));
}

/** Whatever has these labels is gone. */
export function silent(labels: Series["labels"]): Turn {
    return (all) => all.filter((one) => !has(one, labels));
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
