import type { Input } from "@pulumi/pulumi";
import type { StorageNames } from "../infrastructure/storage-classes.ts";
import { type AlertTargets, alertmanagerConfig } from "./alerting-config.ts";
import { apart, INFRA, PLATFORM_PRIORITY, resources, spreadOver, TOLERATIONS } from "./placement.ts";
import { priorityClass } from "./priorities.ts";

/** What the values of kube-prometheus-stack depend on. */
export interface MonitoringValues {
    /** Labels of the rules and monitors that are picked up. */
    readonly labels: Readonly<Record<string, string>>;
    /** Volume of each replica of Prometheus. */
    readonly storageGiB: number;
    readonly retentionDays: number;
    readonly storage: StorageNames;
    /** Secret with `admin-user` and `admin-password`. */
    readonly grafanaAdminSecret: Input<string>;
    readonly alerts: AlertTargets;
    /** Service account that may publish them. */
    readonly alertmanagerAccount: string;
    /** Where Grafana finds logs; undefined for nowhere. */
    readonly lokiUrl?: string;
    /** The address that browsers know Grafana by; undefined if it has none outside of the cluster. */
    readonly grafanaUrl?: string;
}

/** Part of the volume that blocks may fill; the write-ahead log and compaction need the rest. */
const RETENTION_SHARE = 0.85;

const ALERTMANAGER_STORAGE = "5Gi";
const GRAFANA_STORAGE = "10Gi";

function claim(storageClassName: string, storage: string): object {
    return {
        volumeClaimTemplate: {
            spec: { storageClassName, accessModes: ["ReadWriteOnce"], resources: { requests: { storage } } },
        },
    };
}

/** Rules on what EKS does not show: its own etcd, scheduler and controller manager, and kube-proxy on the loopback. */
const HIDDEN_RULES = {
    etcd: false,
    kubeControllerManager: false,
    kubeSchedulerAlerting: false,
    kubeSchedulerRecording: false,
    kubeProxy: false,
    windows: false,
};

function prometheus(args: MonitoringValues): object {
    const selector = { matchLabels: args.labels };
    return {
        podDisruptionBudget: { enabled: true },
        prometheusSpec: {
            replicas: 2,
            retention: `${args.retentionDays}d`,
            retentionSize: `${Math.floor(args.storageGiB * RETENTION_SHARE)}GiB`,
            storageSpec: claim(args.storage.stateful, `${args.storageGiB}Gi`),
            persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
            ruleSelector: selector,
            serviceMonitorSelector: selector,
            podMonitorSelector: selector,
            probeSelector: selector,
            scrapeConfigSelector: selector,
            podAntiAffinity: "hard",
            topologySpreadConstraints: spreadOver({ "app.kubernetes.io/name": "prometheus" }, "hard"),
            tolerations: TOLERATIONS,
            nodeSelector: INFRA,
            priorityClassName: PLATFORM_PRIORITY,
            resources: resources("1", "6Gi"),
        },
    };
}

function alertmanager(args: MonitoringValues): object {
    return {
        serviceAccount: { create: true, name: args.alertmanagerAccount },
        config: alertmanagerConfig(args.alerts),
        podDisruptionBudget: { enabled: true },
        alertmanagerSpec: {
            replicas: 2,
            storage: claim(args.storage.stateful, ALERTMANAGER_STORAGE),
            persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
            podAntiAffinity: "hard",
            topologySpreadConstraints: spreadOver({ "app.kubernetes.io/name": "alertmanager" }, "hard"),
            tolerations: TOLERATIONS,
            nodeSelector: INFRA,
            priorityClassName: PLATFORM_PRIORITY,
            resources: resources("50m", "256Mi"),
        },
    };
}

/**
 * Settings of Grafana behind a load balancer that ends TLS: its own links and redirects, and what it takes for the origin of
 * a request, are of the address that browsers know, and its cookie goes over TLS alone. The name of the host is not enforced:
 * the balancer asks for health by the pods' addresses.
 *
 * Source: Grafana, "Configure Grafana", `root_url`, `cookie_secure`, `enforce_domain`.
 */
function behindBalancer(url: string): object {
    return { server: { root_url: url }, security: { cookie_secure: true } };
}

/** A StatefulSet: with a claim, the chart's default is a Deployment, whose rollout waits for its own volume. */
function grafana(args: MonitoringValues): object {
    return {
        useStatefulSet: true,
        persistence: {
            enabled: true,
            type: "sts",
            storageClassName: args.storage.stateful,
            size: GRAFANA_STORAGE,
            persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
        },
        // The volume's group owns it; the container that changes owners would need root.
        initChownData: { enabled: false },
        admin: { existingSecret: args.grafanaAdminSecret, userKey: "admin-user", passwordKey: "admin-password" },
        ...(args.grafanaUrl === undefined ? {} : { "grafana.ini": behindBalancer(args.grafanaUrl) }),
        testFramework: { enabled: false },
        tolerations: TOLERATIONS,
        nodeSelector: INFRA,
        priorityClassName: priorityClass("service"),
        resources: resources("200m", "512Mi"),
        sidecar: { resources: resources("50m", "256Mi") },
        serviceMonitor: { enabled: true, labels: args.labels },
        additionalDataSources:
            args.lokiUrl === undefined
                ? []
                : [{ name: "Loki", uid: "loki", type: "loki", access: "proxy", url: args.lokiUrl }],
    };
}

/** What the operator's pods have, and those of its webhook. */
const OPERATOR = { tolerations: TOLERATIONS, nodeSelector: INFRA, priorityClassName: PLATFORM_PRIORITY };

/** Labels of the webhook's pods. */
const WEBHOOK = { app: "kube-prometheus-stack-operator-webhook" };

/**
 * The operator, which the chart runs once: it elects no leader. What it made goes on without it. Its webhook, which is on the
 * way of every rule that is made, runs by itself, twice.
 */
function operator(): object {
    return {
        ...OPERATOR,
        resources: resources("100m", "256Mi"),
        prometheusConfigReloader: { resources: resources("10m", "64Mi") },
        admissionWebhooks: {
            deployment: {
                ...OPERATOR,
                enabled: true,
                replicas: 2,
                podDisruptionBudget: { enabled: true },
                affinity: apart(WEBHOOK),
                resources: resources("50m", "128Mi"),
            },
            patch: { nodeSelector: INFRA },
        },
    };
}

/**
 * Values of kube-prometheus-stack for EKS. Its disruption budgets keep one replica of two, which is what "enabled" says.
 */
export function monitoringValues(args: MonitoringValues): Record<string, Input<object>> {
    return {
        crds: { enabled: true },
        kubeControllerManager: { enabled: false },
        kubeEtcd: { enabled: false },
        kubeProxy: { enabled: false },
        kubeScheduler: { enabled: false },
        defaultRules: { rules: HIDDEN_RULES },
        // Ours runs on every node and is known by the same job, so the chart's rules and dashboards hold for it.
        nodeExporter: { enabled: false, forceDeployDashboards: true },
        prometheus: prometheus(args),
        alertmanager: alertmanager(args),
        grafana: grafana(args),
        prometheusOperator: operator(),
        "kube-state-metrics": {
            tolerations: TOLERATIONS,
            nodeSelector: INFRA,
            priorityClassName: PLATFORM_PRIORITY,
            resources: resources("100m", "512Mi"),
        },
    };
}
