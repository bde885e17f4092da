import type * as pulumi from "@pulumi/pulumi";
import type { ClusterFacts } from "../../components/cluster-facts.ts";
import type { EksConfig } from "../config.ts";
import type { EksFoundation } from "../infrastructure/eks.ts";
import type { Foundation } from "../infrastructure/foundation.ts";
import { chartNamespaces, EksReleases } from "./eks-releases.ts";
import type { LokiAddress } from "./logging/pipeline.ts";
import { Loki } from "./loki.ts";
import { grafanaAddress } from "./monitoring/grafana.ts";
import { MONITORING_LABELS } from "./monitoring.ts";
import { type ChartNamespace, Namespaces, type WorkloadNamespace } from "./namespaces.ts";
import { Priorities } from "./priorities.ts";
import { Quotas } from "./quotas.ts";

/** What workloads find in a cluster. */
export interface Platform {
    /** Passed on to every component. */
    readonly cluster: ClusterFacts;
    /** Options of whatever goes into namespaces: the provider, and waiting for what its pods need there. */
    readonly inNamespace: (
        ...names: readonly (WorkloadNamespace | ChartNamespace)[]
    ) => pulumi.ComponentResourceOptions;
    /**
     * Domain under which user interfaces have names.
     * @default they are reached inside of the cluster alone
     */
    readonly domain?: string;
    /**
     * Where Grafana is: its name under {@link domain}, or the DNS name of its Service.
     * @default the cluster has its own
     */
    readonly dashboards?: string;
    /**
     * Where logs can be searched.
     * @default in their log groups alone
     */
    readonly loki?: LokiAddress;
    /**
     * What brings SparkApplications, and runs those in the namespace of jobs.
     * @default there is no operator
     */
    readonly sparkOperator?: pulumi.Resource;
}

const NAME = "platform";
/** Namespace of Prometheus and Grafana. */
const MONITORING = "monitoring";

function intoNamespace(
    foundation: Foundation,
    namespaces: Namespaces,
    before: readonly pulumi.Resource[],
): Platform["inNamespace"] {
    return (...names) => ({
        provider: foundation.provider,
        dependsOn: [...names.map((name) => namespaces.get(name)), ...before],
    });
}

/** The platform on EKS: namespaces and what they may take, and the releases that bring the custom resources in use. */
export function eksPlatform(config: EksConfig, foundation: EksFoundation): Platform {
    const { provider, claimProvider, zones, nodesPerZone } = foundation;
    const optional = chartNamespaces(config);
    const namespaces = new Namespaces(
        NAME,
        {
            claimProvider,
            protect: config.environment === "prod",
            charts: { namespaces: optional, apiServerCidrs: foundation.privateCidrs },
        },
        { provider },
    );
    const { classes } = new Priorities(NAME, { provider });
    const { quotas, airflow } = config;
    const limits = new Quotas(NAME, { quotas, airflow, namespaces, optional }, { provider });
    const releases = new EksReleases({ config, foundation, namespaces, priorityClasses: classes });
    const { monitoring, autoscaling, loadBalancing, sparkOperator, verticalAutoscaler } = releases;
    return {
        cluster: {
            zones,
            nodesPerZone,
            monitoring: {
                labels: MONITORING_LABELS,
                namespace: MONITORING,
                dependsOn: [monitoring.release],
            },
            autoscaler: [autoscaling.release],
            ...(loadBalancing === undefined ? {} : { loadBalancer: loadBalancing.facts }),
            ...(verticalAutoscaler === undefined ? {} : { recommender: [verticalAutoscaler.release] }),
        },
        inNamespace: intoNamespace(foundation, namespaces, [...classes, limits]),
        ...(config.ingress === undefined ? {} : { domain: config.ingress.domain }),
        dashboards: grafanaAddress(MONITORING, config.ingress?.domain),
        ...(config.loki === undefined ? {} : { loki: Loki.address }),
        sparkOperator: sparkOperator.release,
    };
}

/** The platform on a cluster that has monitoring and autoscaling already: namespaces and priorities. */
export function kubeconfigPlatform(foundation: Foundation): Platform {
    const { provider, claimProvider, zones, nodesPerZone } = foundation;
    const namespaces = new Namespaces(NAME, { claimProvider, protect: false }, { provider });
    const { classes } = new Priorities(NAME, { provider });
    return { cluster: { zones, nodesPerZone }, inNamespace: intoNamespace(foundation, namespaces, classes) };
}
