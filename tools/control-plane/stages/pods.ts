import { SPARE_ROOM } from "../../../components/values/recovery-budget.ts";
import {
    CRASH_LOOPING,
    CRASHING_IMAGE,
    FAILED,
    GATED,
    MISSING_IMAGE,
    NOT_PULLED,
    READY_STATUS,
    STARTED,
    SUCCEEDED,
} from "./pod-statuses.ts";
import { HEARD, holds, type Requirement, type Stage, silence, stage, status } from "./stage.ts";

/** Shortest time from a pod's binding to its containers' start. */
const SHORTEST_PULL_MS = 300;

/** Shortest start-up, also of what has no start-up probe, and how long a job's pod runs. */
const SHORTEST_SECONDS = 1;

/** Longest a container takes to end when it is told to: these do it at once. */
const LONGEST_END_SECONDS = 2;

const NOT_DELETED: Requirement = { key: ".metadata.deletionTimestamp", operator: "DoesNotExist" };

function phase(name: string): Requirement {
    return { key: ".status.phase", operator: "In", values: [name] };
}

const NOT_STARTED: readonly Requirement[] = [
    HEARD,
    NOT_DELETED,
    phase("Pending"),
    holds("(.status.containerStatuses // []) | length == 0"),
];

const RUNS: readonly Requirement[] = [HEARD, NOT_DELETED, phase("Running")];

function anyImage(part: string, lists: string): string {
    return `[${lists}] | any(.image | contains("${part}"))`;
}

const ALL_CONTAINERS = ".spec.containers[], .spec.initContainers[]?";

const UNPULLABLE = anyImage(MISSING_IMAGE, ALL_CONTAINERS);
const CRASHES = anyImage(CRASHING_IMAGE, ".spec.containers[]");

/** What runs to completion, as the pods of jobs do; a controller that keeps pods running takes no other policy. */
const ENDS = '.spec.restartPolicy != "Always"';

/** Kubernetes: a pod is ready when its containers are and all of these conditions hold, which others set. */
const GATES_OPEN =
    '[.status.conditions[]? | select(.status == "True") | .type] as $met | [.spec.readinessGates[]?.conditionType] - $met | length == 0';

const CONTAINERS_READY = '.status.conditions[]? | select(.type == "ContainersReady") | .status == "True"';

const READY = '[.status.conditions[]? | select(.type == "Ready") | .status == "True"] | any';

/** How much of its start-up a pod has still before it, by the probes: an expression of a duration. */
export function startUpLeft(scale: number): string {
    return [
        // As health.startUp renders it: the first look comes at once, so n of them are over after n - 1 periods.
        "def startUp: .startupProbe | if . == null then 0 else (.initialDelaySeconds // 0) + ((.failureThreshold // 3) - 1) * (.periodSeconds // 10) end;",
        // A sidecar has to have started before what comes after it; the containers start together.
        '([.spec.initContainers[]? | select(.restartPolicy == "Always") | startUp] | add // 0) as $sidecars',
        "| ([.spec.containers[] | startUp] | max) as $slowest",
        `| ([($sidecars + $slowest) * ${scale}, ${SHORTEST_SECONDS}] | max) as $all`,
        // The status has whole seconds. A start of less than a second ago is taken as of now.
        "| (now - (.status.containerStatuses[0].state.running.startedAt | fromdate)) as $since",
        '| [$all - ([$since - 1, 0] | max), 0] | max * 1000 | floor | tostring + "ms"',
    ].join("\n");
}

const LEAVES_IN = `[.metadata.deletionGracePeriodSeconds, ${LONGEST_END_SECONDS}] | min * 1000 | floor | tostring + "ms"`;

/**
 * How simulated pods live: their containers start when their image could be there, are ready when the start-up that their
 * own probes allow is over, run to completion where they may not be restarted, and end when told to. Volumes are not
 * waited for, readiness and liveness probes pass, commands and hooks do not run.
 *
 * @param scale factor on what recovery budgets allow for an image, 0.3 s at least, and on the start-up that the probes
 *   allow, 1 s at least
 */
export function podStages(scale: number): readonly Stage[] {
    const pulled = Math.max(SHORTEST_PULL_MS, Math.round(SPARE_ROOM.seconds * 1000 * scale));
    const atStart = { delay: { durationMilliseconds: pulled } };
    const whenUp = { delay: { durationFrom: { jq: { expression: startUpLeft(scale) } } } };
    const fine = holds(`(${UNPULLABLE} | not) and (${CRASHES} | not)`);
    const crashes = holds(CRASHES);
    const neverRestarted = holds('.spec.restartPolicy == "Never"');
    const atEnd = { delay: { durationMilliseconds: SHORTEST_SECONDS * 1000 } };
    return [
        stage("Pod", "not-pulled", [...NOT_STARTED, holds(UNPULLABLE)], [status(NOT_PULLED)], atStart),
        stage(
            "Pod",
            "crash-looping",
            [...NOT_STARTED, crashes, holds('.spec.restartPolicy != "Never"')],
            [status(CRASH_LOOPING)],
            atStart,
        ),
        stage("Pod", "started", [...NOT_STARTED, fine], [status(STARTED)], atStart),
        stage(
            "Pod",
            "ready",
            [...RUNS, fine, holds(`${ENDS} | not`), holds(`${READY} | not`), holds(GATES_OPEN)],
            [status(READY_STATUS)],
            whenUp,
        ),
        stage(
            "Pod",
            "gated",
            [
                ...RUNS,
                fine,
                holds(`${ENDS} | not`),
                holds(`(${GATES_OPEN}) | not`),
                holds(`[${CONTAINERS_READY}] | any | not`),
            ],
            [status(GATED)],
            whenUp,
        ),
        stage("Pod", "succeeded", [...RUNS, fine, holds(ENDS)], [status(SUCCEEDED)], atEnd),
        stage("Pod", "failed", [...NOT_STARTED, crashes, neverRestarted], [status(FAILED)], atEnd),
        stage(
            "Pod",
            "deleted",
            [
                HEARD,
                { key: ".metadata.deletionTimestamp", operator: "Exists" },
                // Its deletion without delay is written down before it is gone. A second one would be by name, and hit
                // the pod that has taken its place meanwhile.
                holds(".metadata.deletionGracePeriodSeconds != 0"),
            ],
            [{ delete: true }],
            {
                delay: { durationFrom: { jq: { expression: LEAVES_IN } } },
            },
        ),
        silence("Pod"),
    ];
}
