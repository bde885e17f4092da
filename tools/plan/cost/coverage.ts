import type { RecordedResource } from "../resource.ts";
import type { CostItem } from "./item.ts";

/** Types that are in the bill by an item, and those that are left out of it knowingly. */
const ACCOUNTED: ReadonlySet<string> = new Set([
    // By an item.
    "aws:cloudwatch/logGroup:LogGroup",
    "aws:ec2/eip:Eip",
    "aws:ec2/natGateway:NatGateway",
    "aws:ec2/vpcEndpoint:VpcEndpoint",
    "aws:eks/nodeGroup:NodeGroup",
    "aws:kms/key:Key",
    "aws:rds/instance:Instance",
    "aws:s3/bucket:Bucket",
    "eks:index:Cluster",
    // Cents: LEFT_OUT says so.
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    "aws:ecr/pullThroughCacheRule:PullThroughCacheRule",
    "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate",
    "aws:sns/topic:Topic",
    "aws:sqs/queue:Queue",
]);

/** Types that cost nothing by themselves: names, rules, attachments. */
const FREE: ReadonlySet<string> = new Set([
    "aws:cloudwatch/eventRule:EventRule",
    "aws:cloudwatch/eventTarget:EventTarget",
    "aws:ec2/internetGateway:InternetGateway",
    "aws:ec2/launchTemplate:LaunchTemplate",
    "aws:ec2/route:Route",
    "aws:ec2/routeTable:RouteTable",
    "aws:ec2/routeTableAssociation:RouteTableAssociation",
    "aws:ec2/securityGroup:SecurityGroup",
    "aws:ec2/subnet:Subnet",
    "aws:ec2/vpc:Vpc",
    "aws:eks/accessEntry:AccessEntry",
    "aws:eks/addon:Addon",
    "aws:eks/podIdentityAssociation:PodIdentityAssociation",
    "aws:iam/instanceProfile:InstanceProfile",
    "aws:iam/role:Role",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "aws:kms/alias:Alias",
    "aws:rds/parameterGroup:ParameterGroup",
    "aws:rds/subnetGroup:SubnetGroup",
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    "aws:s3/bucketPolicy:BucketPolicy",
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketVersioning:BucketVersioning",
    "aws:sns/topicPolicy:TopicPolicy",
    "aws:sns/topicSubscription:TopicSubscription",
    "aws:sqs/queuePolicy:QueuePolicy",
]);

/** Packages whose resources cost what they make nodes and volumes cost, or nothing. */
const FREE_PACKAGES: ReadonlySet<string> = new Set(["kubernetes", "pulumi", "random"]);

function isKnown(type: string): boolean {
    return ACCOUNTED.has(type) || FREE.has(type) || FREE_PACKAGES.has(type.slice(0, type.indexOf(":")));
}

/** An item without a price for each type that nobody has said what it costs: never a silent nothing. */
export function uncountedItems(resources: readonly RecordedResource[]): CostItem[] {
    const made = resources.filter(({ custom, remote, read, type }) => (custom || remote) && !read && !isKnown(type));
    return [...new Set(made.map(({ type }) => type))].toSorted().map((type) => ({
        group: "others",
        name: type,
        quantity: made.filter((resource) => resource.type === type).length,
        monthly: null,
        note: "not priced: no item counts this type, and it is not known to be free (tools/plan/cost/coverage.ts)",
        price: null,
    }));
}
