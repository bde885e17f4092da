import type * as pulumi from "@pulumi/pulumi";

/** What a workload has to know of the cluster it runs on; made once by the stack, the same for every component. */
export interface ClusterFacts {
    /**
     * Availability zones that the nodes lie in. 0 is a cluster without zone labels, such as kind: nothing is spread over
     * zones there and no claim insists on one.
     * @default 3
     */
    readonly zones?: number;
    /**
     * Nodes in the largest zone, all of whose pods are evicted one node after the other when it is lost.
     * @default 20
     */
    readonly nodesPerZone?: number;
    /** Where Prometheus runs and what it selects by. */
    readonly monitoring?: MonitoringFacts;
    /** What KEDA's custom resources wait for: the release that brings them. */
    readonly autoscaler?: pulumi.Input<pulumi.Resource>[];
    /** The shared load balancer; needed by a service with `ingress`. */
    readonly loadBalancer?: LoadBalancerFacts;
    /**
     * What VerticalPodAutoscalers wait for: the release that brings them. With it, every workload that runs for good gets one
     * that recommends requests and changes nothing.
     * @default no recommendations
     */
    readonly recommender?: pulumi.Input<pulumi.Resource>[];
}

export interface MonitoringFacts {
    /**
     * Labels by which the Prometheus operator selects rules and monitors.
     * @default { release: "kube-prometheus-stack" }
     */
    readonly labels?: Readonly<Record<string, string>>;
    /**
     * The namespace that Prometheus scrapes from.
     * @default "monitoring"
     */
    readonly namespace?: string;
    /** What the operator's custom resources wait for: the release that brings them. */
    readonly dependsOn?: pulumi.Input<pulumi.Resource>[];
}

export interface LoadBalancerFacts {
    /** Ingresses with one group name share one load balancer. */
    readonly groupName: string;
    /** What an Ingress waits for: the release whose webhook checks it. */
    readonly dependsOn?: pulumi.Input<pulumi.Resource>[];
    /** Where the load balancer's own addresses lie: the private subnets. It reaches pods directly (target type ip). */
    readonly cidrs: readonly pulumi.Input<string>[];
    /**
     * The certificate of the listener.
     * @default the load-balancer controller finds one by host name
     */
    readonly certificateArn?: pulumi.Input<string>;
}

/** {@link ClusterFacts} with every default filled in. */
export interface ResolvedClusterFacts {
    readonly zones: number;
    readonly nodesPerZone: number;
    readonly monitoring: {
        readonly labels: Readonly<Record<string, string>>;
        readonly namespace: string;
        readonly dependsOn: pulumi.Input<pulumi.Resource>[];
    };
    readonly autoscaler: pulumi.Input<pulumi.Resource>[];
    readonly loadBalancer: LoadBalancerFacts | undefined;
    readonly recommender: pulumi.Input<pulumi.Resource>[] | undefined;
}

/** The label that kube-prometheus-stack selects by unless told otherwise. */
const MONITORING_LABELS = { release: "kube-prometheus-stack" } as const;

/** Fills in the defaults that {@link ClusterFacts} documents. */
export function resolveClusterFacts(facts: ClusterFacts = {}): ResolvedClusterFacts {
    return {
        zones: facts.zones ?? 3,
        nodesPerZone: facts.nodesPerZone ?? 20,
        monitoring: {
            labels: facts.monitoring?.labels ?? MONITORING_LABELS,
            namespace: facts.monitoring?.namespace ?? "monitoring",
            dependsOn: facts.monitoring?.dependsOn ?? [],
        },
        autoscaler: facts.autoscaler ?? [],
        loadBalancer: facts.loadBalancer,
        recommender: facts.recommender,
    };
}
