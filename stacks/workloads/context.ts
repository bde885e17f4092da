import type * as pulumi from "@pulumi/pulumi";
import type { ClusterFacts } from "../../components/cluster-facts.ts";
import type { Availability } from "../../components/workload-args.ts";

/** What every system gets from the stack that it runs in. */
export interface WorkloadContext {
    /** Zones, monitoring and autoscaling of the cluster; passed on to every component. */
    readonly cluster: ClusterFacts;
    /** The provider that claims are made through. */
    readonly claimProvider: pulumi.ProviderResource;
    /** Class of volumes whose data has to outlive their namespace; undefined for the cluster's default. */
    readonly storageClass: string | undefined;
    /** VolumeAttributesClass of volumes with more IOPS and throughput; undefined where the cluster has none. */
    readonly throughputClass: string | undefined;
    /** The pool for what is no batch work; undefined where nodes have no pools. */
    readonly pool: string | undefined;
    /** What orchestration and ingestion promise. */
    readonly availability: Availability;
}

/** The part of a component's arguments that follows from the context alone. */
export function placed(context: WorkloadContext): { readonly cluster: ClusterFacts; readonly pool?: string } {
    return { cluster: context.cluster, ...(context.pool === undefined ? {} : { pool: context.pool }) };
}
