import type * as pulumi from "@pulumi/pulumi";
import type { EksConfig } from "../config.ts";
import type { Cluster } from "./cluster.ts";
import { KarpenterAccess } from "./karpenter.ts";
import type { Network } from "./network.ts";
import { NodePool, nodeRole } from "./node-pools.ts";
import type { Statement } from "./policy.ts";
import { managedPools } from "./pools.ts";

/** What the nodes of a cluster need. */
export interface NodesArgs {
    readonly config: EksConfig;
    readonly cluster: Cluster;
    readonly network: Network;
    /** What nodes may do in AWS beside what every node has to. */
    readonly statements: readonly Statement[];
    /** What has to be there before a node starts, and until the last one is gone. */
    readonly needs: pulumi.Resource[];
}

/** The nodes that are there from the start, and what Karpenter needs of AWS to start others. */
export interface Nodes {
    readonly managed: readonly NodePool[];
    readonly karpenter: KarpenterAccess;
}

/** Makes the managed nodes, and everything outside of the cluster that Karpenter works with. */
export function makeNodes(name: string, args: NodesArgs): Nodes {
    const { config, cluster, network, statements, needs } = args;
    const roleArn = nodeRole(`${name}-nodes`, statements, { parent: cluster });
    const managed = managedPools(config.pools).map(
        (pool) =>
            new NodePool(
                `${name}-${pool.name}`,
                {
                    clusterName: name,
                    version: config.cluster.version,
                    amiRelease: config.nodeUpdates.amiRelease,
                    pool,
                    subnets: network.privateSubnets,
                    roleArn,
                    needs,
                },
                { parent: cluster },
            ),
    );
    const karpenter = new KarpenterAccess(
        `${name}-karpenter`,
        {
            clusterName: name,
            clusterArn: cluster.clusterArn,
            site: { account: config.account, region: config.region },
            nodeStatements: statements,
            subnetIds: [...network.privateSubnets.values()],
            securityGroupId: cluster.eks.clusterSecurityGroupId,
        },
        { parent: cluster, dependsOn: needs },
    );
    return { managed, karpenter };
}
