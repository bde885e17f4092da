import type * as pulumi from "@pulumi/pulumi";
import type { ClusterFacts } from "../../components/cluster-facts.ts";
import type { EksConfig } from "../config.ts";
import type { EksFoundation } from "../infrastructure/eks.ts";
import type { Foundation } from "../infrastructure/foundation.ts";
import { Autoscaling } from "./autoscaling.ts";
import { MONITORING_LABELS, Monitoring } from "./monitoring.ts";
import { Namespaces, type WorkloadNamespace } from "./namespaces.ts";

/** What workloads find in a cluster. */
export interface Platform {
    /** Passed on to every component. */
    readonly cluster: ClusterFacts;
    /** Options of whatever goes into a namespace: the provider, and waiting for the namespace. */
    readonly inNamespace: (name: WorkloadNamespace) => pulumi.ComponentResourceOptions;
}

const NAME = "platform";

function intoNamespace(foundation: Foundation, namespaces: Namespaces): Platform["inNamespace"] {
    return (name) => ({ provider: foundation.provider, dependsOn: [namespaces.get(name)] });
}

/** The platform on EKS: namespaces, and the releases that bring the custom resources in use. */
export function eksPlatform(config: EksConfig, foundation: EksFoundation): Platform {
    const { provider, claimProvider, clusterName, storage, zones, nodesPerZone } = foundation;
    const namespaces = new Namespaces(
        NAME,
        { claimProvider, protect: config.environment === "prod", charts: { apiServerCidrs: foundation.privateCidrs } },
        { provider },
    );
    const monitoring = new Monitoring(
        "monitoring",
        { namespace: namespaces.get("monitoring").metadata.name, monitoring: config.monitoring, storage },
        { provider },
    );
    const autoscaling = new Autoscaling(
        "autoscaling",
        {
            namespace: namespaces.get("keda").metadata.name,
            clusterName,
            monitoringLabels: MONITORING_LABELS,
            monitoring: monitoring.release,
        },
        { provider },
    );
    return {
        cluster: {
            zones,
            nodesPerZone,
            monitoring: {
                labels: MONITORING_LABELS,
                namespace: "monitoring",
                dependsOn: [monitoring.release],
            },
            autoscaler: [autoscaling.release],
        },
        inNamespace: intoNamespace(foundation, namespaces),
    };
}

/** The platform on a cluster that has monitoring and autoscaling already: namespaces. */
export function kubeconfigPlatform(foundation: Foundation): Platform {
    const { provider, claimProvider, zones, nodesPerZone } = foundation;
    const namespaces = new Namespaces(NAME, { claimProvider, protect: false }, { provider });
    return { cluster: { zones, nodesPerZone }, inNamespace: intoNamespace(foundation, namespaces) };
}
