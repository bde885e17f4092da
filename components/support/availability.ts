import type { RolloutSubject } from "../alerts/subject.ts";
import { resolveClusterFacts } from "../cluster-facts.ts";
import { portNumber } from "../specs/container.ts";
import { seconds } from "../values/duration.ts";
import { assertWithin, type RecoveryArgs, type RecoveryBudget, recoveryBudget } from "../values/recovery-budget.ts";
import type { Availability, ServingArgs } from "../workload-args.ts";
import type { Problems } from "./errors.ts";
import { selectorLabels, serviceAddress } from "./naming.ts";

/** How a group of replicas goes on without one of them. */
export type Failover =
    /** The others carry the load. */
    | { readonly kind: "survivors" }
    /** One of the others takes over a role. */
    | Omit<Extract<RecoveryArgs, { kind: "promotion" }>, "event">;

interface ReplicaFacts {
    readonly replicas: number;
    readonly volume: boolean;
    /** Whether a StatefulSet's controller waits for the dead node. */
    readonly ordered: boolean;
    readonly failover?: Failover;
}

function recoveryArgs(args: ServingArgs, event: "node" | "zone", facts: ReplicaFacts): RecoveryArgs {
    if (facts.replicas > 1) {
        return { ...(facts.failover ?? { kind: "survivors" }), event };
    }
    return {
        kind: "reschedule",
        event,
        startUp: args.health.startUp,
        volume: facts.volume,
        ordered: facts.ordered,
        room: "spare",
        nodesPerZone: resolveClusterFacts(args.cluster).nodesPerZone,
    };
}

/**
 * The recovery budget of a workload with replicas, held against what it promises.
 *
 * @returns undefined if something is wrong with it, which is then among the problems
 */
export function servingRecovery(
    problems: Problems,
    args: ServingArgs & { readonly availability?: Availability },
    facts: ReplicaFacts,
): (RecoveryBudget & { readonly limitSeconds?: number }) | undefined {
    const { availability } = args;
    if (problems.found.length > 0) {
        // The sum would be made of the very values that are wrong.
        return undefined;
    }
    const zones = resolveClusterFacts(args.cluster).zones;
    problems.check(
        availability?.survives !== "zone" || zones > 1,
        "availability.survives",
        availability?.survives,
        `the cluster's nodes lie in ${zones} zone(s)`,
        'Promise survives: "node"',
    );
    const event = availability?.survives ?? (zones > 1 && facts.replicas > 1 ? "zone" : "node");
    const budget = problems.attempt("availability.survives", () => recoveryBudget(recoveryArgs(args, event, facts)));
    if (budget === undefined || availability === undefined) {
        return budget;
    }
    return problems.attempt("availability.downtimeBudget", () => {
        assertWithin(budget, availability.downtimeBudget);
        return { ...budget, limitSeconds: seconds(availability.downtimeBudget) };
    });
}

/** What the alerts of a workload that is rolled out are computed from. */
export function rolloutSubject(
    name: string,
    args: ServingArgs,
    replicaSeconds: number,
    availability?: Availability,
): RolloutSubject {
    return {
        name,
        namespace: args.namespace,
        system: args.system,
        containers: [name, ...Object.keys(args.sidecars ?? {})],
        replicaSeconds,
        ...(args.runbookUrl === undefined ? {} : { runbookUrl: args.runbookUrl }),
        ...(availability === undefined ? {} : { downtimeSeconds: seconds(availability.downtimeBudget) }),
    };
}

/** How others reach a workload that serves. */
export function servingOutputs(
    name: string,
    args: ServingArgs,
): {
    readonly address: string | undefined;
    readonly ports: Readonly<Record<string, number>>;
    readonly selectorLabels: Readonly<Record<string, string>>;
} {
    const ports = Object.entries(args.ports ?? {}).map(([port, value]) => [port, portNumber(value)] as const);
    return {
        address: ports.length > 0 ? serviceAddress(name, args.namespace) : undefined,
        ports: Object.fromEntries(ports),
        selectorLabels: selectorLabels(name),
    };
}
