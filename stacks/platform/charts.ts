/** A chart of somebody else's, pinned. */
export interface Chart {
    readonly chart: string;
    readonly version: string;
    readonly repository: string;
}

/** Every chart in use. Before a version moves, compare the chart's values with those that we set. */
export const CHARTS = {
    /** github.com/prometheus-community/helm-charts, charts/kube-prometheus-stack: operator 0.93, Grafana 13.2. */
    kubePrometheusStack: {
        chart: "kube-prometheus-stack",
        version: "88.5.3",
        repository: "https://prometheus-community.github.io/helm-charts",
    },
    /** github.com/kedacore/charts, keda: the same version as KEDA. */
    keda: { chart: "keda", version: "2.20.2", repository: "https://kedacore.github.io/charts" },
} as const satisfies Readonly<Record<string, Chart>>;
