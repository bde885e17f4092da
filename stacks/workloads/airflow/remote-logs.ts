import type * as pulumi from "@pulumi/pulumi";
import type { AwsFacts } from "../../infrastructure/aws-facts.ts";
import { type BucketRight, bucketStatements } from "../../infrastructure/bucket-access.ts";
import { PodIdentity } from "../../infrastructure/identity.ts";

/** The connection that the handler of remote logs asks for. */
const CONNECTION = "aws_default";

/** The part of the bucket that task logs are in, and all that their users may touch. */
const PREFIX = "logs";

/** Where task logs go, so that they outlast the pods that wrote them. */
export interface RemoteLogs {
    readonly bucket: string;
    readonly region: string;
}

/**
 * Logs of tasks and triggers in a bucket. Source: Airflow's configuration reference, `logging`; the Amazon provider,
 * "Writing logs to Amazon S3".
 *
 * The connection is given here and has no credentials in it, so that nobody looks for it in the database and boto3 takes
 * those of the pod's role.
 */
export function remoteLogEnvironment({ bucket, region }: RemoteLogs): Record<string, string> {
    return {
        AIRFLOW__LOGGING__REMOTE_LOGGING: "True",
        AIRFLOW__LOGGING__REMOTE_BASE_LOG_FOLDER: `s3://${bucket}/${PREFIX}`,
        AIRFLOW__LOGGING__REMOTE_LOG_CONN_ID: CONNECTION,
        // The volume for logs is small, and a triggerer runs for months.
        AIRFLOW__LOGGING__DELETE_LOCAL_LOGS: "True",
        [`AIRFLOW_CONN_${CONNECTION.toUpperCase()}`]: JSON.stringify({
            conn_type: "aws",
            extra: { region_name: region },
        }),
    };
}

/** Who does what with the logs; names are of service accounts. */
type LogUsers = Readonly<Record<string, { readonly namespace: string; readonly rights: readonly BucketRight[] }>>;

/**
 * Makes roles for those who write and show logs, whose pods wait for them.
 *
 * @returns nothing to set and to wait for where there is no AWS
 */
export function logAccess(
    aws: AwsFacts | undefined,
    users: LogUsers,
    parent: pulumi.Resource,
): { readonly settings: { readonly logs?: RemoteLogs }; readonly access: readonly PodIdentity[] } {
    if (aws === undefined) {
        return { settings: {}, access: [] };
    }
    const { clusterName, clusterArn } = aws;
    const bucket = aws.buckets["airflow-logs"];
    const access = Object.entries(users).map(([serviceAccount, { namespace, rights }]) => {
        const statements = bucketStatements(bucket, rights, PREFIX);
        return new PodIdentity(
            serviceAccount,
            { clusterName, clusterArn, namespace, serviceAccount, statements },
            { parent },
        );
    });
    return { settings: { logs: { bucket: bucket.name, region: bucket.region } }, access };
}
