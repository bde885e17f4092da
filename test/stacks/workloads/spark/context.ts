import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { AwsFacts } from "../../../../stacks/infrastructure/aws-facts.ts";
import type { WorkloadContext } from "../../../../stacks/workloads/context.ts";
import { POOLS } from "../pools.ts";

const bucket = (name: string) => ({ name, arn: `arn:aws:s3:::${name}`, keyArn: "key", region: "eu-central-1" });

/** As far as Spark needs it. */
function aws(): AwsFacts {
    const [events, shuffle, other] = [bucket("events"), bucket("shuffle"), bucket("other")];
    return {
        clusterName: "test",
        clusterArn: pulumi.output("arn:aws:eks:eu-central-1:111122223333:cluster/test"),
        buckets: {
            "airflow-logs": other,
            "spark-events": events,
            "spark-shuffle": shuffle,
            "flink-checkpoints": other,
            loki: other,
            "database-backups": other,
        },
        databases: {},
    };
}

/** A cluster on EKS with two buckets, `events` and `shuffle`; to be made inside of `collect`. */
export function sparkContext(): WorkloadContext & { readonly aws: AwsFacts } {
    return {
        cluster: {},
        claimProvider: new k8s.Provider("claims", {}),
        storageClass: undefined,
        throughputClass: undefined,
        pools: POOLS,
        availability: { downtimeBudget: "5 minutes" },
        aws: aws(),
    };
}
