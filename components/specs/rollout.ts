import { seconds } from "../values/duration.ts";
import { SPARE_ROOM } from "../values/recovery-budget.ts";
import type { Health, Shutdown } from "../workload-args.ts";
import { graceSeconds } from "./pod.ts";

/** Seconds added to every wait of the provider: API latency, image pulls that are slower than usual. */
const AWAIT_SLACK_SECONDS = 120;

/** What one replica costs a rollout: it stops, is placed, starts, and is looked at for a while. */
export function replicaSeconds(health: Health, shutdown: Shutdown | undefined, minReadySeconds: number): number {
    return graceSeconds(shutdown) + SPARE_ROOM.seconds + seconds(health.startUp) + minReadySeconds;
}

/** Replicas that a `surge` rollout replaces at once: 25 %, rounded up as Kubernetes does. */
export function surgeWidth(replicas: number): number {
    return Math.max(1, Math.ceil(replicas * 0.25));
}

/** Seconds in which a rollout of `replicas` in waves of `width` ends. */
export function rolloutSeconds(replicas: number, width: number, perReplica: number): number {
    return Math.ceil(Math.max(1, replicas) / Math.max(1, width)) * perReplica;
}

/** The annotation by which the provider waits as long as the rollout may take, and no longer. */
export function awaitTimeout(rollout: number): { "pulumi.com/timeoutSeconds": string } {
    return { "pulumi.com/timeoutSeconds": String(rollout + AWAIT_SLACK_SECONDS) };
}
