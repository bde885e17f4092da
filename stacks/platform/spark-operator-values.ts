import { INFRA, PLATFORM_PRIORITY, POD_SECURITY, resources, spreadOver, TOLERATIONS } from "./placement.ts";

/** What the values of the Spark operator's chart depend on. */
export interface SparkOperatorValues {
    /** Namespaces whose applications it runs. */
    readonly jobNamespaces: readonly string[];
    /** Made in each of them, for drivers. */
    readonly driverServiceAccount: string;
    readonly monitoringLabels: Readonly<Record<string, string>>;
}

/**
 * The label of a SparkApplication by which the operator's metrics are told apart. They have it with underscores instead of
 * hyphens; nothing else is replaced, so one with dots would be no label of Prometheus.
 *
 * Source: Spark operator, `CreateValidMetricNameLabel`.
 */
export const APPLICATION_LABEL = "spark-application";

/** The group that owns the pods' volumes: Spark's, as in the chart. */
const SPARK_GROUP = 185;

/** What both programs have. The chart sets the constraints' selectors itself. */
const COMMON = {
    replicas: 2,
    leaderElection: { enable: true },
    podDisruptionBudget: { enable: true, minAvailable: 1 },
    topologySpreadConstraints: spreadOver({}, "soft"),
    tolerations: TOLERATIONS,
    nodeSelector: INFRA,
    priorityClassName: PLATFORM_PRIORITY,
    podSecurityContext: { fsGroup: SPARK_GROUP, ...POD_SECURITY },
};

/**
 * Values of the Spark operator's chart. The webhook puts into pods what the API of Spark cannot say: volumes, tolerations,
 * affinity. Without it they would start in the wrong place, so they do not start.
 */
export function sparkOperatorValues(args: SparkOperatorValues): Record<string, unknown> {
    return {
        // The custom resource definitions of a new version come with it; Helm itself never changes them.
        hook: { upgradeCrd: true, nodeSelector: INFRA },
        // Each submission is a Java program of its own, in the controller's pod.
        controller: { ...COMMON, resources: resources("500m", "2Gi") },
        webhook: {
            ...COMMON,
            enable: true,
            failurePolicy: "Fail",
            // An application that does not fit into its namespace's quota is refused as a whole, not half started.
            resourceQuotaEnforcement: { enable: true },
            resources: resources("100m", "256Mi"),
        },
        spark: {
            jobNamespaces: args.jobNamespaces,
            serviceAccount: { create: true, name: args.driverServiceAccount },
            rbac: { create: true },
        },
        prometheus: {
            // By application, for the alert on one that cannot be submitted.
            metrics: { enable: true, labels: APPLICATION_LABEL },
            podMonitor: { create: true, labels: args.monitoringLabels, podMetricsEndpoint: { interval: "30s" } },
        },
    };
}
