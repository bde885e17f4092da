import { INFRA, PLATFORM_PRIORITY, resources, spreadOver, TOLERATIONS } from "./placement.ts";

/** The chart takes nothing else of a budget. */
const ONE_AWAY = { maxUnavailable: 1 };

/**
 * Values of KEDA's chart. The operator elects a leader; the metrics server and the webhooks share the load.
 *
 * @param clusterName as KEDA reports it
 * @param monitoringLabels labels of monitors that Prometheus picks up
 */
export function autoscalingValues(
    clusterName: string,
    monitoringLabels: Readonly<Record<string, string>>,
): Record<string, unknown> {
    const podMonitor = { enabled: true, podMonitor: { enabled: true, additionalLabels: monitoringLabels } };
    // The chart has no monitor of the webhooks' pods, but one of their Service.
    const serviceMonitor = { enabled: true, serviceMonitor: { enabled: true, additionalLabels: monitoringLabels } };
    return {
        clusterName,
        image: { pullPolicy: "IfNotPresent" },
        operator: { replicaCount: 2 },
        metricsServer: { replicaCount: 2 },
        webhooks: { replicaCount: 2 },
        tolerations: TOLERATIONS,
        nodeSelector: INFRA,
        priorityClassName: PLATFORM_PRIORITY,
        topologySpreadConstraints: {
            operator: spreadOver({ app: "keda-operator" }, "soft"),
            metricsServer: spreadOver({ app: "keda-operator-metrics-apiserver" }, "soft"),
            webhooks: spreadOver({ app: "keda-admission-webhooks" }, "soft"),
        },
        podDisruptionBudget: { operator: ONE_AWAY, metricServer: ONE_AWAY, webhooks: ONE_AWAY },
        resources: {
            operator: resources("100m", "512Mi"),
            metricServer: resources("100m", "256Mi"),
            webhooks: resources("50m", "128Mi"),
        },
        prometheus: { operator: podMonitor, metricServer: podMonitor, webhooks: serviceMonitor },
    };
}
