import type { Change } from "./changes.ts";
import type { Workload } from "./exporters.ts";

/** Something that goes wrong with a workload, and the alerts that say so: these and no others. */
export interface Scenario {
    readonly what: string;
    readonly kinds: readonly Workload["kind"][];
    readonly alerts: readonly string[];
    readonly change: Change;
    /** Of the workloads of these kinds, those that it can happen to. @default all */
    readonly to?: (workload: Workload) => boolean;
}
