import { NODE_LOSS_TOLERATION } from "../../components/values/recovery-budget.ts";

/** Of what the platform cannot run without; it may evict workloads to find room. */
export const PLATFORM_PRIORITY = "system-cluster-critical";

/** Pods leave a lost node after 30 seconds instead of the cluster's 300. */
export const TOLERATIONS = ["not-ready", "unreachable"].map((state) => ({
    key: `node.kubernetes.io/${state}`,
    operator: "Exists",
    effect: "NoExecute",
    tolerationSeconds: NODE_LOSS_TOLERATION,
}));

/**
 * Spreads replicas over zones and hosts. A zone that is lost does not count, because its nodes are tainted.
 *
 * @param labels those of the pods
 * @param zones `"hard"` for pods with a volume, which cannot follow later
 */
export function spreadOver(labels: Readonly<Record<string, string>>, zones: "hard" | "soft"): object[] {
    const constraint = (topologyKey: string, hard: boolean) => ({
        maxSkew: 1,
        topologyKey,
        whenUnsatisfiable: hard ? "DoNotSchedule" : "ScheduleAnyway",
        nodeTaintsPolicy: "Honor",
        labelSelector: { matchLabels: labels },
    });
    return [constraint("topology.kubernetes.io/zone", zones === "hard"), constraint("kubernetes.io/hostname", false)];
}

/** Requests of a platform program; the memory limit is the request. */
export function resources(cpu: string, memory: string): object {
    return { requests: { cpu, memory }, limits: { memory } };
}
