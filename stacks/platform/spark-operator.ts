import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { dependencyList } from "../../components/support/children.ts";
import { CHARTS } from "./charts.ts";
import { release } from "./release.ts";
import { sparkOperatorValues } from "./spark-operator-values.ts";

/** What {@link SparkOperator} is made of. */
export interface SparkOperatorArgs {
    /** Has to be there before. */
    readonly namespace: pulumi.Input<string>;
    /** Namespaces whose SparkApplications it runs; have to be there before. */
    readonly jobNamespaces: readonly string[];
    readonly monitoringLabels: Readonly<Record<string, string>>;
}

/** Service account of drivers, in every namespace of jobs. */
const SPARK_DRIVER_ACCOUNT = "spark-driver";

/** The operator that runs SparkApplications, and its webhook. */
export class SparkOperator extends pulumi.ComponentResource {
    /** Brings the custom resource definitions; what makes such resources waits for it. */
    readonly release: k8s.helm.v3.Release;
    /** Service account of drivers, in every namespace of jobs. */
    readonly driverServiceAccount: string = SPARK_DRIVER_ACCOUNT;

    constructor(name: string, args: SparkOperatorArgs, opts: pulumi.ComponentResourceOptions) {
        super("dataplatform:platform:SparkOperator", name, {}, opts);
        this.release = release(
            name,
            {
                release: "spark-operator",
                chart: CHARTS.sparkOperator,
                namespace: args.namespace,
                values: sparkOperatorValues({
                    jobNamespaces: args.jobNamespaces,
                    driverServiceAccount: SPARK_DRIVER_ACCOUNT,
                    monitoringLabels: args.monitoringLabels,
                }),
            },
            { parent: this, dependsOn: dependencyList(opts.dependsOn) },
        );
        this.registerOutputs({});
    }
}
