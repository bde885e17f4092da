import type { OrderedStatefulServiceArgs } from "../ordered-stateful-service.ts";
import type { VolumeArgs } from "../specs/claim.ts";
import { gibibytes } from "../values/quantity.ts";
import { checkFailover, checkMountPaths, checkReplicas, checkVolumeNames } from "./check-workload.ts";
import type { Problems } from "./errors.ts";
import { checkName } from "./naming.ts";

const LEAST_QUORUM = 3;

function checkVolumes(
    problems: Problems,
    args: OrderedStatefulServiceArgs,
    volumes: Readonly<Record<string, VolumeArgs>>,
): void {
    for (const [name, volume] of Object.entries(volumes)) {
        checkName(problems, `volumes.${name}`, name);
        problems.attempt(`volumes.${name}.size`, () => gibibytes(volume.size));
    }
    checkMountPaths(problems, [
        ...Object.entries(volumes).map(([name, v]) => [`volumes.${name}.mountPath`, v.mountPath] as const),
        ...Object.keys(args.scratch ?? {}).map((path) => ["scratch", path] as const),
    ]);
    checkVolumeNames(
        problems,
        args,
        Object.entries(volumes).map(([name]) => ["volumes", name, name] as const),
    );
    const { user, volumeGroup, exceptions } = args.security ?? {};
    problems.check(
        volumeGroup !== undefined || exceptions?.rootUser !== undefined,
        "security.volumeGroup",
        volumeGroup,
        `a new volume belongs to root, and the program runs as ${user === undefined ? "another user" : `user ${user}`}`,
        "Give the group that may write to it",
    );
    problems.check(
        args.claimProvider !== undefined,
        "claimProvider",
        undefined,
        "volumes are claimed through a provider with upsertExistingObjects, so that claims that were kept are taken over",
        "Pass the one that the stack made",
    );
}

/** Checks what only an ordered service has. */
export function checkOrdered(problems: Problems, args: OrderedStatefulServiceArgs): void {
    const { replicas, start, update, failover, volumes = {} } = args;
    checkReplicas(problems, "replicas", replicas, 1);
    // The type says so as well; a program without types, or a cast, meets it here.
    problems.check(
        args.quorum === undefined || (replicas >= LEAST_QUORUM && replicas % 2 === 1),
        "replicas",
        replicas,
        `a majority needs an odd number of at least ${LEAST_QUORUM}`,
        `Set replicas: ${Math.max(LEAST_QUORUM, replicas + 1 - (replicas % 2))}, or leave quorum out`,
    );
    problems.check(
        start === undefined || (Number.isInteger(start) && start >= 0),
        "start",
        start,
        "an ordinal is a whole number from 0 on",
        "Correct it",
    );
    problems.check(
        args.minAvailable === undefined ||
            (Number.isInteger(args.minAvailable) && args.minAvailable >= 1 && args.minAvailable <= replicas),
        "minAvailable",
        args.minAvailable,
        `there are ${replicas} replicas`,
        `Set 1 to ${replicas}`,
    );
    const first = start ?? 0;
    problems.check(
        update?.kind !== "canary" ||
            (Number.isInteger(update.partition) && update.partition > first && update.partition < first + replicas),
        "update.partition",
        update?.kind === "canary" ? update.partition : undefined,
        `the ordinals are ${first} to ${first + replicas - 1}, and a canary is some of them but not all`,
        "Name the first ordinal that gets the new revision",
    );
    checkFailover(problems, failover, replicas);
    if (Object.keys(volumes).length > 0) {
        checkVolumes(problems, args, volumes);
    }
}
