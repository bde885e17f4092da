/**
 * What nothing in a stack says of its connections, with where it is from. All else is derived from what the stack renders.
 */
import { ROLE_LABEL } from "../../../stacks/workloads/metadata-database/patroni.ts";

/** Pods of a chart that is not rendered. */
export interface ChartPod {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
}

/** A connection by names of pods; {@link API_SERVER} is one, too. */
export interface Edge {
    readonly from: string;
    readonly to: string;
    readonly port: number;
    readonly protocol?: "UDP";
    readonly why: string;
}

/** The API server, which calls from any address of the subnets that the cluster has. */
export const API_SERVER = "the API server";

/** Labels that a program gives its own pods, by which services tell them apart. */
export const RUN_TIME_LABELS: readonly string[] = [ROLE_LABEL];

/** Services whose endpoints a program writes. */
export const RUN_TIME_ENDPOINTS: readonly { readonly service: string; readonly pods: string; readonly why: string }[] =
    [
        {
            service: "data/metadata-database",
            pods: "data/metadata-database",
            why: "Patroni points it at the leader (Patroni, kubernetes.use_endpoints)",
        },
    ];

const EXECUTION_API = "airflow-api-server.airflow.svc.cluster.local:8080";

/** Addresses in the settings of pods that do not connect there. */
export const NAMED_ONLY: readonly {
    readonly pods: readonly string[];
    readonly address: string;
    readonly why: string;
}[] = [
    {
        pods: ["scheduler", "dag-processor", "triggerer", "migrate", "api-server"].map(
            (name) => `airflow/airflow-${name}`,
        ),
        address: EXECUTION_API,
        why:
            "All containers of Airflow share their settings. Only a task's own pod reaches the execution API by network: " +
            "DAG processor and triggerer run it in their process (InProcessExecutionAPI), the KubernetesExecutor leaves it " +
            "to the pod that it starts, and a migration runs no task (Airflow, airflow.sdk.execution_time)",
    },
];

/** Connections to addresses that pods exchange at run time. */
export const EDGES: readonly Edge[] = [
    {
        from: "airflow/airflow-api-server",
        to: "airflow/airflow-triggerer",
        port: 8794,
        why: "The log of a deferred task, at the address that the triggerer wrote to the database (Airflow, FileTaskHandler)",
    },
];

/** The pods that scrape monitors and, by asking brokers for the lag, scale consumers. */
export const PROMETHEUS = "prometheus";
export const KEDA_OPERATOR = { namespace: "keda", name: "keda-operator" } as const;

const prometheus = "monitoring/prometheus";
const operator = "monitoring/prometheus-operator";
const alertmanager = "monitoring/alertmanager";
const kedaMetrics = "keda/keda-operator-metrics-apiserver";
const kedaWebhooks = "keda/keda-admission-webhooks";
const keda = `${KEDA_OPERATOR.namespace}/${KEDA_OPERATOR.name}`;

const app = (name: string): ChartPod => ({ name, labels: { app: name } });
const named = (name: string): ChartPod => ({ name, labels: { "app.kubernetes.io/name": name } });

/** Charts: their namespace, pods and connections. Source: the charts' templates and default values. */
export const CHARTS: Readonly<
    Record<string, { readonly namespace: string; readonly pods: readonly ChartPod[]; readonly edges: readonly Edge[] }>
> = {
    "kube-prometheus-stack": {
        namespace: "monitoring",
        pods: [
            named(PROMETHEUS),
            named("alertmanager"),
            named("grafana"),
            named("kube-state-metrics"),
            { name: "prometheus-operator", labels: { app: "kube-prometheus-stack-operator" } },
        ],
        edges: [
            {
                from: API_SERVER,
                to: operator,
                port: 10_250,
                why: "admission of rules (prometheusOperator.tls.internalPort)",
            },
            { from: prometheus, to: operator, port: 10_250, why: "its metrics" },
            { from: prometheus, to: "monitoring/kube-state-metrics", port: 8080, why: "its metrics" },
            { from: prometheus, to: "monitoring/grafana", port: 3000, why: "its metrics" },
            { from: prometheus, to: alertmanager, port: 9093, why: "alerts and metrics" },
            { from: alertmanager, to: alertmanager, port: 9094, why: "gossip of replicas" },
            { from: alertmanager, to: alertmanager, port: 9094, protocol: "UDP", why: "gossip of replicas" },
            { from: "monitoring/grafana", to: prometheus, port: 9090, why: "queries" },
        ],
    },
    keda: {
        namespace: KEDA_OPERATOR.namespace,
        pods: [app(KEDA_OPERATOR.name), app("keda-operator-metrics-apiserver"), app("keda-admission-webhooks")],
        edges: [
            { from: API_SERVER, to: kedaMetrics, port: 6443, why: "external.metrics.k8s.io (service.portHttpsTarget)" },
            { from: API_SERVER, to: kedaWebhooks, port: 9443, why: "admission of scaled objects (webhooks.port)" },
            { from: kedaMetrics, to: keda, port: 9666, why: "metrics by gRPC" },
            { from: prometheus, to: keda, port: 8080, why: "its metrics (prometheus.operator.port)" },
            { from: prometheus, to: kedaMetrics, port: 8080, why: "its metrics (prometheus.metricServer.port)" },
        ],
    },
};
