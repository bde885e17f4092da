import type * as pulumi from "@pulumi/pulumi";
import type { AwsFacts } from "../infrastructure/aws-facts.ts";
import { type BucketRight, bucketStatements } from "../infrastructure/bucket-access.ts";
import { PodIdentity } from "../infrastructure/identity.ts";
import type { Statement } from "../infrastructure/policy.ts";

/** A bucket that is not the stack's own, as configured. */
export interface DataBucket {
    readonly name: string;
    readonly keyArn: string;
    readonly access: "read" | "write";
}

const RIGHTS: Readonly<Record<DataBucket["access"], readonly BucketRight[]>> = {
    read: ["read"],
    write: ["read", "write", "delete"],
};

/** Statements about the buckets that a configuration names. */
export function dataStatements(region: string, buckets: readonly DataBucket[]): readonly Statement[] {
    return buckets.flatMap(({ name, keyArn, access }) =>
        bucketStatements({ name, arn: `arn:aws:s3:::${name}`, keyArn, region }, RIGHTS[access]),
    );
}

/** What a service has that reaches buckets; nothing where it reaches none. */
interface DataAccess {
    /**
     * The region, for libraries of AWS. A pod has a role only if it was started after its association, and this is what
     * replaces those that were not: the template is another one.
     */
    readonly env: Readonly<Record<string, string>>;
    /** What its pods wait for. */
    readonly access: readonly PodIdentity[];
}

/**
 * The role of a service that reaches no bucket of the stack's own.
 *
 * @param serviceAccount of its pods
 * @param aws where the role is for; undefined where there is no AWS
 */
export function dataAccess(
    serviceAccount: string,
    {
        aws,
        namespace,
        buckets = [],
    }: {
        readonly aws: AwsFacts | undefined;
        readonly namespace: string;
        readonly buckets: readonly DataBucket[] | undefined;
    },
    parent: pulumi.Resource,
): DataAccess {
    if (aws === undefined || buckets.length === 0) {
        return { env: {}, access: [] };
    }
    const { clusterName, clusterArn } = aws;
    const { region } = aws.buckets["spark-events"];
    const statements = dataStatements(region, buckets);
    return {
        env: { AWS_REGION: region },
        access: [
            new PodIdentity(
                serviceAccount,
                { clusterName, clusterArn, namespace, serviceAccount, statements },
                { parent },
            ),
        ],
    };
}
