import type { Input } from "@pulumi/pulumi";
import {
    CONTAINER_SECURITY,
    INFRA,
    PLATFORM_PRIORITY,
    POD_SECURITY,
    resources,
    spreadOver,
    TOLERATIONS,
} from "./placement.ts";

/** Every program that a chart installs here, with the labels of its pods. */
const CONTROLLER = { "app.kubernetes.io/name": "aws-load-balancer-controller" };

/** What the values of the load-balancer controller's chart depend on. */
export interface LoadBalancerValues {
    readonly clusterName: string;
    readonly region: string;
    readonly vpcId: Input<string>;
    readonly serviceAccount: string;
    readonly monitoringLabels: Readonly<Record<string, string>>;
}

/** Values of the load-balancer controller's chart. It elects a leader by itself. */
export function loadBalancerValues(args: LoadBalancerValues): Record<string, unknown> {
    return {
        clusterName: args.clusterName,
        // Pods cannot ask the node for them: metadata are answered over one hop.
        region: args.region,
        vpcId: args.vpcId,
        serviceAccount: { create: true, name: args.serviceAccount },
        replicaCount: 2,
        // Only Ingresses are balanced here. By default the controller's webhook is on the way of every Service that is made.
        enableServiceMutatorWebhook: false,
        // Nothing here uses them, so its role has no right to look at them.
        enableShield: false,
        enableWaf: false,
        enableWafv2: false,
        defaultTargetType: "ip",
        defaultLoadBalancerScheme: "internal",
        // The controller's own default (2016-08) takes TLS 1.0.
        defaultSSLPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
        // A new certificate with every change would be a new rollout each time.
        keepTLSSecret: true,
        podSecurityContext: { fsGroup: 65_534, ...POD_SECURITY },
        securityContext: CONTAINER_SECURITY,
        podDisruptionBudget: { maxUnavailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow" },
        topologySpreadConstraints: spreadOver(CONTROLLER, "soft"),
        tolerations: TOLERATIONS,
        nodeSelector: INFRA,
        priorityClassName: PLATFORM_PRIORITY,
        resources: resources("100m", "256Mi"),
        serviceMonitor: { enabled: true, additionalLabels: args.monitoringLabels },
    };
}

/** What the values of external-dns' chart depend on. */
export interface DnsValues {
    /** Marks the records that are ours. */
    readonly owner: string;
    readonly domain: string;
    readonly hostedZoneId: string;
    readonly region: string;
    readonly serviceAccount: string;
    readonly monitoringLabels: Readonly<Record<string, string>>;
}

/**
 * Values of external-dns' chart: one replica, since it cannot elect a leader and the chart has no other number. While it is
 * away, existing records stay as they are; a new one is late by as long.
 */
export function dnsValues(args: DnsValues): Record<string, unknown> {
    return {
        provider: { name: "aws" },
        sources: ["ingress"],
        domainFilters: [args.domain],
        // Deletes what it made itself, and touches nothing else.
        policy: "sync",
        registry: "txt",
        txtOwnerId: args.owner,
        extraArgs: { "zone-id-filter": args.hostedZoneId },
        env: [{ name: "AWS_REGION", value: args.region }],
        serviceAccount: { create: true, name: args.serviceAccount },
        tolerations: TOLERATIONS,
        nodeSelector: INFRA,
        priorityClassName: PLATFORM_PRIORITY,
        resources: resources("50m", "128Mi"),
        serviceMonitor: { enabled: true, additionalLabels: args.monitoringLabels },
    };
}
