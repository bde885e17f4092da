/** A chart of somebody else's, pinned. */
export interface Chart {
    readonly chart: string;
    readonly version: string;
    readonly repository: string;
}

/**
 * Every chart in use. Before a version moves, record its values again (`node tools/chart-values.ts --help`): the tests hold
 * what we set against the record.
 */
export const CHARTS = {
    /** github.com/prometheus-community/helm-charts, charts/kube-prometheus-stack: operator 0.93, Grafana 13.2. */
    kubePrometheusStack: {
        chart: "kube-prometheus-stack",
        version: "88.5.3",
        repository: "https://prometheus-community.github.io/helm-charts",
    },
    /** github.com/kedacore/charts, keda: the same version as KEDA. */
    keda: { chart: "keda", version: "2.20.2", repository: "https://kedacore.github.io/charts" },
    /**
     * github.com/grafana-community/helm-charts, charts/loki: Loki 3.7. The chart of github.com/grafana/loki is for Grafana's
     * enterprise logs since it moved here.
     */
    loki: { chart: "loki", version: "18.11.0", repository: "https://grafana-community.github.io/helm-charts" },
    /** github.com/kubernetes-sigs/aws-load-balancer-controller, helm: the same version as the controller. */
    awsLoadBalancerController: {
        chart: "aws-load-balancer-controller",
        version: "3.5.0",
        repository: "https://aws.github.io/eks-charts",
    },
    /** github.com/kubernetes-sigs/external-dns, charts/external-dns: ExternalDNS 0.21. */
    externalDns: {
        chart: "external-dns",
        version: "1.21.1",
        repository: "https://kubernetes-sigs.github.io/external-dns",
    },
    /** github.com/kubeflow/spark-operator, charts/spark-operator-chart: the same version as the operator. */
    sparkOperator: {
        chart: "spark-operator",
        version: "2.5.2",
        repository: "https://kubeflow.github.io/spark-operator",
    },
    /** github.com/external-secrets/external-secrets, deploy/charts: the same version as the operator. */
    externalSecrets: {
        chart: "external-secrets",
        version: "2.9.0",
        repository: "https://charts.external-secrets.io",
    },
    /** github.com/kubernetes/autoscaler, vertical-pod-autoscaler/charts: autoscaler 1.7. */
    verticalAutoscaler: {
        chart: "vertical-pod-autoscaler",
        version: "0.11.0",
        repository: "https://kubernetes.github.io/autoscaler",
    },
    /** github.com/jupyterhub/zero-to-jupyterhub-k8s, jupyterhub: JupyterHub 5.5. */
    jupyterHub: { chart: "jupyterhub", version: "4.4.0", repository: "https://hub.jupyter.org/helm-chart" },
    /** github.com/aws/karpenter-provider-aws, charts/karpenter: the same version as Karpenter. */
    karpenter: { chart: "karpenter", version: "1.14.1", repository: "oci://public.ecr.aws/karpenter" },
    /** Its custom resource definitions, apart, because Helm changes none that come with a chart: the same version. */
    karpenterCrd: { chart: "karpenter-crd", version: "1.14.1", repository: "oci://public.ecr.aws/karpenter" },
} as const satisfies Readonly<Record<string, Chart>>;
