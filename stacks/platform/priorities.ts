import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

interface PrioritySpec {
    /** The higher is scheduled first, and evicts a lower one that is in its way. */
    readonly value: number;
    readonly preempts: boolean;
    readonly description: string;
}

/**
 * Classes between the cluster's own critical ones (2,000,000,000 and above) and pods without a class (0). Source:
 * Kubernetes, "Pod Priority and Preemption".
 */
const CLASSES = {
    data: {
        value: 1_000_000,
        preempts: true,
        description: "Databases and brokers: their volume is in one zone, so they cannot go elsewhere.",
    },
    service: {
        value: 100_000,
        preempts: true,
        description: "What has replicas and promises availability: orchestration, consumers, user interfaces.",
    },
    batch: {
        value: -1000,
        preempts: false,
        description: "Tasks and jobs: they wait for room, evict nobody, and are evicted before anything else.",
    },
} as const satisfies Readonly<Record<string, PrioritySpec>>;

/** What a workload is to the others. */
export type Priority = keyof typeof CLASSES;

/** Name of a class in the cluster; with a prefix, since classes belong to no namespace. */
export function priorityClass(priority: Priority): string {
    return `data-platform-${priority}`;
}

/** The priority classes. A pod that names one which is not there is refused, so all pods wait for them. */
export class Priorities extends pulumi.ComponentResource {
    readonly classes: readonly k8s.scheduling.v1.PriorityClass[];

    constructor(name: string, opts: pulumi.ComponentResourceOptions) {
        super("dataplatform:platform:Priorities", name, {}, opts);
        this.classes = Object.entries<PrioritySpec>(CLASSES).map(([key, { value, preempts, description }]) => {
            const className = priorityClass(key as Priority);
            return new k8s.scheduling.v1.PriorityClass(
                className,
                {
                    metadata: { name: className, annotations: { "kubernetes.io/description": description } },
                    value,
                    preemptionPolicy: preempts ? "PreemptLowerPriority" : "Never",
                },
                { parent: this },
            );
        });
        this.registerOutputs({});
    }
}
