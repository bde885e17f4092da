import type * as k8s from "@pulumi/kubernetes";
import { seconds } from "../values/duration.ts";
import type { Health, HealthCheck } from "../workload-args.ts";

type Probe = k8s.types.input.core.v1.Probe;

const PERIOD_SECONDS = 10;
const TIMEOUT_SECONDS = 5;
const FAILURES = 3;
/** How much more patience the liveness probe has than the readiness probe: a restart is the last resort. */
const LIVENESS_PATIENCE = 3;
/** A start is looked at more often than a running container, so that a fast one is not kept waiting. */
const STARTUP_PERIOD_SECONDS = 5;

/** A health check that names its port by number, since gRPC probes take no name. */
export interface ResolvedPorts {
    readonly [name: string]: number;
}

function handler(check: HealthCheck, ports: ResolvedPorts): Probe {
    switch (check.kind) {
        case "http":
            return {
                httpGet: { path: check.path, port: check.port, ...(check.scheme ? { scheme: check.scheme } : {}) },
            };
        case "tcp":
            return { tcpSocket: { port: check.port } };
        case "command":
            return { exec: { command: [...check.command] } };
        case "grpc":
            return { grpc: { port: ports[check.port] ?? 0, ...(check.service ? { service: check.service } : {}) } };
    }
}

/** The ready check's period in seconds. */
export function periodSeconds(health: Health): number {
    return health.every === undefined ? PERIOD_SECONDS : seconds(health.every);
}

/** The three probes of a container; the liveness probe is left out where `alive` is `"none"`. */
export function probes(
    health: Health,
    ports: ResolvedPorts,
): { startupProbe: Probe; readinessProbe: Probe; livenessProbe?: Probe } {
    const period = periodSeconds(health);
    const timeoutSeconds = health.timeout === undefined ? TIMEOUT_SECONDS : seconds(health.timeout);
    const failures = health.failures ?? FAILURES;
    const startUp = seconds(health.startUp);
    // A check that may take longer than the period is not begun more often than it can end.
    const startUpPeriod = Math.min(Math.max(STARTUP_PERIOD_SECONDS, timeoutSeconds), startUp);
    const alive = health.alive ?? health.ready;
    return {
        startupProbe: {
            ...handler(health.started ?? health.ready, ports),
            periodSeconds: startUpPeriod,
            timeoutSeconds,
            // The first look comes at once, so that n of them are over after n - 1 periods.
            failureThreshold: Math.ceil(startUp / startUpPeriod) + 1,
        },
        readinessProbe: {
            ...handler(health.ready, ports),
            periodSeconds: period,
            timeoutSeconds,
            failureThreshold: failures,
        },
        ...(alive === "none"
            ? {}
            : {
                  livenessProbe: {
                      ...handler(alive, ports),
                      periodSeconds: period,
                      timeoutSeconds,
                      failureThreshold: failures * LIVENESS_PATIENCE,
                  },
              }),
    };
}
