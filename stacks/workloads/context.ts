import type * as pulumi from "@pulumi/pulumi";
import type { ClusterFacts } from "../../components/cluster-facts.ts";
import type { Availability } from "../../components/workload-args.ts";
import type { AwsFacts } from "../infrastructure/aws-facts.ts";
import type { PoolNames } from "../infrastructure/pools.ts";
import { type Priority, priorityClass } from "../platform/priorities.ts";

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
    /** Pools by what runs on them; undefined where nodes have none. */
    readonly pools: PoolNames | undefined;
    /** What orchestration and ingestion promise. */
    readonly availability: Availability;
    /** @default there is no AWS */
    readonly aws?: AwsFacts;
    /**
     * Domain under which user interfaces have names, on the shared load balancer.
     * @default they are reached inside of the cluster alone
     */
    readonly domain?: string;
}

/**
 * The part of a component's arguments that follows from the context, and from what it is to other workloads.
 *
 * @param as what it is to the pools
 */
export function placed(
    context: WorkloadContext,
    priority: Priority = "service",
    as: keyof PoolNames = "services",
): { readonly cluster: ClusterFacts; readonly pool?: string; readonly priorityClass: string } {
    return {
        cluster: context.cluster,
        priorityClass: priorityClass(priority),
        ...(context.pools === undefined ? {} : { pool: context.pools[as] }),
    };
}
