import type * as pulumi from "@pulumi/pulumi";
import type { EksConfig } from "../config.ts";
import { clusterAddons, nodeAddons } from "./addons.ts";
import type { AwsFacts } from "./aws-facts.ts";
import { imageCacheOf } from "./cached-images.ts";
import { Cluster } from "./cluster.ts";
import { dataStores, managedDatabases } from "./data-stores.ts";
import { type Foundation, providers } from "./foundation.ts";
import { ImageCache, pullThroughStatements } from "./image-cache.ts";
import type { KarpenterAccess } from "./karpenter.ts";
import { Keys } from "./keys.ts";
import { Logs, logGroupPrefixes } from "./log-groups.ts";
import { Network } from "./network.ts";
import { makeNodes } from "./nodes.ts";
import { nodesPerZone, poolNames } from "./pools.ts";
import { EKS_STORAGE, Storage } from "./storage-classes.ts";

/** A {@link Foundation} on EKS, with what only AWS has. */
export interface EksFoundation extends Foundation {
    readonly clusterName: string;
    readonly clusterArn: pulumi.Output<string>;
    /** For programs outside of the cluster. */
    readonly kubeconfig: pulumi.Output<string>;
    readonly logs: Logs;
    /** Ranges of the private subnets: the API server reaches webhooks, and load balancers pods, from there. */
    readonly privateCidrs: readonly string[];
    readonly vpcId: pulumi.Output<string>;
    readonly aws: AwsFacts;
    /** What Karpenter works with outside of the cluster. */
    readonly karpenter: KarpenterAccess;
}

/** Makes network, control plane, nodes, add-ons and storage classes. */
export function eksFoundation(config: EksConfig): EksFoundation {
    const { region, cluster: clusterConfig, pools, logs: logConfig } = config;
    const name = `data-platform-${config.environment}`;
    const protect = config.environment === "prod";

    const keys = new Keys(name, {
        name,
        site: { account: config.account, region },
        logGroups: logGroupPrefixes(name),
        databases: Object.keys(managedDatabases(config)).length > 0,
        protect,
    });
    const network = new Network(name, { region, network: config.network });
    const { retentionDays } = logConfig;
    const logs = new Logs(name, { clusterName: name, retentionDays, protect, keyArn: keys.logs });
    const cache = imageCacheOf(config);
    const caches = cache === undefined ? [] : [new ImageCache(`${name}-images`, cache)];
    const cluster = new Cluster(name, { clusterName: name, cluster: clusterConfig, network, logs, protect });

    const inCluster = { parent: cluster, dependsOn: [cluster.eks] };
    const addonArgs = { clusterName: name, clusterArn: cluster.clusterArn, volumeKeyArn: keys.volumes };
    const onNodes = nodeAddons(addonArgs, inCluster);
    const nodes = makeNodes(name, {
        config,
        cluster,
        network,
        statements: cache === undefined ? [] : pullThroughStatements(cache),
        // A node that starts before the network has a way out does not join.
        needs: [...network.routing, ...onNodes, ...caches],
    });
    const onCluster = clusterAddons(addonArgs, { parent: cluster, dependsOn: [...nodes.managed] });

    const access = { clusterIdentifier: name, kubeconfig: cluster.kubeconfig };
    const { provider, claimProvider } = providers(name, access, { parent: cluster, dependsOn: onCluster });
    new Storage(name, { claimProvider, keyArn: keys.volumes }, { parent: cluster, provider });
    const stores = dataStores(name, { config, keys, network, nodes: cluster.eks.clusterSecurityGroupId });
    return {
        provider,
        claimProvider,
        zones: network.privateSubnets.size,
        nodesPerZone: nodesPerZone(pools, network.privateSubnets.size),
        storage: EKS_STORAGE,
        pools: poolNames(pools),
        karpenter: nodes.karpenter,
        clusterName: name,
        clusterArn: cluster.clusterArn,
        kubeconfig: cluster.kubeconfig,
        logs,
        privateCidrs: network.privateCidrs,
        vpcId: network.vpcId,
        aws: { clusterName: name, clusterArn: cluster.clusterArn, ...stores },
    };
}
