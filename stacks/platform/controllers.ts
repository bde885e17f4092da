import type { ChartNamespace } from "./namespaces.ts";

/** Where the values of a chart say something about a controller: keys joined by dots. */
export interface ValuePaths {
    /** @default the chart runs it once and takes no number */
    readonly replicas?: string;
    /** @default it needs no leader, or elects one without being told */
    readonly leaderElection?: string;
    /** @default it is alone */
    readonly spread?: string;
    /** @default it is alone */
    readonly budget?: string;
    readonly tolerations: string;
    readonly nodeSelector: string;
    readonly priority: string;
    readonly resources: string;
    /** Size of the volume of each; with a claim only. */
    readonly storage?: string;
    /**
     * `"none"` if the chart has no monitor of it: its state is known by kube-state-metrics alone.
     * @default the chart monitors it unasked
     */
    readonly monitor?: string;
}

/** A controller that a chart brings: what its alerts and the table in `docs/platform.md` are made of. */
export interface Controller {
    /** The release, by the name of its resource. */
    readonly release: string;
    readonly namespace: ChartNamespace;
    /** Name of the object, as the chart makes it. */
    readonly name: string;
    /** Containers that run for good. */
    readonly containers: readonly string[];
    /** Name of the claim template, if it is a StatefulSet. */
    readonly claim?: string;
    /** How two of them do not do everything twice. */
    readonly leader: "elected" | "not needed";
    /** Why there is one alone, and what its absence means. */
    readonly alone?: string;
    readonly values: ValuePaths;
}

/** Paths of a program whose settings are all under one key; "" is the top. */
function under(
    key: string,
    own: Partial<ValuePaths> & Pick<Required<ValuePaths>, "replicas">,
): ValuePaths & { readonly replicas: string } {
    const at = (name: string): string => (key === "" ? name : `${key}.${name}`);
    return {
        spread: at("topologySpreadConstraints"),
        budget: at("podDisruptionBudget"),
        tolerations: at("tolerations"),
        nodeSelector: at("nodeSelector"),
        priority: at("priorityClassName"),
        resources: at("resources"),
        ...own,
    };
}

/** Paths of a program that runs once. */
function aloneUnder(key: string, own: Partial<ValuePaths> = {}): ValuePaths {
    const { tolerations, nodeSelector, priority, resources } = under(key, { replicas: "" });
    return { tolerations, nodeSelector, priority, resources, ...own };
}

const STACK = "kube-prometheus-stack";
const WEBHOOK = "prometheusOperator.admissionWebhooks.deployment";
const CLAIM_SIZE = "volumeClaimTemplate.spec.resources.requests.storage";

const MONITORING: readonly Omit<Controller, "release" | "namespace">[] = [
    {
        name: `prometheus-${STACK}-prometheus`,
        containers: ["prometheus", "config-reloader"],
        claim: `prometheus-${STACK}-prometheus-db`,
        leader: "not needed",
        values: under("prometheus.prometheusSpec", {
            replicas: "prometheus.prometheusSpec.replicas",
            budget: "prometheus.podDisruptionBudget",
            storage: `prometheus.prometheusSpec.storageSpec.${CLAIM_SIZE}`,
        }),
    },
    {
        name: `alertmanager-${STACK}-alertmanager`,
        containers: ["alertmanager", "config-reloader"],
        claim: `alertmanager-${STACK}-alertmanager-db`,
        leader: "not needed",
        values: under("alertmanager.alertmanagerSpec", {
            replicas: "alertmanager.alertmanagerSpec.replicas",
            budget: "alertmanager.podDisruptionBudget",
            storage: `alertmanager.alertmanagerSpec.storage.${CLAIM_SIZE}`,
        }),
    },
    {
        name: `${STACK}-grafana`,
        containers: ["grafana"],
        claim: "storage",
        leader: "not needed",
        alone: "its database is a file on its volume; dashboards are away for a rescheduling, alerts are not",
        values: aloneUnder("grafana", { monitor: "grafana.serviceMonitor", storage: "grafana.persistence.size" }),
    },
    {
        name: `${STACK}-operator`,
        containers: [STACK],
        leader: "not needed",
        alone: "it elects no leader; what it made goes on, changes wait",
        values: aloneUnder("prometheusOperator"),
    },
    {
        name: `${STACK}-operator-webhook`,
        containers: ["prometheus-operator-admission-webhook"],
        leader: "not needed",
        values: under(WEBHOOK, { replicas: `${WEBHOOK}.replicas`, spread: `${WEBHOOK}.affinity`, monitor: "none" }),
    },
    {
        name: `${STACK}-kube-state-metrics`,
        containers: ["kube-state-metrics"],
        leader: "not needed",
        alone: "two would report everything twice; guards of the alerts wait for its return",
        values: aloneUnder("kube-state-metrics"),
    },
];

/** KEDA's chart keys some settings by another name of the program. */
function keda(name: string, key: string, budgetKey: string, own: Partial<ValuePaths>): Controller {
    return {
        release: "autoscaling",
        namespace: "keda",
        name,
        containers: [name],
        leader: key === "operator" ? "elected" : "not needed",
        values: {
            ...under("", { replicas: `${key}.replicaCount` }),
            spread: `topologySpreadConstraints.${key}`,
            budget: `podDisruptionBudget.${budgetKey}`,
            resources: `resources.${budgetKey}`,
            ...own,
        },
    };
}

function sparkOperator(key: "controller" | "webhook"): Controller {
    return {
        release: "spark-operator",
        namespace: "spark-operator",
        name: `spark-operator-${key}`,
        containers: [`spark-operator-${key}`],
        leader: "elected",
        values: under(key, {
            replicas: `${key}.replicas`,
            leaderElection: `${key}.leaderElection.enable`,
            monitor: "prometheus.podMonitor",
        }),
    };
}

function externalSecrets(key: "" | "webhook" | "certController", suffix: string, container: string): Controller {
    return {
        release: "external-secrets",
        namespace: "external-secrets",
        name: `external-secrets${suffix}`,
        containers: [container],
        leader: key === "webhook" ? "not needed" : "elected",
        values: under(key, {
            replicas: key === "" ? "replicaCount" : `${key}.replicaCount`,
            monitor: "serviceMonitor",
            ...(key === "webhook" ? {} : { leaderElection: "leaderElect" }),
        }),
    };
}

/** Every controller that a chart brings, whether it is on or not. */
export const CONTROLLERS: readonly Controller[] = [
    ...MONITORING.map(
        (controller): Controller => ({
            ...controller,
            release: "monitoring",
            namespace: "monitoring",
        }),
    ),
    keda("keda-operator", "operator", "operator", { monitor: "prometheus.operator.podMonitor" }),
    keda("keda-operator-metrics-apiserver", "metricsServer", "metricServer", {
        monitor: "prometheus.metricServer.podMonitor",
    }),
    keda("keda-admission-webhooks", "webhooks", "webhooks", { monitor: "prometheus.webhooks.serviceMonitor" }),
    {
        release: "node-provisioning",
        namespace: "karpenter",
        name: "karpenter",
        containers: ["controller"],
        leader: "elected",
        values: under("", { replicas: "replicas", resources: "controller.resources", monitor: "serviceMonitor" }),
    },
    {
        release: "loki",
        namespace: "loki",
        name: "loki",
        containers: ["loki"],
        claim: "storage",
        leader: "not needed",
        values: under("singleBinary", {
            replicas: "singleBinary.replicas",
            monitor: "monitoring.serviceMonitor",
            storage: "singleBinary.persistence.size",
        }),
    },
    {
        release: "aws-load-balancer-controller",
        namespace: "ingress",
        name: "aws-load-balancer-controller",
        containers: ["aws-load-balancer-controller"],
        leader: "elected",
        values: under("", { replicas: "replicaCount", monitor: "serviceMonitor" }),
    },
    {
        release: "external-dns",
        namespace: "ingress",
        name: "external-dns",
        containers: ["external-dns"],
        leader: "not needed",
        alone: "it elects no leader; records stay, new ones are late",
        values: aloneUnder("", { monitor: "serviceMonitor" }),
    },
    sparkOperator("controller"),
    sparkOperator("webhook"),
    externalSecrets("", "", "external-secrets"),
    externalSecrets("webhook", "-webhook", "webhook"),
    externalSecrets("certController", "-cert-controller", "cert-controller"),
    {
        release: "vertical-autoscaler",
        namespace: "vertical-autoscaler",
        name: "vertical-pod-autoscaler-recommender",
        containers: ["recommender"],
        leader: "elected",
        values: under("recommender", {
            replicas: "recommender.replicas",
            leaderElection: "recommender.leaderElection.enabled",
            spread: "recommender.affinity",
        }),
    },
];
