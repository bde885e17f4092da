import type { Input } from "@pulumi/pulumi";
import { INFRA, PLATFORM_PRIORITY, resources, spreadOver, TOLERATIONS } from "../placement.ts";

/** What the values of Karpenter's chart depend on. */
export interface KarpenterValues {
    readonly clusterName: string;
    /** Name of the queue with notices of interruptions. */
    readonly interruptionQueue: Input<string>;
    /** The account whose pods have the rights in AWS. */
    readonly serviceAccount: string;
    readonly monitoringLabels: Readonly<Record<string, string>>;
}

/**
 * Values of Karpenter's chart. Its two pods elect a leader unasked, and the chart keeps them on hosts apart and off the
 * nodes that Karpenter itself starts.
 */
export function karpenterValues(args: KarpenterValues): Record<string, unknown> {
    return {
        replicas: 2,
        serviceAccount: { name: args.serviceAccount },
        settings: {
            clusterName: args.clusterName,
            interruptionQueue: args.interruptionQueue,
            eksControlPlane: true,
        },
        controller: { resources: resources("1", "1Gi") },
        nodeSelector: INFRA,
        tolerations: TOLERATIONS,
        topologySpreadConstraints: spreadOver({ "app.kubernetes.io/name": "karpenter" }, "soft"),
        podDisruptionBudget: { maxUnavailable: 1 },
        priorityClassName: PLATFORM_PRIORITY,
        serviceMonitor: { enabled: true, additionalLabels: args.monitoringLabels },
    };
}
