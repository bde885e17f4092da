import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { autoscalingValues } from "./autoscaling-values.ts";
import { CHARTS } from "./charts.ts";
import { release } from "./release.ts";

/** What {@link Autoscaling} is made of. */
export interface AutoscalingArgs {
    /** The namespace that it is released to. */
    readonly namespace: pulumi.Input<string>;
    readonly clusterName: string;
    /** Labels of monitors that Prometheus picks up. */
    readonly monitoringLabels: Readonly<Record<string, string>>;
    /** The release that brings the monitors' custom resource definition. */
    readonly monitoring: pulumi.Resource;
}

/** KEDA, which scales on what the resource metrics do not know, such as the lag of a consumer group. */
export class Autoscaling extends pulumi.ComponentResource {
    /** Brings the custom resource definitions; what makes such resources waits for it. */
    readonly release: k8s.helm.v3.Release;

    constructor(name: string, args: AutoscalingArgs, opts: pulumi.ComponentResourceOptions) {
        super("dataplatform:platform:Autoscaling", name, {}, opts);
        this.release = release(
            name,
            {
                release: "keda",
                chart: CHARTS.keda,
                namespace: args.namespace,
                values: autoscalingValues(args.clusterName, args.monitoringLabels),
            },
            { parent: this, dependsOn: [args.monitoring] },
        );
        this.registerOutputs({});
    }
}
