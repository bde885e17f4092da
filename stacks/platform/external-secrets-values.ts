import { INFRA, PLATFORM_PRIORITY, resources, spreadOver, TOLERATIONS } from "./placement.ts";

/** What the values of external-secrets' chart depend on. */
export interface ExternalSecretsValues {
    readonly serviceAccount: string;
    readonly monitoringLabels: Readonly<Record<string, string>>;
}

/** What each of the three programs has; they are known by different names. */
function program(name: string, memory: string): object {
    return {
        replicaCount: 2,
        podDisruptionBudget: { enabled: true, minAvailable: 1 },
        topologySpreadConstraints: spreadOver({ "app.kubernetes.io/name": name }, "soft"),
        tolerations: TOLERATIONS,
        nodeSelector: INFRA,
        priorityClassName: PLATFORM_PRIORITY,
        resources: resources("50m", memory),
    };
}

/** Values of external-secrets' chart. Operator and certificate controller elect leaders. */
export function externalSecretsValues(args: ExternalSecretsValues): Record<string, unknown> {
    return {
        leaderElect: true,
        ...program("external-secrets", "256Mi"),
        webhook: program("external-secrets-webhook", "128Mi"),
        certController: program("external-secrets-cert-controller", "256Mi"),
        serviceAccount: { create: true, name: args.serviceAccount },
        serviceMonitor: { enabled: true, additionalLabels: args.monitoringLabels },
    };
}
