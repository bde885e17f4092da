import * as pulumi from "@pulumi/pulumi";
import { BatchJob } from "../../components/batch-job.ts";
import type { StackConfig } from "../config.ts";
import { placed, type WorkloadContext } from "./context.ts";
import { sparkRuntime } from "./spark/runtime.ts";
import { languageOf, submitCommand } from "./spark/submit.ts";

/** What {@link Spark} is made of. */
export interface SparkArgs {
    readonly config: StackConfig["spark"];
    readonly context: WorkloadContext;
    /** Has to be there before. */
    readonly namespace: string;
}

/**
 * What no other attempt mends: a misused command or a Python file that is not there (2), a main class that is not there
 * (101), and a program that cannot be run or is not there (126, 127).
 *
 * Source: Python, "Command line and environment"; Spark, `SparkSubmit.CLASS_NOT_FOUND_EXIT_STATUS`.
 */
const PERMANENT_EXIT_CODES = [2, 101, 126, 127];

/** A Spark application that runs once for each version of it, in one pod: a Job. */
export class Spark extends pulumi.ComponentResource {
    /** Name of the Job that this version runs as. */
    readonly jobName: pulumi.Output<string>;

    /** @throws {ArgumentError} if the memory leaves Spark too small a heap to start */
    constructor(name: string, args: SparkArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("dataplatform:system:spark", name, {}, opts);
        const { config, context, namespace } = args;
        const job = new BatchJob(
            name,
            {
                namespace,
                system: "spark",
                ...placed(context, "batch", "drivers"),
                image: config.image,
                command: submitCommand(config),
                resources: config.resources,
                ...sparkRuntime("spark.resources", config.resources, languageOf(config.application)),
                // A driver that is moved begins again.
                annotations: { "karpenter.sh/do-not-disrupt": "true" },
                deadline: "6 hours",
                permanentExitCodes: PERMANENT_EXIT_CODES,
            },
            { parent: this, ...(opts.dependsOn === undefined ? {} : { dependsOn: opts.dependsOn }) },
        );
        this.jobName = job.jobName;
        this.registerOutputs({ jobName: this.jobName });
    }
}
