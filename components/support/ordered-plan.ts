import type { OrderedStatefulServiceArgs } from "../ordered-stateful-service.ts";
import { claimName } from "../specs/claim.ts";
import { dispensable } from "../specs/disruption-budget.ts";
import { replicaSeconds, rolloutSeconds } from "../specs/rollout.ts";
import type { StatefulSetUpdate } from "../specs/stateful-set.ts";
import { seconds } from "../values/duration.ts";
import { servingRecovery } from "./availability.ts";
import { checkOrdered } from "./check-ordered.ts";
import { checkServing, checkWorkload } from "./check-workload.ts";
import { Problems } from "./errors.ts";
import { securityExceptions, type WorkloadSummary } from "./summary.ts";

/** Seconds for which a replaced pod has to stay ready before the next one is touched. */
const MIN_READY_SECONDS = 10;
/** What a StatefulSet's controller appends to the name in a label. */
const REVISION_SUFFIX = 11;

/** What follows from the arguments of an ordered service alone. */
export interface OrderedPlan {
    readonly replicas: number;
    readonly start: number;
    readonly ordinals: readonly number[];
    readonly order: "ordered" | "parallel";
    readonly update: StatefulSetUpdate;
    readonly publishNotReady: boolean;
    readonly minReadySeconds: number;
    readonly replicaSeconds: number;
    readonly rolloutSeconds: number;
    readonly maxUnavailable: number;
    /** Replicas below which it does not serve. */
    readonly minAvailable: number;
    readonly hasVolumes: boolean;
    readonly claimNames: readonly string[];
    readonly summary: WorkloadSummary;
}

/**
 * Checks the arguments of an ordered service and computes what follows from them.
 *
 * @throws {ArgumentError} with every problem
 */
export function planOrdered(name: string, args: OrderedStatefulServiceArgs): OrderedPlan {
    const problems = new Problems();
    checkWorkload(problems, name, args, { reserved: REVISION_SUFFIX });
    checkServing(problems, args);
    checkOrdered(problems, args);
    const { minReady } = args;
    const minReadySeconds =
        minReady === undefined ? MIN_READY_SECONDS : problems.attempt("minReady", () => seconds(minReady));
    const volumes = Object.keys(args.volumes ?? {});
    const recovery = servingRecovery(problems, args, {
        replicas: args.replicas,
        volume: volumes.length > 0,
        ordered: true,
        ...(args.failover === undefined ? {} : { failover: args.failover }),
    });
    problems.throwIfAny(`OrderedStatefulService "${name}"`);
    const start = args.start ?? 0;
    const order = args.order ?? "ordered";
    const ordinals = Array.from({ length: args.replicas }, (_, i) => start + i);
    const exceptions = securityExceptions(args);
    const settle = minReadySeconds ?? MIN_READY_SECONDS;
    const perReplica = replicaSeconds(args.health, args.shutdown, settle);
    return {
        replicas: args.replicas,
        start,
        ordinals,
        order,
        update: args.update ?? { kind: "rolling" },
        publishNotReady: args.publishNotReadyAddresses ?? order === "parallel",
        minReadySeconds: settle,
        replicaSeconds: perReplica,
        rolloutSeconds: rolloutSeconds(args.replicas, 1, perReplica),
        minAvailable: args.minAvailable ?? (args.quorum === undefined ? 1 : args.replicas - dispensable(args.replicas)),
        maxUnavailable: args.quorum === undefined ? 1 : dispensable(args.replicas),
        hasVolumes: volumes.length > 0,
        claimNames: volumes.flatMap((volume) => ordinals.map((ordinal) => claimName(volume, name, ordinal))),
        summary: {
            controller: "StatefulSet",
            namespace: args.namespace,
            system: args.system,
            replicas: args.replicas,
            ...(recovery === undefined ? {} : { recovery }),
            ...(exceptions.length === 0 ? {} : { exceptions }),
        },
    };
}
