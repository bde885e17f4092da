import assert from "node:assert/strict";
import { controllerStatements } from "../../../../stacks/infrastructure/karpenter/statements.ts";
import { policyDocument, type Statement } from "../../../../stacks/infrastructure/policy.ts";
import { known } from "../../../support/outputs.ts";

const ACCOUNT = "111122223333";
const REGION = "eu-central-1";
const CLUSTER = "prod";

const statements = controllerStatements({
    clusterName: CLUSTER,
    clusterArn: `arn:aws:eks:${REGION}:${ACCOUNT}:cluster/${CLUSTER}`,
    site: { account: ACCOUNT, region: REGION },
    nodeRoleArn: `arn:aws:iam::${ACCOUNT}:role/nodes`,
    instanceProfileArn: `arn:aws:iam::${ACCOUNT}:instance-profile/nodes`,
    queueArn: `arn:aws:sqs:${REGION}:${ACCOUNT}:queue`,
    subnetIds: ["subnet-a", "subnet-b"],
    securityGroupId: "sg-1",
});

/** Text of ARNs, those included that are put together from what AWS gives. */
async function arns(resources: Statement["resources"]): Promise<readonly string[]> {
    return Promise.all(resources.map(known));
}

/** Those of Karpenter's own template (v1.14, "CloudFormation"), without what its comment in the source leaves out. */
const DOCUMENTED = [
    "ec2:CreateFleet",
    "ec2:CreateLaunchTemplate",
    "ec2:CreateTags",
    "ec2:DeleteLaunchTemplate",
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
    "ec2:RunInstances",
    "ec2:TerminateInstances",
    "eks:DescribeCluster",
    "iam:GetInstanceProfile",
    "iam:ListInstanceProfiles",
    "iam:PassRole",
    "pricing:GetProducts",
    "sqs:DeleteMessage",
    "sqs:GetQueueUrl",
    "sqs:ReceiveMessage",
    "ssm:GetParameter",
];

/** Actions that change nothing, for which AWS takes no resource. */
const READ_ONLY = /^(ec2:Describe|pricing:GetProducts$|iam:ListInstanceProfiles$)/;

const of = (action: string): readonly Statement[] => statements.filter(({ actions }) => actions.includes(action));

/** The tags that a statement asks for, of the request or of the resource. */
function tagsOf({ conditions = {} }: Statement): Record<string, unknown> {
    return Object.assign({}, ...Object.values(conditions));
}

describe("what Karpenter's controller may do", () => {
    it("is what its documentation lists, and nothing else", () => {
        const actions = new Set(statements.flatMap((statement) => statement.actions));
        assert.deepEqual([...actions].toSorted(), DOCUMENTED);
    });

    it("names a resource wherever something is changed", () => {
        for (const { actions, resources } of statements) {
            if (resources.includes("*")) {
                assert.deepEqual(
                    actions.filter((action) => !READ_ONLY.test(action)),
                    [],
                );
            }
        }
    });

    it("is in its region, and in its account but for public images and parameters", async () => {
        for (const resource of await arns(statements.flatMap(({ resources }) => resources))) {
            const [, , service, region, account, rest = ""] = resource.split(":");
            if (resource === "*") {
                continue;
            }
            const isPublic = /^(image|snapshot|parameter\/aws\/service)\//.test(rest);
            assert.equal(region, service === "iam" ? "" : REGION, resource);
            assert.equal(account, isPublic ? "" : ACCOUNT, resource);
        }
        assert.deepEqual(of("ec2:DescribeInstances")[0]?.conditions, {
            StringEquals: { "aws:RequestedRegion": REGION },
        });
    });

    it("starts machines in the subnets and with the security group of the cluster alone", async () => {
        const resources = await arns(of("ec2:RunInstances").flatMap((statement) => statement.resources));
        assert.deepEqual(
            resources.map((arn) => arn.split(":").at(-1)).filter((rest) => /^(subnet|security-group)/.test(rest ?? "")),
            ["security-group/sg-1", "subnet/subnet-a", "subnet/subnet-b"],
        );
    });

    it("makes machines with its cluster's tags only, and tags them while it makes them", () => {
        const making = of("ec2:CreateLaunchTemplate");
        assert.equal(making.length, 1);
        for (const statement of [...making, ...of("ec2:CreateTags").slice(0, 1)]) {
            const tags = tagsOf(statement);
            assert.equal(tags[`aws:RequestTag/kubernetes.io/cluster/${CLUSTER}`], "owned");
            assert.equal(tags["aws:RequestTag/eks:eks-cluster-name"], CLUSTER);
            assert.equal(tags["aws:RequestTag/karpenter.sh/nodepool"], "*");
        }
        const creation = tagsOf(of("ec2:CreateTags")[0] ?? { actions: [], resources: [] })["ec2:CreateAction"];
        assert.deepEqual(creation, ["RunInstances", "CreateFleet", "CreateLaunchTemplate"]);
    });

    it("stops and tags machines of its own cluster alone", () => {
        for (const statement of [...of("ec2:TerminateInstances"), ...of("ec2:CreateTags").slice(1)]) {
            const tags = tagsOf(statement);
            assert.equal(tags[`aws:ResourceTag/kubernetes.io/cluster/${CLUSTER}`], "owned");
            assert.equal(tags["aws:ResourceTag/karpenter.sh/nodepool"], "*");
        }
    });

    it("gives machines one role, and makes no instance profile", () => {
        assert.deepEqual(of("iam:PassRole"), [
            {
                actions: ["iam:PassRole"],
                resources: [`arn:aws:iam::${ACCOUNT}:role/nodes`],
                conditions: { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" } },
            },
        ]);
        assert.deepEqual(of("iam:GetInstanceProfile")[0]?.resources, [
            `arn:aws:iam::${ACCOUNT}:instance-profile/nodes`,
        ]);
    });

    it("fits into the inline policies of a role: 10,240 characters (IAM, quotas)", () => {
        assert.ok(JSON.stringify(policyDocument(statements)).length < 10_240);
    });
});
