import { ADDRESSES, COMPLETED, conditions, containers, RUNNING } from "./templates.ts";

/** Part of an image's name or tag that makes it one that cannot be pulled. */
export const MISSING_IMAGE = "does-not-exist";

/** Part of an image's name or tag that makes its container fail at once, again and again. */
export const CRASHING_IMAGE = "crash-loop";

const STARTED_BEFORE = "{{ $started := (index .status.containerStatuses 0).state.running.startedAt }}";

const INIT_CONTAINERS_DONE = containers(
    "initContainers",
    { ready: true, started: "false", state: COMPLETED },
    { when: 'eq (or .restartPolicy "") "Always"', state: { ready: true, started: "true", state: RUNNING } },
);

const UNREADY = { reason: "ContainersNotReady" } as const;

const STARTS_NOW = "{{ $now := Now }}{{ $started := $now }}";

const CONTAINERS_STARTED = [
    ADDRESSES,
    conditions({ PodReadyToStartContainers: true, Initialized: true, ContainersReady: UNREADY, Ready: UNREADY }),
    INIT_CONTAINERS_DONE,
];

/** Its containers run and are not ready yet. */
export const STARTED = [
    STARTS_NOW,
    "phase: Running",
    ...CONTAINERS_STARTED,
    containers("containers", {
        ready: false,
        started: "{{ if .startupProbe }}false{{ else }}true{{ end }}",
        state: RUNNING,
    }),
].join("\n");

const CRASHED = `
terminated:
  exitCode: 1
  reason: Error
  startedAt: {{ $started | Quote }}
  finishedAt: {{ $now | Quote }}`;

/** Its crashing containers wait for their next restart. */
export const CRASH_LOOPING = [
    STARTS_NOW,
    "phase: Running",
    ...CONTAINERS_STARTED,
    containers(
        "containers",
        { ready: true, started: "true", state: RUNNING },
        {
            when: `contains "${CRASHING_IMAGE}" .image`,
            state: {
                ready: false,
                started: "false",
                restarts: "1",
                state: "waiting:\n  reason: CrashLoopBackOff\n  message: back-off 10s restarting failed container",
                last: CRASHED,
            },
        },
    ),
].join("\n");

const WAITING = "waiting:\n  reason: PodInitializing";
const PULL_BACK_OFF =
    'waiting:\n  reason: ImagePullBackOff\n  message: {{ printf "Back-off pulling image %q" .image | Quote }}';

/** The kubelet tries to pull an image again and again. */
export const NOT_PULLED = [
    STARTS_NOW,
    "phase: Pending",
    ADDRESSES,
    conditions({
        PodReadyToStartContainers: true,
        ContainersReady: UNREADY,
        Ready: UNREADY,
    }),
    // Init containers come first: with a bad one, the rest waits; with none, they are done.
    `{{ $stuck := false }}{{ range .spec.initContainers }}{{ if contains "${MISSING_IMAGE}" .image }}{{ $stuck = true }}{{ end }}{{ end }}`,
    "- type: Initialized",
    '  status: {{ if $stuck }}"False"{{ else }}"True"{{ end }}',
    "  lastTransitionTime: {{ $now | Quote }}",
    "{{ if $stuck }}  reason: ContainersNotInitialized{{ end }}",
    `{{ if $stuck }}${containers(
        "initContainers",
        { ready: false, started: "false", state: WAITING },
        { when: `contains "${MISSING_IMAGE}" .image`, state: { ready: false, started: "false", state: PULL_BACK_OFF } },
    )}{{ else }}${INIT_CONTAINERS_DONE}{{ end }}`,
    containers(
        "containers",
        {
            ready: false,
            started: "false",
            state: "{{ if $stuck }}waiting:\n  reason: PodInitializing\n{{ else }}running:\n  startedAt: {{ $now | Quote }}{{ end }}",
        },
        {
            when: `and (not $stuck) (contains "${MISSING_IMAGE}" .image)`,
            state: { ready: false, started: "false", state: PULL_BACK_OFF },
        },
    ),
].join("\n");

/** Its containers are ready, and so is the pod. */
export const READY_STATUS = [
    `{{ $now := Now }}${STARTED_BEFORE}`,
    conditions({ ContainersReady: true, Ready: true }),
    containers("containers", { ready: true, started: "true", state: RUNNING }),
].join("\n");

/** Its containers are ready, but a readiness gate is closed. */
export const GATED = [
    `{{ $now := Now }}${STARTED_BEFORE}`,
    conditions({
        ContainersReady: true,
        Ready: { reason: "ReadinessGatesNotReady", message: "a condition of the pod's readinessGates is not True" },
    }),
    containers("containers", { ready: true, started: "true", state: RUNNING }),
].join("\n");

function ended(start: string, phase: "Succeeded" | "Failed", reason: string, state: string): string {
    const over = { reason, message: null };
    return [
        start,
        `phase: ${phase}`,
        conditions({ PodReadyToStartContainers: { reason: null, message: null }, ContainersReady: over, Ready: over }),
        containers("initContainers", { ready: true, started: "false", state: COMPLETED }),
        containers("containers", { ready: false, started: "false", state }),
    ].join("\n");
}

/** It ran to completion. */
export const SUCCEEDED = ended(`{{ $now := Now }}${STARTED_BEFORE}`, "Succeeded", "PodCompleted", COMPLETED);

/** It failed and is not restarted. */
export const FAILED = ended([STARTS_NOW, ADDRESSES].join("\n"), "Failed", "PodFailed", CRASHED);
