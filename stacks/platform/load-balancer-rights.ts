import * as pulumi from "@pulumi/pulumi";
import type { Site } from "../infrastructure/key-policy.ts";
import type { Statement } from "../infrastructure/policy.ts";

/** Tag by which the controller knows what it made. */
const CLUSTER_TAG = "elbv2.k8s.aws/cluster";

/** Looking has no narrower resource in these services. */
const LOOK = [
    "DescribeAccountAttributes",
    "DescribeAddresses",
    "DescribeAvailabilityZones",
    "DescribeInternetGateways",
    "DescribeVpcs",
    "DescribeVpcPeeringConnections",
    "DescribeSubnets",
    "DescribeSecurityGroups",
    "DescribeInstances",
    "DescribeNetworkInterfaces",
    "DescribeTags",
    "DescribeRouteTables",
    "GetSecurityGroupsForVpc",
].map((action) => `ec2:${action}`);

const LOOK_AT_BALANCERS = [
    "DescribeLoadBalancers",
    "DescribeLoadBalancerAttributes",
    "DescribeListeners",
    "DescribeListenerAttributes",
    "DescribeListenerCertificates",
    "DescribeSSLPolicies",
    "DescribeRules",
    "DescribeTargetGroups",
    "DescribeTargetGroupAttributes",
    "DescribeTargetHealth",
    "DescribeTags",
    "DescribeTrustStores",
    "DescribeCapacityReservation",
].map((action) => `elasticloadbalancing:${action}`);

function balancing(...actions: readonly string[]): string[] {
    return actions.map((action) => `elasticloadbalancing:${action}`);
}

/** What the load-balancer controller's rights are tied to. */
export interface LoadBalancerScope {
    readonly clusterName: string;
    readonly site: Site;
    readonly vpcId: pulumi.Input<string>;
    /** The only certificate that it uses. @default it finds one by host names */
    readonly certificateArn?: string | undefined;
}

/**
 * What the load-balancer controller may do: the project's own policy, narrowed to the account, the region, the tag with
 * this cluster's name, and to what an internal application load balancer needs. Left out are web application firewalls,
 * Shield, Cognito, certificates of IAM, address pools and network load balancers.
 *
 * Source: aws-load-balancer-controller v3.5.0, `docs/install/iam_policy.json`.
 */
export function loadBalancerRights({ clusterName, site, vpcId, certificateArn }: LoadBalancerScope): Statement[] {
    const { account, region } = site;
    const ec2 = (resource: string): string => `arn:aws:ec2:${region}:${account}:${resource}`;
    const elb = (resource: string): string => `arn:aws:elasticloadbalancing:${region}:${account}:${resource}`;
    const balancers = [elb("targetgroup/*/*"), elb("loadbalancer/app/*/*")];
    const listeners = [elb("listener/app/*/*/*"), elb("listener-rule/app/*/*/*")];
    const asks = { StringEquals: { [`aws:RequestTag/${CLUSTER_TAG}`]: clusterName } };
    const owns = { StringEquals: { [`aws:ResourceTag/${CLUSTER_TAG}`]: clusterName } };
    return [
        { actions: [...LOOK, ...LOOK_AT_BALANCERS, "acm:ListCertificates"], resources: ["*"] },
        {
            actions: ["acm:DescribeCertificate"],
            resources: [certificateArn ?? `arn:aws:acm:${region}:${account}:certificate/*`],
        },
        {
            actions: ["iam:CreateServiceLinkedRole"],
            resources: [
                `arn:aws:iam::${account}:role/aws-service-role/elasticloadbalancing.amazonaws.com/AWSServiceRoleForElasticLoadBalancing`,
            ],
            conditions: { StringEquals: { "iam:AWSServiceName": "elasticloadbalancing.amazonaws.com" } },
        },
        {
            actions: ["ec2:CreateSecurityGroup"],
            resources: [pulumi.interpolate`arn:aws:ec2:${region}:${account}:vpc/${vpcId}`],
        },
        { actions: ["ec2:CreateSecurityGroup"], resources: [ec2("security-group/*")], conditions: asks },
        {
            actions: ["ec2:CreateTags"],
            resources: [ec2("security-group/*")],
            conditions: { StringEquals: { ...asks.StringEquals, "ec2:CreateAction": "CreateSecurityGroup" } },
        },
        {
            actions: ["ec2:CreateTags", "ec2:DeleteTags", "ec2:DeleteSecurityGroup"],
            resources: [ec2("security-group/*")],
            conditions: owns,
        },
        {
            // Of its own groups, and of the nodes', which it lets the balancer into.
            actions: ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"],
            resources: [ec2("security-group/*")],
            conditions: owns,
        },
        {
            actions: ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"],
            resources: [ec2("security-group/*")],
            conditions: { StringEquals: { [`aws:ResourceTag/kubernetes.io/cluster/${clusterName}`]: "owned" } },
        },
        { actions: balancing("CreateLoadBalancer", "CreateTargetGroup"), resources: balancers, conditions: asks },
        {
            actions: balancing("AddTags"),
            resources: [...balancers, ...listeners],
            conditions: {
                StringEquals: {
                    ...asks.StringEquals,
                    "elasticloadbalancing:CreateAction": [
                        "CreateTargetGroup",
                        "CreateLoadBalancer",
                        "CreateListener",
                        "CreateRule",
                    ],
                },
            },
        },
        { actions: balancing("AddTags", "RemoveTags"), resources: [...balancers, ...listeners], conditions: owns },
        {
            actions: balancing("CreateListener", "CreateRule"),
            resources: [elb("loadbalancer/app/*/*"), elb("listener/app/*/*/*")],
            conditions: owns,
        },
        {
            actions: balancing(
                "ModifyLoadBalancerAttributes",
                "SetIpAddressType",
                "SetSecurityGroups",
                "SetSubnets",
                "DeleteLoadBalancer",
                "ModifyTargetGroup",
                "ModifyTargetGroupAttributes",
                "DeleteTargetGroup",
                "RegisterTargets",
                "DeregisterTargets",
            ),
            resources: balancers,
            conditions: owns,
        },
        {
            actions: balancing(
                "ModifyListener",
                "ModifyListenerAttributes",
                "DeleteListener",
                "AddListenerCertificates",
                "RemoveListenerCertificates",
                "ModifyRule",
                "DeleteRule",
                "SetRulePriorities",
            ),
            resources: listeners,
            conditions: owns,
        },
    ];
}

/**
 * What external-dns may do: change records of one zone. Source: external-dns, `docs/tutorials/aws.md`.
 *
 * @param domain records at and under it
 */
export function dnsRights(hostedZoneId: string, domain: string): Statement[] {
    const zone = `arn:aws:route53:::hostedzone/${hostedZoneId}`;
    return [
        {
            actions: ["route53:ChangeResourceRecordSets"],
            resources: [zone],
            conditions: {
                "ForAllValues:StringLike": {
                    "route53:ChangeResourceRecordSetsNormalizedRecordNames": [domain, `*${domain}`],
                },
            },
        },
        { actions: ["route53:ListResourceRecordSets", "route53:ListTagsForResources"], resources: [zone] },
        // Takes no resource.
        { actions: ["route53:ListHostedZones"], resources: ["*"] },
    ];
}
