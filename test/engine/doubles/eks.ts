import { type DoublePackage, sdkVersion } from "./package.ts";

/** Stands in for `@pulumi/eks`: its component makes nothing within, and what it hands out is unknown. */
export const EKS: DoublePackage = {
    name: "eks",
    version: sdkVersion("@pulumi/eks"),
    resources: {},
    components: {
        "eks:index:Cluster": [
            "autoModeNodeRoleName",
            "awsProvider",
            "clusterIngressRuleId",
            "clusterSecurityGroupId",
            "core",
            "defaultNodeGroup",
            "defaultNodeGroupAsgName",
            "eksCluster",
            "fargateProfileId",
            "fargateProfileStatus",
            "instanceRoles",
            "kubeconfig",
            "kubeconfigJson",
            "nodeSecurityGroupId",
            "oidcIssuer",
            "oidcProviderArn",
            "oidcProviderUrl",
        ],
    },
};
