import * as pulumi from "@pulumi/pulumi";
import { ScheduledJob } from "../../components/scheduled-job.ts";
import { dependencyList } from "../../components/support/children.ts";
import type { StackConfig } from "../config.ts";
import { placed, type WorkloadContext } from "./context.ts";
import { jobAccess } from "./spark/bucket-access.ts";
import { sparkRuntime } from "./spark/runtime.ts";

/** What {@link Etl} is made of. */
export interface EtlArgs {
    readonly config: StackConfig["etl"];
    readonly context: WorkloadContext;
    /** Has to be there before. */
    readonly namespace: string;
}

/**
 * The nightly job: a command of an image that is made from Spark's, by the clock. It does not know what the command
 * runs, so it leaves room for Python.
 *
 * A night's run that starts more than an hour late, or takes longer than four, would meet the working day: it is left
 * out or stopped, and an alert says so.
 */
export class Etl extends pulumi.ComponentResource {
    /** @throws {ArgumentError} if the memory leaves Spark too small a heap to start */
    constructor(name: string, args: EtlArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("dataplatform:system:etl", name, {}, opts);
        const { config, context, namespace } = args;
        const job = `nightly-${name}`;
        const { access, configFiles } = jobAccess(job, config.buckets, { context, namespace }, this);
        new ScheduledJob(
            job,
            {
                namespace,
                system: "etl",
                ...placed(context, "batch", "jobs"),
                image: config.image,
                command: config.command,
                configFiles,
                schedule: config.schedule,
                resources: config.resources,
                ...sparkRuntime("etl.resources", config.resources, "python"),
                // A run that is moved begins again.
                annotations: { "karpenter.sh/do-not-disrupt": "true" },
                startingDeadline: "1 hour",
                deadline: "4 hours",
            },
            { parent: this, dependsOn: [...dependencyList(opts.dependsOn), ...access] },
        );
        this.registerOutputs({});
    }
}
