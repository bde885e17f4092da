import {
    apart,
    CONTAINER_SECURITY,
    INFRA,
    PLATFORM_PRIORITY,
    POD_SECURITY,
    resources,
    TOLERATIONS,
} from "./placement.ts";

const OFF = { enabled: false };

/**
 * Values of the vertical autoscaler's chart: its recommender, and neither the program that evicts pods nor the webhook that
 * changes them.
 *
 * @param labels those of the recommender's pods
 */
export function verticalAutoscalerValues(
    labels: Readonly<Record<string, string>>,
    requests: { readonly cpu: string; readonly memory: string },
): Record<string, unknown> {
    return {
        admissionController: OFF,
        updater: OFF,
        podSecurityContext: { ...POD_SECURITY, runAsUser: 65_534 },
        containerSecurityContext: CONTAINER_SECURITY,
        recommender: {
            enabled: true,
            replicas: 2,
            leaderElection: { enabled: true },
            podDisruptionBudget: { enabled: true, minAvailable: 1 },
            affinity: apart(labels),
            tolerations: TOLERATIONS,
            nodeSelector: INFRA,
            priorityClassName: PLATFORM_PRIORITY,
            resources: resources(requests.cpu, requests.memory),
        },
    };
}
