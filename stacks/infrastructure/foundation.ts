import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { AwsFacts } from "./aws-facts.ts";
import type { PoolNames } from "./pools.ts";
import type { StorageNames } from "./storage-classes.ts";

/** What platform and workloads stand on, whatever the cluster. */
export interface Foundation {
    /** For everything in the cluster. Waits for nodes and add-ons, so that what it makes can run. */
    readonly provider: k8s.Provider;
    /** For persistent volume claims alone: it takes over those that are there. */
    readonly claimProvider: k8s.Provider;
    /** Availability zones; 0 for a cluster without zone labels. */
    readonly zones: number;
    /** Nodes in the largest zone, at most. */
    readonly nodesPerZone: number;
    readonly storage: StorageNames;
    /** Where workloads go; undefined for a cluster without pools. */
    readonly pools: PoolNames | undefined;
    /** @default the cluster is on no AWS that this program knows */
    readonly aws?: AwsFacts;
}

/** Where a cluster is reached. */
export interface ClusterAccess {
    /** Stays the same when the kubeconfig changes; another one means another cluster, and replaces all objects. */
    readonly clusterIdentifier: string;
    readonly kubeconfig?: pulumi.Input<string>;
    readonly context?: string;
}

/** The two providers of a cluster. */
export function providers(
    name: string,
    access: ClusterAccess,
    opts: pulumi.ResourceOptions = {},
): Pick<Foundation, "provider" | "claimProvider"> {
    const args: k8s.ProviderArgs = {
        ...access,
        enableServerSideApply: true,
        // Otherwise a changed one is deleted before it is made anew, and pods that start meanwhile do not find it.
        enableConfigMapMutable: true,
        enableSecretMutable: true,
    };
    return {
        provider: new k8s.Provider(name, args, opts),
        claimProvider: new k8s.Provider(`${name}-claims`, { ...args, upsertExistingObjects: true }, opts),
    };
}
