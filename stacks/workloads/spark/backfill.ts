import * as pulumi from "@pulumi/pulumi";
import { ScheduledJob } from "../../../components/scheduled-job.ts";
import { dependencyList } from "../../../components/support/children.ts";
import type { StackConfig } from "../../config.ts";
import { placed, type WorkloadContext } from "../context.ts";
import { backfillScript } from "./backfill-script.ts";
import { jobAccess } from "./bucket-access.ts";
import { sparkRuntime } from "./runtime.ts";
import { languageOf, PERMANENT_EXIT_CODES } from "./submit.ts";

const SCRIPT = "/etc/spark-backfill/run.sh";

/** Arguments of a {@link SparkBackfill}. */
export interface SparkBackfillArgs {
    readonly config: NonNullable<StackConfig["backfill"]>;
    readonly context: WorkloadContext;
    /** Has to be there before. */
    readonly namespace: string;
}

/**
 * A job that fills the last days again by the clock, for what arrived late: a CronJob with `Forbid`.
 *
 * It may run any number of times. Which days it fills follows from when it was due, not from when it runs, so a run that is
 * late or tried again fills the same ones; and what it writes replaces exactly the partitions that it has rows for
 * (`spark.sql.sources.partitionOverwriteMode`). For that the application writes with `mode("overwrite")`, partitioned by day.
 */
export class SparkBackfill extends pulumi.ComponentResource {
    /** @throws {ArgumentError} if the memory leaves Spark too small a heap to start */
    constructor(name: string, args: SparkBackfillArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("dataplatform:system:SparkBackfill", name, {}, opts);
        const { config, context, namespace } = args;
        const runtime = sparkRuntime("backfill.resources", config.resources, languageOf(config.application));
        const settings = { "spark.sql.sources.partitionOverwriteMode": "dynamic" };
        const { access, configFiles } = jobAccess(name, config.buckets, { context, namespace, settings }, this);
        new ScheduledJob(
            name,
            {
                namespace,
                system: "etl",
                ...placed(context, "batch", "jobs"),
                ...runtime,
                image: config.image,
                command: ["/bin/bash", SCRIPT],
                configFiles: {
                    [SCRIPT]: backfillScript(config),
                    ...configFiles,
                },
                // The controller ends a Job's name with the minute at which it was due.
                env: { ...runtime.env, JOB_NAME: { field: "metadata.labels['batch.kubernetes.io/job-name']" } },
                schedule: config.schedule,
                resources: config.resources,
                // A run that is moved begins again.
                annotations: { "karpenter.sh/do-not-disrupt": "true" },
                startingDeadline: "6 hours",
                deadline: config.deadline,
                permanentExitCodes: PERMANENT_EXIT_CODES,
            },
            { parent: this, dependsOn: [...dependencyList(opts.dependsOn), ...access] },
        );
        this.registerOutputs({});
    }
}
