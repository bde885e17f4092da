import type { INodePool } from "@kubernetes-models/karpenter/karpenter.sh/v1/NodePool";
import { seconds } from "../../../components/values/duration.ts";
import type { EksConfig } from "../../config.ts";
import { architecture } from "../../infrastructure/instance-types.ts";
import type { KarpenterPool } from "../../infrastructure/pools.ts";
import { disruption } from "./disruption.ts";

/**
 * The longest that what runs on a pool may take: deadlines of jobs lie below it. A node that is to go takes no more pods
 * and waits so long for those that must not be disrupted; without a limit, one that never ends would keep it for ever.
 */
export const LONGEST_RUN = "7 hours";

/**
 * A node's age at which it goes whatever the window: it should have been replaced in four of them. Karpenter's default.
 */
const EXPIRE_AFTER = "720h";

const MEBI_PER_GIBI = 1024;

type Requirement = NonNullable<INodePool["spec"]["template"]["spec"]>["requirements"][number];

function oneOf(key: string, values: readonly string[]): Requirement {
    return { key, operator: "In", values: [...values] };
}

function moreThan(key: string, value: number): Requirement {
    return { key, operator: "Gt", values: [String(value)] };
}

/** What machines have to be like. Source: Karpenter, "Scheduling", "Well-Known Labels". */
function requirements({ needs, capacity, instanceTypes, instanceStore }: KarpenterPool): Requirement[] {
    const cpus = [...new Set(instanceTypes.map((type) => String(type.cpus)))];
    return [
        oneOf("karpenter.sh/capacity-type", capacity),
        oneOf("kubernetes.io/os", ["linux"]),
        oneOf("kubernetes.io/arch", [architecture(needs.families)]),
        oneOf("karpenter.k8s.aws/instance-family", needs.families),
        oneOf("karpenter.k8s.aws/instance-cpu", cpus),
        // In MiB.
        moreThan("karpenter.k8s.aws/instance-memory", needs.minMemoryGiB * MEBI_PER_GIBI - 1),
        // In GiB.
        ...(instanceStore ? [moreThan("karpenter.k8s.aws/instance-local-nvme", 0)] : []),
    ];
}

/** As much as the most nodes have if all are of the smallest size; of larger ones there are fewer. */
function limits({ instanceTypes, nodes }: KarpenterPool): Record<string, string> {
    const fewest = Math.min(...instanceTypes.map((type) => type.cpus));
    const smallest = instanceTypes.filter((type) => type.cpus === fewest);
    const memory = Math.max(...smallest.map((type) => type.memoryGiB));
    return {
        nodes: String(nodes.max),
        cpu: String(nodes.max * fewest),
        memory: `${nodes.max * memory}Gi`,
    };
}

/**
 * A pool as Karpenter fills it; its node class has the same name.
 *
 * @param window when nodes on which pods run may be replaced
 */
export function nodePool(pool: KarpenterPool, window: EksConfig["nodeUpdates"]["window"]): INodePool {
    return {
        apiVersion: "karpenter.sh/v1",
        kind: "NodePool",
        metadata: { name: pool.name },
        spec: {
            template: {
                metadata: { labels: { ...pool.labels } },
                spec: {
                    nodeClassRef: { group: "karpenter.k8s.aws", kind: "EC2NodeClass", name: pool.name },
                    requirements: requirements(pool),
                    taints: [...pool.taints],
                    startupTaints: [...pool.startupTaints],
                    expireAfter: EXPIRE_AFTER,
                    terminationGracePeriod: `${seconds(LONGEST_RUN) / 3600}h`,
                },
            },
            disruption: disruption(window),
            limits: limits(pool),
        },
    };
}
