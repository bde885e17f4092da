import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { jobAlerts } from "./alerts/job.ts";
import { type JobArgs, job, jobSpec } from "./specs/job.ts";
import { jobTemplate } from "./specs/pod.ts";
import { checkJob } from "./support/check-job.ts";
import { checkWorkload } from "./support/check-workload.ts";
import { Children, type CommonTransforms, contentHash, transformed } from "./support/children.ts";
import { Problems } from "./support/errors.ts";
import { selectorLabels } from "./support/naming.ts";
import { securityExceptions, type WorkloadSummary } from "./support/summary.ts";
import { seconds } from "./values/duration.ts";
import type { Transform, WorkloadArgs } from "./workload-args.ts";

/** Characters of a Job's name after the component's: a hyphen and a hash, and the pods' own suffix of 6. */
const HASH_SUFFIX = 23;

/** Arguments of a {@link BatchJob}. */
export interface BatchJobArgs extends WorkloadArgs, JobArgs {
    /**
     * Whether a deployment waits until the job is complete, at most until its deadline: for a migration that others
     * depend on.
     * @default false
     */
    readonly awaited?: boolean;
    readonly transform?: BatchJobTransforms;
}

/** Changes to the children, one function each. */
export interface BatchJobTransforms extends CommonTransforms {
    readonly job?: Transform<k8s.batch.v1.JobArgs>;
}

/**
 * Something that runs to completion once for each of its specs: a Job, with its service account and alerts.
 *
 * The Job is named by the hash of its spec: a changed spec is a new Job, an unchanged one does not run again. It has no
 * TTL, because a refresh would forget a Job that is gone and the next `up` would run it again.
 *
 * @example
 * ```ts
 * const migrate = new BatchJob("airflow-migrate", {
 *     namespace: "airflow",
 *     system: "airflow",
 *     image: "apache/airflow:3.1.0",
 *     args: ["db", "migrate"],
 *     resources: { cpu: "250m", memory: "1Gi" },
 *     deadline: "10 minutes",
 *     awaited: true,
 * });
 * new StatelessService("airflow-scheduler", { … }, { dependsOn: migrate });
 * ```
 */
export class BatchJob extends pulumi.ComponentResource {
    readonly serviceAccountName: pulumi.Output<string>;
    /** Name of the Job that this spec runs as. */
    readonly jobName: pulumi.Output<string>;
    /** Labels that select the pods. */
    readonly selectorLabels: Readonly<Record<string, string>>;
    readonly job: k8s.batch.v1.Job;

    /** @throws {ArgumentError} with every argument that no workload can be made of */
    constructor(name: string, args: BatchJobArgs, opts: pulumi.ComponentResourceOptions = {}) {
        const summary = check(name, args);
        super("dataplatform:workload:BatchJob", name, summary, opts);
        const { transform = {} } = args;
        const children = new Children(this, name, args, opts.dependsOn);

        const account = children.serviceAccount(transform.serviceAccount);
        const config = children.configFiles(transform.configMap);
        const spec = jobSpec(name, args, jobTemplate(name, args, config.hash));
        this.jobName = pulumi.interpolate`${name}-${contentHash(spec)}`;
        this.job = new k8s.batch.v1.Job(
            name,
            transformed(job(name, args, spec, this.jobName), transform.job),
            children.options(account, ...config.resources),
        );
        const subject = {
            name,
            namespace: args.namespace,
            system: args.system,
            containers: [name, ...Object.keys(args.sidecars ?? {})],
            deadlineSeconds: seconds(args.deadline),
            ...(args.runbookUrl === undefined ? {} : { runbookUrl: args.runbookUrl }),
        };
        children.prometheusRule(
            this.jobName.apply((jobName) => [jobAlerts({ ...subject, jobName })]),
            transform.prometheusRule,
        );

        this.serviceAccountName = account.metadata.name;
        this.selectorLabels = selectorLabels(name);
        this.registerOutputs({ jobName: this.jobName, serviceAccountName: this.serviceAccountName });
    }
}

function check(name: string, args: BatchJobArgs): WorkloadSummary {
    const problems = new Problems();
    checkWorkload(problems, name, args, { reserved: HASH_SUFFIX });
    checkJob(problems, args);
    problems.throwIfAny(`BatchJob "${name}"`);
    const exceptions = securityExceptions(args);
    return {
        controller: "Job",
        namespace: args.namespace,
        system: args.system,
        ...(exceptions.length === 0 ? {} : { exceptions }),
    };
}
