import type { RecoveryBudget } from "../values/recovery-budget.ts";
import type { WorkloadArgs } from "../workload-args.ts";

/** One thing that a workload may do beyond the locked-down default, and why. */
export interface SecurityException {
    readonly what: string;
    readonly why: string;
}

/** What a component records of itself: its registered inputs. Plain, and nothing secret: it stands in the state. */
export interface WorkloadSummary {
    readonly controller: "Deployment" | "StatefulSet" | "DaemonSet" | "Job" | "CronJob";
    readonly namespace: string;
    readonly system: string;
    /** A number, or `min–max` where the load decides; left out where the nodes or the work decide. */
    readonly replicas?: number | string;
    readonly recovery?: RecoveryBudget & { readonly limitSeconds?: number };
    readonly exceptions?: readonly SecurityException[];
}

/** Every security exception of a pod, those of its other containers under their names. */
export function securityExceptions(args: WorkloadArgs): SecurityException[] {
    const containers = [
        ["", args] as const,
        ...Object.entries({ ...args.initContainers, ...args.sidecars }).map(([name, c]) => [`${name}: `, c] as const),
    ];
    return containers.flatMap(([prefix, container]) =>
        Object.entries(container.security?.exceptions ?? {}).map(([what, value]) =>
            typeof value === "string"
                ? { what: `${prefix}${what}`, why: value }
                : { what: `${prefix}${what} ${value.add.join(", ")}`, why: value.why },
        ),
    );
}
