import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { dependencyList } from "../../components/support/children.ts";
import type { EksConfig } from "../config.ts";
import { CHARTS } from "./charts.ts";
import { release } from "./release.ts";
import { verticalAutoscalerValues } from "./vertical-autoscaler-values.ts";

/** What {@link VerticalAutoscaler} is made of. */
export interface VerticalAutoscalerArgs {
    readonly config: NonNullable<EksConfig["verticalAutoscaler"]>;
    /** Has to be there before. */
    readonly namespace: string;
    readonly monitoringLabels: Readonly<Record<string, string>>;
}

const NAME = "vertical-pod-autoscaler";

/** What the recommender's pods carry. */
const RECOMMENDER = { "app.kubernetes.io/instance": NAME, "app.kubernetes.io/component": "recommender" };

/**
 * Recommendations of requests: the recommender alone, which looks and changes nothing. `kubectl get vpa --all-namespaces`
 * shows what each workload would need.
 */
export class VerticalAutoscaler extends pulumi.ComponentResource {
    /** Brings the custom resource definition; workloads' objects wait for it. */
    readonly release: k8s.helm.v3.Release;

    constructor(name: string, args: VerticalAutoscalerArgs, opts: pulumi.ComponentResourceOptions) {
        super("dataplatform:platform:VerticalAutoscaler", name, {}, opts);
        const { config, namespace, monitoringLabels } = args;
        this.release = release(
            name,
            {
                release: NAME,
                chart: CHARTS.verticalAutoscaler,
                namespace,
                values: verticalAutoscalerValues(RECOMMENDER, config.resources),
            },
            { parent: this, dependsOn: dependencyList(opts.dependsOn) },
        );
        // The chart has no monitor of its own.
        new k8s.apiextensions.CustomResource(
            `${name}-recommender`,
            {
                apiVersion: "monitoring.coreos.com/v1",
                kind: "PodMonitor",
                metadata: { name: "recommender", namespace, labels: monitoringLabels },
                spec: {
                    selector: { matchLabels: RECOMMENDER },
                    podMetricsEndpoints: [{ port: "prometheus", interval: "30s" }],
                },
            },
            { parent: this, dependsOn: [this.release] },
        );
        this.registerOutputs({});
    }
}
