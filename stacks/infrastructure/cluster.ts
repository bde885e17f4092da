import { Cluster as EksCluster, type ClusterArgs as EksClusterArgs } from "@pulumi/eks/cluster.js";
import * as pulumi from "@pulumi/pulumi";
import type { EksConfig } from "../config.ts";
import { key as customerKey } from "./keys.ts";
import type { Logs } from "./log-groups.ts";
import type { Network } from "./network.ts";
import { SERVICE_CIDR } from "./subnets.ts";

/** What a {@link Cluster} is made of. */
export interface ClusterArgs {
    /** Name in EKS; part of ARNs, log groups and kubeconfig. */
    readonly clusterName: string;
    /** Without the role that creates the cluster among its administrators (see {@link Cluster}). */
    readonly cluster: EksConfig["cluster"];
    readonly network: Network;
    readonly logs: Logs;
    /** Whether Pulumi refuses to delete cluster and key. */
    readonly protect: boolean;
}

const LOG_TYPES = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

/**
 * EKS's own access policies (EKS user guide, "Review access policy permissions"). The one for previews reads Secrets as
 * well, because a chart's release is stored in one.
 */
const ADMIN_POLICY = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy";
const VIEW_POLICY = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSAdminViewPolicy";

type AccessEntries = NonNullable<EksClusterArgs["accessEntries"]>;

function accessEntry(principalArn: string, policyArn: string): AccessEntries[string] {
    return { principalArn, accessPolicies: { cluster: { policyArn, accessScope: { type: "cluster" } } } };
}

/** Differs where account, path or name of a role does. */
function entryKey(arn: string): string {
    return arn.split(":").slice(4).join("-").replaceAll("/", "-");
}

function accessEntries({ adminRoleArns, previewRoleArn }: EksConfig["cluster"]): AccessEntries {
    const entries = adminRoleArns.map((arn) => [entryKey(arn), accessEntry(arn, ADMIN_POLICY)] as const);
    if (previewRoleArn !== undefined) {
        entries.push([entryKey(previewRoleArn), accessEntry(previewRoleArn, VIEW_POLICY)]);
    }
    return Object.fromEntries(entries);
}

/**
 * A control plane whose secrets are encrypted with a key of its own, without nodes.
 *
 * The role that creates it is an administrator already: `@pulumi/eks` sets `bootstrapClusterCreatorAdminPermissions`, so
 * EKS makes an access entry for that role, and a second one fails with `ResourceInUseException`. It must not be listed in
 * `adminRoleArns`.
 */
export class Cluster extends pulumi.ComponentResource {
    readonly clusterName: string;
    readonly clusterArn: pulumi.Output<string>;
    /** Waits for the control plane; what needs the cluster depends on it. */
    readonly eks: EksCluster;
    readonly kubeconfig: pulumi.Output<string>;

    constructor(name: string, args: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
        super("dataplatform:infrastructure:Cluster", name, {}, opts);
        // With KMS's own policy: EKS hands the key on to itself, on behalf of whoever makes the cluster.
        const key = customerKey(
            name,
            {
                alias: `eks/${args.clusterName}`,
                description: `Secrets of the cluster ${args.clusterName}`,
                protect: args.protect,
            },
            this,
        );

        this.clusterName = args.clusterName;
        this.eks = new EksCluster(
            name,
            {
                name: args.clusterName,
                version: args.cluster.version,
                vpcId: args.network.vpcId,
                privateSubnetIds: [...args.network.privateSubnets.values()],
                kubernetesServiceIpAddressRange: SERVICE_CIDR,
                endpointPrivateAccess: true,
                endpointPublicAccess: true,
                publicAccessCidrs: args.cluster.endpointCidrs,
                authenticationMode: "API",
                accessEntries: accessEntries(args.cluster),
                encryptionConfigKeyArn: key.arn,
                enabledClusterLogTypes: LOG_TYPES,
                deletionProtection: args.cluster.deletionProtection,
                createOidcProvider: false,
                // Nodes, their security group (EKS makes one) and add-ons are declared one by one.
                skipDefaultNodeGroup: true,
                skipDefaultSecurityGroups: true,
                useDefaultVpcCni: true,
                kubeProxyAddonOptions: { enabled: false },
                corednsAddonOptions: { enabled: false },
                bootstrapSelfManagedAddons: false,
                tags: { Name: args.clusterName },
            },
            { parent: this, protect: args.protect, dependsOn: [args.logs.controlPlane] },
        );
        this.clusterArn = key.arn.apply((arn) => clusterArn(arn, args.clusterName));
        this.kubeconfig = this.eks.kubeconfigJson;
        this.registerOutputs({ clusterName: args.clusterName, clusterArn: this.clusterArn });
    }
}

/**
 * The ARN of a cluster in the account and region of another regional resource. The component that makes the cluster
 * hands out no ARN that a preview knows, and asking AWS for the account would need credentials.
 */
export function clusterArn(siblingArn: string, clusterName: string): string {
    const [, partition, , region, account] = siblingArn.split(":");
    return `arn:${partition}:eks:${region}:${account}:cluster/${clusterName}`;
}
