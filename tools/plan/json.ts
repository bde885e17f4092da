import type { Judgement } from "./analyzer.ts";
import type { Capacity } from "./capacity.ts";
import type { CostDifference } from "./cost/compare.ts";
import type { Cost } from "./cost.ts";
import type { Message, Plan } from "./model.ts";
import type { RecordedResource } from "./resource.ts";
import type { Totals } from "./totals.ts";

/** Version of {@link PlanJson}: raised when a field goes or changes its meaning, not when one is added. */
const PLAN_VERSION = 1;

/**
 * `plan.json`, and what `--json` prints. Secrets are "[secret]", values that only a provider knows "[computed]".
 * A plan that failed has the same shape: `problems` says why, lists are empty, all else is null.
 */
export interface PlanJson {
    readonly version: typeof PLAN_VERSION;
    /** Null in a plan that failed. */
    readonly project: string | null;
    readonly stack: string;
    /** Names of the files that the configuration was read from. */
    readonly files: readonly string[];
    /** In the order of registration; see {@link RecordedResource} for each field. */
    readonly resources: readonly Pick<
        RecordedResource,
        "urn" | "type" | "name" | "parent" | "custom" | "remote" | "inputs" | "dependencies" | "provider" | "options"
    >[];
    readonly groups: readonly {
        readonly layer: string;
        readonly name: string;
        /** Components, and with `urn: null` what lies directly in the group. */
        readonly units: readonly { readonly urn: string | null; readonly resources: readonly string[] }[];
    }[];
    /** What each workload's component says of itself. */
    readonly workloads: readonly {
        readonly urn: string;
        readonly name: string;
        readonly group: string;
        readonly controller: string;
        readonly namespace: string;
        /** A number, or "min–max"; left out where the nodes or the work decide. */
        readonly replicas: number | string | undefined;
        readonly exceptions: readonly { readonly what: string; readonly why: string }[];
    }[];
    /** How long each workload is gone after a failure, at worst, with the terms of the sum. */
    readonly recovery: readonly {
        /** URN of the workload. */
        readonly workload: string;
        readonly kind: string;
        readonly event: string;
        readonly seconds: number;
        readonly limitSeconds: number | undefined;
        readonly terms: readonly { readonly name: string; readonly seconds: number; readonly source: string }[];
    }[];
    readonly policy: Judgement | null;
    readonly totals: Totals | null;
    /** Dollars a month; null for a stack that makes no cluster on EKS. */
    readonly cost: Cost | null;
    /** What it is more than another plan's; null unless one was named. */
    readonly costDifference: CostDifference | null;
    /** Null for a stack that makes no cluster on EKS. */
    readonly capacity: Capacity | null;
    /** What the program logged. */
    readonly messages: readonly Message[];
    /** Why there is no plan; empty if there is one. Mandatory violations stand in `policy.verdicts`. */
    readonly problems: readonly string[];
}

/** A plan as data. Secrets and unknown values become their marks when it is written as JSON. */
export function planJson(plan: Plan): PlanJson {
    return {
        version: PLAN_VERSION,
        project: plan.files.project,
        stack: plan.files.stack,
        files: plan.files.files,
        resources: plan.resources.map(
            ({ urn, type, name, parent, custom, remote, inputs, dependencies, provider, options }) => ({
                urn,
                type,
                name,
                parent,
                custom,
                remote,
                inputs,
                dependencies,
                provider,
                options,
            }),
        ),
        groups: plan.groups.map(({ layer, name, units }) => ({
            layer,
            name,
            units: units.map(({ component, resources }) => ({
                urn: component?.urn ?? null,
                resources: resources.map(({ urn }) => urn),
            })),
        })),
        workloads: plan.workloads.map(({ urn, name, group, summary }) => ({
            urn,
            name,
            group,
            controller: summary.controller,
            namespace: summary.namespace,
            replicas: summary.replicas,
            exceptions: summary.exceptions ?? [],
        })),
        recovery: plan.workloads.flatMap(({ urn, summary: { recovery } }) =>
            recovery === undefined
                ? []
                : [
                      {
                          workload: urn,
                          kind: recovery.kind,
                          event: recovery.event,
                          seconds: recovery.seconds,
                          limitSeconds: recovery.limitSeconds,
                          terms: recovery.terms,
                      },
                  ],
        ),
        policy: plan.judgement,
        totals: plan.totals,
        cost: plan.cost ?? null,
        costDifference: plan.costDifference ?? null,
        capacity: plan.capacity ?? null,
        messages: plan.messages,
        problems: [],
    };
}

/** What `--json` prints where there is no plan. */
export function failureJson(stack: string, problems: readonly string[]): PlanJson {
    return {
        version: PLAN_VERSION,
        project: null,
        stack,
        files: [],
        resources: [],
        groups: [],
        workloads: [],
        recovery: [],
        policy: null,
        totals: null,
        cost: null,
        costDifference: null,
        capacity: null,
        messages: [],
        problems,
    };
}
