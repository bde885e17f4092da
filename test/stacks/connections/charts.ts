/** What charts consist of, whose objects the program does not render. Source: the templates and defaults of their versions. */
import { API_SERVER, type Edge } from "./assumptions.ts";
import type { Pod } from "./network-policy.ts";

/** Pods of a chart that is not rendered. */
export interface ChartPod {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    /** Where it listens to others, by the chart's names. */
    readonly ports: Pod["ports"];
}

/** A connection of a chart. */
interface ChartEdge extends Edge {
    /**
     * The value that switches it on, keys joined by dots: without it the connection is none.
     * @default it is there unasked
     */
    readonly when?: string;
}

/** A service of a chart. */
interface ChartService {
    readonly pod: string;
    /** By the pods' name. */
    readonly port: string;
    /**
     * What the service calls it.
     * @default the same
     */
    readonly as?: string;
}

/** What is known of a chart. */
interface ChartFacts {
    readonly namespace: string;
    readonly pods: readonly ChartPod[];
    readonly edges: readonly ChartEdge[];
    /** Services that others name, by name: their pods, and the port of these that they lead to. */
    readonly services?: Readonly<Record<string, ChartService>>;
    /** Pods that read addresses from values. */
    readonly readers?: readonly { readonly pod: string; readonly values: string }[];
}

/** The pods that scrape monitors and, by asking brokers for the lag, scale consumers. */
export const PROMETHEUS = "prometheus";
export const KEDA_OPERATOR = { namespace: "keda", name: "keda-operator" } as const;

const prometheus = "monitoring/prometheus";
const alertmanager = "monitoring/alertmanager";
const grafana = "monitoring/grafana";

const NAME = "app.kubernetes.io/name";
const COMPONENT = "app.kubernetes.io/component";

const tcp = (ports: Readonly<Record<string, number>>): Pod["ports"] =>
    Object.entries(ports).map(([name, number]) => ({ name, number, protocol: "TCP" }));
const app = (name: string, ports: Readonly<Record<string, number>>): ChartPod => ({
    name,
    labels: { app: name },
    ports: tcp(ports),
});
const named = (name: string, ports: Readonly<Record<string, number>>): ChartPod => ({
    name,
    labels: { [NAME]: name },
    ports: tcp(ports),
});
const part = (name: string, ports: Readonly<Record<string, number>>): ChartPod => ({
    name,
    labels: { [NAME]: "jupyterhub", [COMPONENT]: name },
    ports: tcp(ports),
});
const scraped = (to: string, port: number, when?: string): ChartEdge => ({
    from: prometheus,
    to,
    port,
    why: "its metrics",
    ...(when === undefined ? {} : { when }),
});

/** By the chart's name. */
export const CHARTS: Readonly<Record<string, ChartFacts>> = {
    "kube-prometheus-stack": {
        namespace: "monitoring",
        pods: [
            named(PROMETHEUS, { "http-web": 9090, "reloader-web": 8080 }),
            {
                name: "alertmanager",
                labels: { [NAME]: "alertmanager" },
                ports: [
                    ...tcp({ "http-web": 9093, "mesh-tcp": 9094, "reloader-web": 8080 }),
                    { name: "mesh-udp", number: 9094, protocol: "UDP" },
                ],
            },
            named("grafana", { grafana: 3000 }),
            named("kube-state-metrics", { http: 8080 }),
            app("kube-prometheus-stack-operator", { https: 10_250 }),
            app("kube-prometheus-stack-operator-webhook", { https: 10_250 }),
        ],
        edges: [
            {
                from: API_SERVER,
                to: "monitoring/kube-prometheus-stack-operator-webhook",
                port: 10_250,
                why: "admission of rules (prometheusOperator.admissionWebhooks.deployment.tls.internalPort)",
                when: "prometheusOperator.admissionWebhooks.deployment.enabled",
            },
            scraped("monitoring/kube-prometheus-stack-operator", 10_250),
            scraped("monitoring/kube-state-metrics", 8080),
            scraped(grafana, 3000, "grafana.serviceMonitor.enabled"),
            scraped(prometheus, 9090),
            scraped(prometheus, 8080),
            scraped(alertmanager, 8080),
            { from: prometheus, to: alertmanager, port: 9093, why: "alerts and metrics" },
            { from: alertmanager, to: alertmanager, port: 9094, why: "gossip of replicas" },
            { from: alertmanager, to: alertmanager, port: 9094, protocol: "UDP", why: "gossip of replicas" },
            { from: grafana, to: prometheus, port: 9090, why: "queries" },
            { from: grafana, to: alertmanager, port: 9093, why: "silences (grafana.sidecar.datasources.alertmanager)" },
        ],
        // Its number is another (80): nobody but the load balancer, which goes to the pods, comes by this one.
        services: { "kube-prometheus-stack-grafana": { pod: "grafana", port: "grafana", as: "http-web" } },
        readers: [{ pod: grafana, values: "grafana.additionalDataSources" }],
    },
    keda: {
        namespace: KEDA_OPERATOR.namespace,
        pods: [
            app(KEDA_OPERATOR.name, { metrics: 8080, metricsservice: 9666 }),
            app("keda-operator-metrics-apiserver", { https: 6443, metrics: 8080 }),
            app("keda-admission-webhooks", { http: 9443, metrics: 8080 }),
        ],
        edges: [
            {
                from: API_SERVER,
                to: "keda/keda-operator-metrics-apiserver",
                port: 6443,
                why: "external.metrics.k8s.io (service.portHttpsTarget)",
            },
            {
                from: API_SERVER,
                to: "keda/keda-admission-webhooks",
                port: 9443,
                why: "admission of scaled objects (webhooks.port)",
            },
            {
                from: "keda/keda-operator-metrics-apiserver",
                to: "keda/keda-operator",
                port: 9666,
                why: "metrics by gRPC",
            },
            scraped("keda/keda-operator", 8080, "prometheus.operator.podMonitor.enabled"),
            scraped("keda/keda-operator-metrics-apiserver", 8080, "prometheus.metricServer.podMonitor.enabled"),
            scraped("keda/keda-admission-webhooks", 8080, "prometheus.webhooks.serviceMonitor.enabled"),
        ],
    },
    loki: {
        namespace: "loki",
        pods: [
            {
                name: "loki",
                labels: { [NAME]: "loki", [COMPONENT]: "single-binary" },
                ports: tcp({ "http-metrics": 3100, grpc: 9095, "http-memberlist": 7946 }),
            },
        ],
        services: { loki: { pod: "loki", port: "http-metrics" } },
        edges: [
            scraped("loki/loki", 3100, "monitoring.serviceMonitor.enabled"),
            {
                from: "loki/loki",
                to: "loki/loki",
                port: 7946,
                why: "the ring of replicas, by TCP alone (dskit, memberlist.TCPTransport)",
            },
            { from: "loki/loki", to: "loki/loki", port: 9095, why: "records and queries between replicas" },
        ],
    },
    "aws-load-balancer-controller": {
        namespace: "ingress",
        pods: [named("aws-load-balancer-controller", { "webhook-server": 9443, "metrics-server": 8080 })],
        edges: [
            {
                from: API_SERVER,
                to: "ingress/aws-load-balancer-controller",
                port: 9443,
                why: "admission of Ingresses and of what it makes of them (webhookBindPort)",
            },
            scraped("ingress/aws-load-balancer-controller", 8080, "serviceMonitor.enabled"),
        ],
    },
    "external-dns": {
        namespace: "ingress",
        pods: [named("external-dns", { http: 7979 })],
        edges: [scraped("ingress/external-dns", 7979, "serviceMonitor.enabled")],
    },
    "spark-operator": {
        namespace: "spark-operator",
        pods: [
            {
                name: "controller",
                labels: { [NAME]: "spark-operator", [COMPONENT]: "controller" },
                ports: tcp({ metrics: 8080 }),
            },
            {
                name: "webhook",
                labels: { [NAME]: "spark-operator", [COMPONENT]: "webhook" },
                ports: tcp({ webhook: 9443, metrics: 8080 }),
            },
        ],
        edges: [
            {
                from: API_SERVER,
                to: "spark-operator/webhook",
                port: 9443,
                why: "admission of applications, and of their pods (webhook.port)",
                when: "webhook.enable",
            },
            scraped("spark-operator/controller", 8080, "prometheus.podMonitor.create"),
            scraped("spark-operator/webhook", 8080, "prometheus.podMonitor.create"),
        ],
    },
    "external-secrets": {
        namespace: "external-secrets",
        pods: [
            named("external-secrets", { metrics: 8080 }),
            named("external-secrets-webhook", { metrics: 8080, webhook: 10_250 }),
            named("external-secrets-cert-controller", { metrics: 8080 }),
        ],
        edges: [
            {
                from: API_SERVER,
                to: "external-secrets/external-secrets-webhook",
                port: 10_250,
                why: "admission of stores and secrets (webhook.port)",
            },
            scraped("external-secrets/external-secrets", 8080, "serviceMonitor.enabled"),
            scraped("external-secrets/external-secrets-webhook", 8080, "serviceMonitor.enabled"),
            scraped("external-secrets/external-secrets-cert-controller", 8080, "serviceMonitor.enabled"),
        ],
    },
    /** A monitor of the stack's own scrapes it. */
    "vertical-pod-autoscaler": {
        namespace: "vertical-autoscaler",
        pods: [
            {
                name: "recommender",
                labels: { "app.kubernetes.io/instance": "vertical-pod-autoscaler", [COMPONENT]: "recommender" },
                ports: tcp({ prometheus: 8942 }),
            },
        ],
        edges: [],
    },
    /** Without webhooks since version 1. */
    karpenter: {
        namespace: "karpenter",
        pods: [named("karpenter", { "http-metrics": 8080 })],
        edges: [scraped("karpenter/karpenter", 8080, "serviceMonitor.enabled")],
    },
    jupyterhub: {
        namespace: "jupyterhub",
        pods: [
            part("hub", { http: 8081 }),
            part("proxy", { http: 8000, api: 8001 }),
            part("singleuser-server", { "notebook-port": 8888 }),
        ],
        // The ports of the Services are others: nobody but the load balancer, which goes to the pods, comes by this one.
        services: { "proxy-public": { pod: "proxy", port: "http" } },
        edges: [
            {
                from: "jupyterhub/hub",
                to: "jupyterhub/proxy",
                port: 8001,
                why: "routes (ConfigurableHTTPProxy.api_url)",
            },
            { from: "jupyterhub/hub", to: "jupyterhub/singleuser-server", port: 8888, why: "whether a notebook is up" },
            { from: "jupyterhub/proxy", to: "jupyterhub/hub", port: 8081, why: "its default route" },
            { from: "jupyterhub/proxy", to: "jupyterhub/singleuser-server", port: 8888, why: "the user's route" },
            {
                from: "jupyterhub/singleuser-server",
                to: "jupyterhub/hub",
                port: 8081,
                why: "who may come in, and activity",
            },
        ],
    },
    /** Definitions of custom resources, and no pods. */
    "karpenter-crd": { namespace: "karpenter", pods: [], edges: [] },
};
