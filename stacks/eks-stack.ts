import * as pulumi from "@pulumi/pulumi";
import type { EksConfig, KubeconfigConfig, StackConfig } from "./config.ts";
import { withCachedImages } from "./infrastructure/cached-images.ts";
import { eksFoundation } from "./infrastructure/eks.ts";
import { kubeconfigFoundation } from "./infrastructure/kubeconfig.ts";
import { Logging, type LoggingArgs } from "./platform/logging.ts";
import { NodeMetrics } from "./platform/node-metrics.ts";
import { eksPlatform, kubeconfigPlatform, type Platform } from "./platform/platform.ts";
import { workloads } from "./workloads/workloads.ts";

/** Outputs of a stack. */
export type StackOutputs = Readonly<Record<string, pulumi.Input<string>>>;

/** Namespace of what runs on every node. */
const AGENTS = "node-agents";

function nodeAgents(
    config: StackConfig,
    { cluster, inNamespace }: Platform,
    destination: LoggingArgs["destination"],
): void {
    const placed = { cluster, namespace: AGENTS };
    new Logging("logging", { ...placed, config: config.fluentBit, destination }, inNamespace(AGENTS));
    new NodeMetrics("node-metrics", { ...placed, config: config.nodeExporter }, inNamespace(AGENTS));
}

/** Makes a cluster on EKS and everything in it. */
function eksStack(configured: EksConfig): StackOutputs {
    const config = withCachedImages(configured);
    const foundation = eksFoundation(config);
    const { clusterName, clusterArn, kubeconfig, logs } = foundation;
    const platform = eksPlatform(config, foundation);
    nodeAgents(config, platform, {
        kind: "cloudwatch",
        region: config.region,
        groups: logs.groups,
        cluster: { name: clusterName, arn: clusterArn },
        ...(platform.loki === undefined ? {} : { loki: platform.loki }),
    });
    return {
        clusterName,
        kubeconfig: pulumi.secret(kubeconfig),
        ...workloads(config, foundation, platform),
        ...(platform.dashboards === undefined ? {} : { dashboards: platform.dashboards }),
    };
}

/** Puts everything but the cluster itself into one that is there. */
function kubeconfigStack(config: KubeconfigConfig): StackOutputs {
    const foundation = kubeconfigFoundation(config);
    const platform = kubeconfigPlatform(foundation);
    nodeAgents(config, platform, { kind: "stdout" });
    return { context: config.context, ...workloads(config, foundation, platform) };
}

/** Builds what a stack's configuration asks for: infrastructure, then platform, then workloads. */
export function buildStack(config: StackConfig): StackOutputs {
    switch (config.target) {
        case "eks":
            return eksStack(config);
        case "kubeconfig":
            return kubeconfigStack(config);
    }
}
