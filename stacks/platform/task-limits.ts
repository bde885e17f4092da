import { bytes, millicores } from "../../components/values/quantity.ts";
import type { EksConfig } from "../config.ts";

/** What pods may ask for together. */
export interface Limits {
    readonly pods: number;
    /** Millicores. */
    readonly cpu: number;
    /** Bytes. */
    readonly memory: number;
}

/**
 * What Airflow's task pods may take: all that may run at the same time, and as many again that are ending while their
 * successors start.
 */
export function taskLimits({ parallelism, resources }: EksConfig["airflow"]): Limits {
    const pods = 2 * parallelism;
    return { pods, cpu: pods * millicores(resources.task.cpu), memory: pods * bytes(resources.task.memory) };
}
