import * as pulumi from "@pulumi/pulumi";
import type { AwsFacts } from "../../../../stacks/infrastructure/aws-facts.ts";
import type { BucketPurpose } from "../../../../stacks/infrastructure/bucket-purposes.ts";
import type { Bucket } from "../../../../stacks/infrastructure/buckets.ts";

const bucket = (name: string): Bucket => ({
    name,
    arn: `arn:aws:s3:::${name}`,
    keyArn: "arn:aws:kms:eu-central-1:111122223333:key/buckets",
    region: "eu-central-1",
});

/** An account with buckets and no databases. */
export function awsFacts(): AwsFacts {
    const purposes: readonly BucketPurpose[] = [
        "airflow-logs",
        "spark-events",
        "spark-shuffle",
        "flink-checkpoints",
        "loki",
        "database-backups",
    ];
    return {
        clusterName: "test",
        clusterArn: pulumi.output("arn:aws:eks:eu-central-1:111122223333:cluster/test"),
        buckets: Object.fromEntries(purposes.map((purpose) => [purpose, bucket(purpose)])) as AwsFacts["buckets"],
        databases: {},
    };
}
