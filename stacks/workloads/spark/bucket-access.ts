import type * as pulumi from "@pulumi/pulumi";
import type { StackConfig } from "../../config.ts";
import { PodIdentity } from "../../infrastructure/identity.ts";
import type { WorkloadContext } from "../context.ts";
import { SETTINGS_FILE } from "./runtime.ts";
import { eventLogSettings, jobStatements, type SparkSettings, s3aSettings, settingsFile } from "./storage.ts";

/** What a program that is one pod does with buckets, as configured. */
type SparkBuckets = StackConfig["spark"]["buckets"];

/** What a job needs for its buckets, and for settings of its own. */
interface JobAccess {
    readonly configFiles: Readonly<Record<string, string>>;
    /** What its pods wait for. */
    readonly access: readonly PodIdentity[];
}

/**
 * Settings and a role for a job of Spark that is one pod. Without buckets it has no role.
 *
 * @param name of the job, and so of its service account
 * @param settings those that it has whatever it reaches
 */
export function jobAccess(
    name: string,
    buckets: SparkBuckets,
    {
        context,
        namespace,
        settings = {},
    }: {
        readonly context: WorkloadContext;
        readonly namespace: string;
        readonly settings?: SparkSettings;
    },
    parent: pulumi.Resource,
): JobAccess {
    const { aws } = context;
    if (buckets === undefined || aws === undefined) {
        const own = Object.keys(settings).length === 0 ? {} : { [SETTINGS_FILE]: settingsFile(settings) };
        return { configFiles: own, access: [] };
    }
    const { clusterName, clusterArn } = aws;
    const reached = buckets.eventLog ? eventLogSettings(aws) : s3aSettings(aws.buckets["spark-events"].region);
    const statements = jobStatements(aws, buckets.eventLog, buckets.data ?? []);
    return {
        configFiles: { [SETTINGS_FILE]: settingsFile({ ...settings, ...reached }) },
        access:
            statements.length === 0
                ? []
                : [
                      new PodIdentity(
                          name,
                          { clusterName, clusterArn, namespace, serviceAccount: name, statements },
                          { parent },
                      ),
                  ],
    };
}
