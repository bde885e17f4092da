import { type Duration, seconds } from "../../../components/values/duration.ts";
import type { Resources } from "../../../components/workload-args.ts";
import type { WorkloadContext } from "../context.ts";
import { driverTemplate, executorTemplate, roleName } from "./application-pods.ts";
import { applicationSettings, KEEP_SHUFFLED, type Shuffle } from "./application-settings.ts";
import type { SparkNodes } from "./nodes.ts";
import { cores, memorySplit, type SparkLanguage } from "./runtime.ts";
import { languageOf } from "./submit.ts";

/** From a failed attempt to the next: what is short, of room or of requests to S3, is not at once there again. */
export const RETRY_INTERVAL: Duration = "1 minute";

/** A submission that fails is mostly one that the API server or a webhook could not take at that moment. */
const SUBMISSION_RETRIES = 3;
const SUBMISSION_INTERVAL: Duration = "30 seconds";

const TYPES: Readonly<Record<SparkLanguage, string>> = { python: "Python", jvm: "Scala" };

/** What the spec of an application is made of. */
interface ApplicationSpecArgs {
    readonly name: string;
    readonly namespace: string;
    readonly context: WorkloadContext;
    readonly config: {
        readonly image: string;
        readonly sparkVersion: string;
        readonly application: string;
        readonly mainClass?: string | undefined;
        readonly arguments: readonly string[];
        readonly driverResources: Resources;
        readonly executorResources: Resources;
        readonly executors: { readonly min: number; readonly max: number };
        readonly deadline: Duration;
        readonly retries: number;
    };
    readonly nodes: SparkNodes;
    readonly shuffle: Shuffle;
}

/** CPU and memory of a role, in Spark's own terms. */
function sizes(args: ApplicationSpecArgs, role: "driver" | "executor"): object {
    const { config } = args;
    const field = `${role}Resources` as const;
    const resources = config[field];
    const { heap, overhead } = memorySplit(
        `sparkApplications.${args.name}.${field}`,
        resources,
        languageOf(config.application),
        role,
    );
    return {
        cores: cores(resources),
        coreRequest: resources.cpu,
        memory: `${heap}m`,
        memoryOverhead: `${overhead}m`,
        serviceAccount: roleName(args.name, role),
        // The application's own labels would replace those of the template.
        labels: { "app.kubernetes.io/name": roleName(args.name, role) },
    };
}

/**
 * The spec of a SparkApplication. Pods are described by templates, which say what the fields of the resource and the
 * operator's webhook cannot.
 *
 * Source: Spark operator, `api/v1beta2/sparkapplication_types.go`.
 *
 * @throws {ArgumentError} if the memory leaves Spark too small a heap to start
 */
export function applicationSpec(args: ApplicationSpecArgs): object {
    const { name, namespace, context, config, nodes, shuffle } = args;
    const { image, executors, retries, deadline, mainClass } = config;
    const pods = {
        name,
        namespace,
        context,
        image,
        driver: config.driverResources,
        executor: config.executorResources,
        scratchGiBPerCpu: nodes.scratchGiBPerCpu,
        deadline,
    };
    const tracking = shuffle.kind === "tracking";
    return {
        type: TYPES[languageOf(config.application)],
        mode: "cluster",
        sparkVersion: config.sparkVersion,
        image,
        imagePullPolicy: "IfNotPresent",
        mainApplicationFile: config.application,
        ...(mainClass === undefined ? {} : { mainClass }),
        arguments: [...config.arguments],
        sparkConf: applicationSettings(shuffle, context.aws),
        restartPolicy:
            retries === 0
                ? { type: "Never" }
                : {
                      type: "OnFailure",
                      onFailureRetries: retries,
                      onFailureRetryInterval: seconds(RETRY_INTERVAL),
                      onSubmissionFailureRetries: SUBMISSION_RETRIES,
                      onSubmissionFailureRetryInterval: seconds(SUBMISSION_INTERVAL),
                  },
        dynamicAllocation: {
            enabled: true,
            initialExecutors: Math.max(1, executors.min),
            minExecutors: executors.min,
            maxExecutors: executors.max,
            shuffleTrackingEnabled: tracking,
            // In milliseconds.
            ...(tracking ? { shuffleTrackingTimeout: seconds(KEEP_SHUFFLED) * 1000 } : {}),
        },
        driver: { ...sizes(args, "driver"), template: driverTemplate(pods) },
        executor: { ...sizes(args, "executor"), template: executorTemplate(pods) },
    };
}
