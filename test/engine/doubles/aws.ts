import { type DoublePackage, sdkVersion } from "./package.ts";

/** Rows follow the outputs that the classes of `@pulumi/aws` list. */
const COMPUTED = {
    "cloudwatch/logGroup:LogGroup": ["arn", "tagsAll"],
    "ec2/eip:Eip": [
        "allocationId",
        "arn",
        "associationId",
        "privateDns",
        "privateIp",
        "publicDns",
        "publicIp",
        "tagsAll",
    ],
    "ec2/internetGateway:InternetGateway": ["arn", "ownerId", "tagsAll"],
    "ec2/launchTemplate:LaunchTemplate": ["arn", "latestVersion", "tagsAll"],
    "ec2/natGateway:NatGateway": ["associationId", "networkInterfaceId", "publicIp", "tagsAll"],
    "ec2/route:Route": ["instanceId", "instanceOwnerId", "origin", "state"],
    "ec2/routeTable:RouteTable": ["arn", "ownerId", "tagsAll"],
    "ec2/routeTableAssociation:RouteTableAssociation": [],
    "ec2/securityGroup:SecurityGroup": ["arn", "ownerId", "tagsAll"],
    "ec2/subnet:Subnet": ["arn", "ownerId", "tagsAll"],
    "ec2/vpc:Vpc": [
        "arn",
        "defaultNetworkAclId",
        "defaultRouteTableId",
        "defaultSecurityGroupId",
        "dhcpOptionsId",
        "mainRouteTableId",
        "ownerId",
        "tagsAll",
    ],
    "ec2/vpcEndpoint:VpcEndpoint": [
        "arn",
        "cidrBlocks",
        "dnsEntries",
        "networkInterfaceIds",
        "ownerId",
        "prefixListId",
        "requesterManaged",
        "state",
        "tagsAll",
    ],
    "eks/addon:Addon": ["arn", "createdAt", "modifiedAt", "tagsAll"],
    "eks/nodeGroup:NodeGroup": ["arn", "resources", "status", "tagsAll"],
    "eks/podIdentityAssociation:PodIdentityAssociation": ["associationArn", "associationId", "externalId", "tagsAll"],
    "iam/role:Role": ["arn", "createDate", "tagsAll", "uniqueId"],
    "iam/rolePolicy:RolePolicy": [],
    "iam/rolePolicyAttachment:RolePolicyAttachment": [],
    "kms/alias:Alias": ["arn", "targetKeyArn"],
    "kms/key:Key": ["arn", "keyId", "tagsAll"],
} as const;

/** Stands in for AWS in previews: nothing can be made. */
export const AWS: DoublePackage = {
    name: "aws",
    version: sdkVersion("@pulumi/aws"),
    resources: Object.fromEntries(
        Object.entries(COMPUTED).map(([type, computed]) => [`aws:${type}`, { computed }] as const),
    ),
    components: {},
};
