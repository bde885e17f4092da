import * as pulumi from "@pulumi/pulumi";
import { BatchJob } from "../../components/batch-job.ts";
import { dependencyList } from "../../components/support/children.ts";
import type { StackConfig } from "../config.ts";
import { placed, type WorkloadContext } from "./context.ts";
import { jobAccess } from "./spark/bucket-access.ts";
import { sparkRuntime } from "./spark/runtime.ts";
import { languageOf, PERMANENT_EXIT_CODES, submitCommand } from "./spark/submit.ts";

/** What {@link Spark} is made of. */
export interface SparkArgs {
    readonly config: StackConfig["spark"];
    readonly context: WorkloadContext;
    /** Has to be there before. */
    readonly namespace: string;
}

/** A Spark application that runs once for each version of it, in one pod: a Job. */
export class Spark extends pulumi.ComponentResource {
    /** Name of the Job that this version runs as. */
    readonly jobName: pulumi.Output<string>;

    /** @throws {ArgumentError} if the memory leaves Spark too small a heap to start */
    constructor(name: string, args: SparkArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("dataplatform:system:spark", name, {}, opts);
        const { config, context, namespace } = args;
        const { access, configFiles } = jobAccess(name, config.buckets, { context, namespace }, this);
        const job = new BatchJob(
            name,
            {
                namespace,
                system: "spark",
                ...placed(context, "batch", "drivers"),
                image: config.image,
                command: submitCommand(config),
                configFiles,
                resources: config.resources,
                ...sparkRuntime("spark.resources", config.resources, languageOf(config.application)),
                // A driver that is moved begins again.
                annotations: { "karpenter.sh/do-not-disrupt": "true" },
                deadline: "6 hours",
                permanentExitCodes: PERMANENT_EXIT_CODES,
            },
            { parent: this, dependsOn: [...dependencyList(opts.dependsOn), ...access] },
        );
        this.jobName = job.jobName;
        this.registerOutputs({ jobName: this.jobName });
    }
}
