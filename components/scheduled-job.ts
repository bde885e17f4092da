import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { scheduledJobAlerts } from "./alerts/cron-job.ts";
import { cronJob, type ScheduleArgs, startingDeadlineSeconds } from "./specs/cron-job.ts";
import { type JobArgs, jobSpec } from "./specs/job.ts";
import { jobTemplate } from "./specs/pod.ts";
import { checkJob, checkSchedule } from "./support/check-job.ts";
import { checkWorkload } from "./support/check-workload.ts";
import { Children, type CommonTransforms, transformed } from "./support/children.ts";
import { Problems } from "./support/errors.ts";
import { selectorLabels } from "./support/naming.ts";
import { securityExceptions, type WorkloadSummary } from "./support/summary.ts";
import { seconds } from "./values/duration.ts";
import { longestPause } from "./values/schedule.ts";
import type { Transform, WorkloadArgs } from "./workload-args.ts";

/** What a CronJob's controller appends to its name: a hyphen and the time of the run. */
const TIME_SUFFIX = 11;

/** Arguments of a {@link ScheduledJob}. */
export interface ScheduledJobArgs extends WorkloadArgs, JobArgs, ScheduleArgs {
    readonly transform?: ScheduledJobTransforms;
}

/** Changes to the children, one function each. */
export interface ScheduledJobTransforms extends CommonTransforms {
    readonly cronJob?: Transform<k8s.batch.v1.CronJobArgs>;
}

/**
 * Something that runs to completion by the clock: a CronJob, with its service account and alerts, a missed run among
 * them. Two runs never overlap.
 *
 * @example
 * ```ts
 * new ScheduledJob("nightly-etl", {
 *     namespace: "etl",
 *     system: "etl",
 *     image: "ghcr.io/acme/etl:2.3.0",
 *     schedule: { cron: "0 2 * * *", timeZone: "Europe/Berlin" },
 *     resources: { cpu: "1", memory: "4Gi" },
 *     deadline: "3 hours",
 *     pool: "batch",
 * });
 * ```
 */
export class ScheduledJob extends pulumi.ComponentResource {
    readonly serviceAccountName: pulumi.Output<string>;
    /** Labels that select the pods. */
    readonly selectorLabels: Readonly<Record<string, string>>;
    readonly cronJob: k8s.batch.v1.CronJob;

    /** @throws {ArgumentError} with every argument that no workload can be made of */
    constructor(name: string, args: ScheduledJobArgs, opts: pulumi.ComponentResourceOptions = {}) {
        const summary = check(name, args);
        super("dataplatform:workload:ScheduledJob", name, summary, opts);
        const { transform = {} } = args;
        const children = new Children(this, name, args, opts.dependsOn);

        const account = children.serviceAccount(transform.serviceAccount);
        const config = children.configFiles(transform.configMap);
        const spec = jobSpec(name, args, jobTemplate(name, args, config.hash));
        this.cronJob = new k8s.batch.v1.CronJob(
            name,
            transformed(cronJob(name, args, args, spec), transform.cronJob),
            children.options(account, ...config.resources),
        );
        children.prometheusRule(
            [
                scheduledJobAlerts({
                    name,
                    namespace: args.namespace,
                    system: args.system,
                    containers: [name, ...Object.keys(args.sidecars ?? {})],
                    deadlineSeconds: seconds(args.deadline),
                    longestPauseSeconds: longestPause(args.schedule),
                    startingDeadlineSeconds: startingDeadlineSeconds(args),
                    ...(args.runbookUrl === undefined ? {} : { runbookUrl: args.runbookUrl }),
                }),
            ],
            transform.prometheusRule,
        );

        this.serviceAccountName = account.metadata.name;
        this.selectorLabels = selectorLabels(name);
        this.registerOutputs({ serviceAccountName: this.serviceAccountName });
    }
}

function check(name: string, args: ScheduledJobArgs): WorkloadSummary {
    const problems = new Problems();
    checkWorkload(problems, name, args, { reserved: TIME_SUFFIX });
    checkJob(problems, args);
    checkSchedule(problems, args);
    problems.throwIfAny(`ScheduledJob "${name}"`);
    const exceptions = securityExceptions(args);
    return {
        controller: "CronJob",
        namespace: args.namespace,
        system: args.system,
        ...(exceptions.length === 0 ? {} : { exceptions }),
    };
}
