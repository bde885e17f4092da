import * as pulumi from "@pulumi/pulumi";
import type { Site } from "../key-policy.ts";
import type { Conditions, Statement } from "../policy.ts";

/** What Karpenter's rights are tied to. */
export interface ControllerScope {
    readonly clusterName: string;
    readonly clusterArn: pulumi.Input<string>;
    readonly site: Site;
    /** The role of the nodes that it starts; it can give them no other. */
    readonly nodeRoleArn: pulumi.Input<string>;
    readonly instanceProfileArn: pulumi.Input<string>;
    readonly queueArn: pulumi.Input<string>;
    /** Where it may start nodes, and the only group that it may give them. */
    readonly subnetIds: readonly pulumi.Input<string>[];
    readonly securityGroupId: pulumi.Input<string>;
}

/** What the tags of a machine say: that it is this cluster's, and of one of Karpenter's pools. */
type TagScope = "aws:RequestTag" | "aws:ResourceTag";

function ownedBy({ clusterName }: ControllerScope, scope: TagScope): Conditions {
    return {
        StringEquals: { [`${scope}/kubernetes.io/cluster/${clusterName}`]: "owned" },
        StringLike: { [`${scope}/karpenter.sh/nodepool`]: "*" },
    };
}

/** The same, and the tag by which EKS knows its own. */
function taggedFor(scope: ControllerScope): Conditions {
    const { StringEquals, StringLike } = ownedBy(scope, "aws:RequestTag");
    return {
        StringEquals: { ...StringEquals, "aws:RequestTag/eks:eks-cluster-name": scope.clusterName },
        ...(StringLike === undefined ? {} : { StringLike }),
    };
}

/** What comes with a new machine. */
const MADE_WITH_INSTANCES = [
    "fleet",
    "instance",
    "volume",
    "network-interface",
    "launch-template",
    "spot-instances-request",
];

/** Starting, tagging and stopping machines. */
function lifecycle(scope: ControllerScope): Statement[] {
    const { region, account } = scope.site;
    const one = (kind: string, id: pulumi.Input<string>): pulumi.Output<string> =>
        pulumi.interpolate`arn:aws:ec2:${region}:${account}:${kind}/${id}`;
    const ofAccount = (kind: string): string => `arn:aws:ec2:${region}:${account}:${kind}/*`;
    const made = MADE_WITH_INSTANCES.map(ofAccount);
    const taggedOnCreation = taggedFor(scope);
    const owned = ownedBy(scope, "aws:ResourceTag");
    return [
        {
            actions: ["ec2:RunInstances", "ec2:CreateFleet"],
            resources: [
                // Images and snapshots belong to the account that publishes them.
                `arn:aws:ec2:${region}::image/*`,
                `arn:aws:ec2:${region}::snapshot/*`,
                one("security-group", scope.securityGroupId),
                ...scope.subnetIds.map((id) => one("subnet", id)),
            ],
        },
        {
            actions: ["ec2:RunInstances", "ec2:CreateFleet"],
            resources: [ofAccount("launch-template")],
            conditions: owned,
        },
        {
            actions: ["ec2:RunInstances", "ec2:CreateFleet", "ec2:CreateLaunchTemplate"],
            resources: made,
            conditions: taggedOnCreation,
        },
        {
            actions: ["ec2:CreateTags"],
            resources: made,
            conditions: {
                ...taggedOnCreation,
                StringEquals: {
                    ...taggedOnCreation["StringEquals"],
                    "ec2:CreateAction": ["RunInstances", "CreateFleet", "CreateLaunchTemplate"],
                },
            },
        },
        {
            actions: ["ec2:CreateTags"],
            resources: [ofAccount("instance")],
            conditions: {
                ...owned,
                StringEqualsIfExists: { "aws:RequestTag/eks:eks-cluster-name": scope.clusterName },
                "ForAllValues:StringEquals": {
                    "aws:TagKeys": ["eks:eks-cluster-name", "karpenter.sh/nodeclaim", "Name"],
                },
            },
        },
        {
            actions: ["ec2:TerminateInstances", "ec2:DeleteLaunchTemplate"],
            resources: [ofAccount("instance"), ofAccount("launch-template")],
            conditions: owned,
        },
    ];
}

/** Looking at what there is. AWS takes no resource for most of these. */
function discovery({ clusterArn, site, instanceProfileArn }: ControllerScope): Statement[] {
    const { region } = site;
    return [
        {
            actions: [
                "ec2:DescribeCapacityReservations",
                "ec2:DescribeImages",
                "ec2:DescribeInstanceStatus",
                "ec2:DescribeInstanceTypeOfferings",
                "ec2:DescribeInstanceTypes",
                "ec2:DescribeInstances",
                "ec2:DescribeLaunchTemplates",
                "ec2:DescribePlacementGroups",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeSpotPriceHistory",
                "ec2:DescribeSubnets",
            ],
            resources: ["*"],
            conditions: { StringEquals: { "aws:RequestedRegion": region } },
        },
        {
            actions: ["ssm:GetParameter"],
            resources: [`arn:aws:ssm:${region}::parameter/aws/service/eks/optimized-ami/*`],
        },
        { actions: ["pricing:GetProducts", "iam:ListInstanceProfiles"], resources: ["*"] },
        { actions: ["iam:GetInstanceProfile"], resources: [instanceProfileArn] },
        { actions: ["eks:DescribeCluster"], resources: [clusterArn] },
    ];
}

/**
 * What Karpenter's controller may do. Nothing here is wider than in Karpenter's own template, and narrower are: the
 * account, which is named; the subnets and the security group; images' names, which are EKS's; instance profiles, of which
 * it makes none, because the nodes' one is made here; and no capacity reservations, placement groups and zonal shifts, which
 * no pool uses.
 *
 * Source: github.com/aws/karpenter-provider-aws, v1.14, "Reference", "CloudFormation".
 */
export function controllerStatements(scope: ControllerScope): readonly Statement[] {
    return [
        ...lifecycle(scope),
        {
            actions: ["iam:PassRole"],
            resources: [scope.nodeRoleArn],
            conditions: { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" } },
        },
        {
            actions: ["sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"],
            resources: [scope.queueArn],
        },
        ...discovery(scope),
    ];
}
