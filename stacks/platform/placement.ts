import { spreadOf } from "../../components/specs/placement.ts";
import { POOL_LABEL } from "../../components/support/naming.ts";
import { NODE_LOSS_TOLERATION } from "../../components/values/recovery-budget.ts";

/** Of what the platform cannot run without; it may evict workloads to find room. */
export const PLATFORM_PRIORITY = "system-cluster-critical";

/** The nodes that controllers run on: on demand, and there from the start. */
export const INFRA = { [POOL_LABEL]: "infra" };

/** Pods leave a lost node after 30 seconds instead of the cluster's 300. */
export const TOLERATIONS = ["not-ready", "unreachable"].map((state) => ({
    key: `node.kubernetes.io/${state}`,
    operator: "Exists",
    effect: "NoExecute",
    tolerationSeconds: NODE_LOSS_TOLERATION,
}));

/**
 * Spreads replicas over zones and hosts, as the components do theirs.
 *
 * @param labels those of the pods
 * @param zones `"hard"` for pods with a volume, which cannot follow later
 */
export function spreadOver(labels: Readonly<Record<string, string>>, zones: "hard" | "soft"): object[] {
    return spreadOf(labels, {
        zones: zones === "hard" ? "required" : "preferred",
        hosts: "preferred",
        perRevision: false,
    });
}

/** Keeps replicas apart, zone before host; for charts that take no spread constraints. */
export function apart(labels: Readonly<Record<string, string>>): object {
    const term = (topologyKey: string, weight: number) => ({
        weight,
        podAffinityTerm: { topologyKey, labelSelector: { matchLabels: labels } },
    });
    return {
        podAntiAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [
                term("topology.kubernetes.io/zone", 100),
                term("kubernetes.io/hostname", 50),
            ],
        },
    };
}

/** Requests of a platform program; the memory limit is the request. */
export function resources(cpu: string, memory: string): object {
    return { requests: { cpu, memory }, limits: { memory } };
}

/** What the namespace's restricted level asks of a pod, for charts that leave it out. */
export const POD_SECURITY = { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } };

/** The same of a container. */
export const CONTAINER_SECURITY = {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
    capabilities: { drop: ["ALL"] },
};
