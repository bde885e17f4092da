import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { workloadLabels } from "../support/naming.ts";
import { type Duration, seconds } from "../values/duration.ts";

/** How often and how long a job tries. */
export interface JobArgs {
    /** After that the job is stopped, whatever it does, and counts as failed. */
    readonly deadline: Duration;
    /**
     * Attempts after the first one. Evictions and node losses do not count.
     * @default 3
     */
    readonly retries?: number;
    /**
     * Exit codes after which another attempt cannot succeed; the job fails at once.
     * @default [126, 127]: the command cannot be run, or is not there
     */
    readonly permanentExitCodes?: readonly number[];
    /** How the work is divided. */
    readonly work?: JobWork;
}

/**
 * How the work of a job is divided.
 * - `once`: one pod (default).
 * - `queue`: pods take `completions` pieces of work from somewhere, `parallelism` at a time.
 * - `indexed`: as `queue`, and each pod has its index in `JOB_COMPLETION_INDEX`; each index has its own retries.
 */
export type JobWork =
    | { readonly kind: "once" }
    | { readonly kind: "queue" | "indexed"; readonly completions: number; readonly parallelism: number };

const RETRIES = 3;
/** The job is stopped before the wait for it ends, so that its own failure is what is told. */
const AWAIT_SLACK_SECONDS = 60;
const PERMANENT_EXIT_CODES = [126, 127] as const;

function failurePolicy(container: string, args: JobArgs): k8s.types.input.batch.v1.PodFailurePolicy {
    const exitCodes = args.permanentExitCodes ?? PERMANENT_EXIT_CODES;
    return {
        rules: [
            // A drain or a lost node is not the program's failure.
            { action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] },
            ...(exitCodes.length === 0
                ? []
                : [
                      {
                          action: "FailJob",
                          onExitCodes: { containerName: container, operator: "In", values: [...exitCodes] },
                      },
                  ]),
        ],
    };
}

/** The spec of a Job, alone or in a CronJob. */
export function jobSpec(
    name: string,
    args: JobArgs,
    template: k8s.types.input.core.v1.PodTemplateSpec,
): k8s.types.input.batch.v1.JobSpec {
    const work = args.work ?? { kind: "once" };
    const retries = args.retries ?? RETRIES;
    return {
        activeDeadlineSeconds: seconds(args.deadline),
        ...(work.kind === "indexed" ? { backoffLimitPerIndex: retries } : { backoffLimit: retries }),
        podFailurePolicy: failurePolicy(name, args),
        // Pods that are still stopping do not count as failed, so that two never work at once.
        podReplacementPolicy: "Failed",
        ...(work.kind === "once"
            ? { completions: 1, parallelism: 1 }
            : {
                  completions: work.completions,
                  parallelism: work.parallelism,
                  completionMode: work.kind === "indexed" ? "Indexed" : "NonIndexed",
              }),
        template,
    };
}

/** The Job of a batch job. It has no TTL: a refresh would forget a job that is gone, and the next `up` run it again. */
export function job(
    name: string,
    args: JobArgs & { readonly namespace: string; readonly system: string; readonly awaited?: boolean },
    spec: k8s.types.input.batch.v1.JobSpec,
    hashedName: pulumi.Input<string>,
): k8s.batch.v1.JobArgs {
    return {
        metadata: {
            name: hashedName,
            namespace: args.namespace,
            labels: workloadLabels(name, args.system),
            annotations:
                args.awaited === true
                    ? {
                          "pulumi.com/timeoutSeconds": String(seconds(args.deadline) + AWAIT_SLACK_SECONDS),
                          // One that failed is made anew by the next `up`, instead of failing it for good.
                          "pulumi.com/replaceUnready": "true",
                      }
                    : { "pulumi.com/skipAwait": "true" },
        },
        spec,
    };
}
