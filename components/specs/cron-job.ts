import type * as k8s from "@pulumi/kubernetes";
import { workloadLabels } from "../support/naming.ts";
import { type Duration, seconds } from "../values/duration.ts";
import type { Schedule } from "../values/schedule.ts";

/** When a job runs, and what happens when a run is late or long. */
export interface ScheduleArgs {
    readonly schedule: Schedule;
    /**
     * What happens when a run is due while the last one still works: it is left out, or it takes the other's place.
     * There is no third way: two runs at once are what duplicates data.
     * @default "forbid"
     */
    readonly overlap?: "forbid" | "replace";
    /**
     * How late a run may start after its time; a later one is left out. At least 10 seconds, the controller's period.
     * @default "10 minutes"
     */
    readonly startingDeadline?: Duration;
    /** @default { succeeded: 3, failed: 3 } */
    readonly history?: { readonly succeeded: number; readonly failed: number };
    /**
     * Stop the clock. Runs that are missed meanwhile are not made up for.
     * @default false
     */
    readonly suspended?: boolean;
}

const STARTING_DEADLINE_SECONDS = 600;
const HISTORY = 3;

/** Seconds that a run may start late. */
export function startingDeadlineSeconds(args: Pick<ScheduleArgs, "startingDeadline">): number {
    return args.startingDeadline === undefined ? STARTING_DEADLINE_SECONDS : seconds(args.startingDeadline);
}

/** The CronJob of a scheduled job. */
export function cronJob(
    name: string,
    owner: { readonly namespace: string; readonly system: string },
    args: ScheduleArgs,
    spec: k8s.types.input.batch.v1.JobSpec,
): k8s.batch.v1.CronJobArgs {
    const labels = workloadLabels(name, owner.system);
    return {
        metadata: { name, namespace: owner.namespace, labels },
        spec: {
            schedule: args.schedule.cron,
            timeZone: args.schedule.timeZone,
            concurrencyPolicy: args.overlap === "replace" ? "Replace" : "Forbid",
            startingDeadlineSeconds: startingDeadlineSeconds(args),
            successfulJobsHistoryLimit: args.history?.succeeded ?? HISTORY,
            failedJobsHistoryLimit: args.history?.failed ?? HISTORY,
            suspend: args.suspended ?? false,
            jobTemplate: { metadata: { labels }, spec },
        },
    };
}
