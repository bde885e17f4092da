import type * as pulumi from "@pulumi/pulumi";
import type { BucketPurpose } from "./bucket-purposes.ts";
import type { Bucket } from "./buckets.ts";
import type { ManagedPostgres } from "./postgres.ts";

/** What platform and workloads use of AWS, beside the cluster itself. */
export interface AwsFacts {
    /** The cluster that the roles of pods trust. */
    readonly clusterName: string;
    readonly clusterArn: pulumi.Output<string>;
    readonly buckets: Readonly<Record<BucketPurpose, Bucket>>;
    /** The databases of RDS, as far as the configuration asks for them. */
    readonly databases: {
        readonly metadata?: ManagedPostgres;
        readonly metabase?: ManagedPostgres;
    };
}
