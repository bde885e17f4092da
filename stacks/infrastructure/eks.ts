import type * as pulumi from "@pulumi/pulumi";
import type { EksConfig } from "../config.ts";
import { clusterAddons, nodeAddons } from "./addons.ts";
import { Cluster } from "./cluster.ts";
import { type Foundation, providers } from "./foundation.ts";
import { Logs } from "./log-groups.ts";
import { Network } from "./network.ts";
import { NodePool, nodeRole } from "./node-pools.ts";
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
}

/** Makes network, control plane, nodes, add-ons and storage classes. */
export function eksFoundation(config: EksConfig): EksFoundation {
    const { region, cluster: clusterConfig, pools, logs: logConfig } = config;
    const name = `data-platform-${config.environment}`;
    const protect = config.environment === "prod";

    const network = new Network(name, { region, network: config.network });
    const logs = new Logs(name, { clusterName: name, retentionDays: logConfig.retentionDays, protect });
    const cluster = new Cluster(name, { clusterName: name, cluster: clusterConfig, network, logs, protect });

    const inCluster = { parent: cluster, dependsOn: [cluster.eks] };
    const addonArgs = { clusterName: name, clusterArn: cluster.clusterArn };
    const onNodes = nodeAddons(addonArgs, inCluster);
    const infra = new NodePool(
        `${name}-infra`,
        {
            clusterName: name,
            version: clusterConfig.version,
            pool: "infra",
            nodes: pools.infra,
            subnets: network.privateSubnets,
            roleArn: nodeRole(`${name}-nodes`, { parent: cluster }),
            // A node that starts before the network has a way out does not join.
            needs: [...network.routing, ...onNodes],
        },
        { parent: cluster },
    );
    const onCluster = clusterAddons(addonArgs, { parent: cluster, dependsOn: [infra] });

    const access = { clusterIdentifier: name, kubeconfig: cluster.kubeconfig };
    const { provider, claimProvider } = providers(name, access, { parent: cluster, dependsOn: onCluster });
    new Storage(name, { claimProvider }, { parent: cluster, provider });
    return {
        provider,
        claimProvider,
        zones: network.privateSubnets.size,
        nodesPerZone: pools.infra.max / network.privateSubnets.size,
        storage: EKS_STORAGE,
        pool: "infra",
        clusterName: name,
        clusterArn: cluster.clusterArn,
        kubeconfig: cluster.kubeconfig,
        logs,
        privateCidrs: network.privateCidrs,
    };
}
