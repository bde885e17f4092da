import assert from "node:assert/strict";
import { queuePolicy } from "../../../stacks/infrastructure/karpenter/interruptions.ts";
import { KarpenterAccess } from "../../../stacks/infrastructure/karpenter.ts";
import { type Collected, collect, ofType, only } from "../../support/mocks.ts";

const RULE = "aws:cloudwatch/eventRule:EventRule";

describe("Karpenter's access", () => {
    let resources: Collected[] = [];
    let access: KarpenterAccess | undefined;
    before(async () => {
        resources = await collect(() => {
            access = new KarpenterAccess(
                "karpenter",
                {
                    clusterName: "prod",
                    clusterArn: "arn:aws:eks:eu-central-1:111122223333:cluster/prod",
                    site: { account: "111122223333", region: "eu-central-1" },
                    nodeStatements: [
                        { actions: ["ecr:CreateRepository"], resources: ["arn:aws:ecr:::repository/cache"] },
                    ],
                    subnetIds: ["subnet-1"],
                    securityGroupId: "sg-1",
                },
                {},
            );
        });
    });

    it("lets the nodes that it starts join: an access entry for their role", () => {
        const { inputs, propertyDependencies } = only(resources, "aws:eks/accessEntry:AccessEntry");
        assert.equal(inputs.type, "EC2_LINUX");
        assert.equal(inputs.clusterName, "prod");
        assert.ok(
            propertyDependencies["principalArn"]?.includes(only(resources, "aws:iam/role:Role", "karpenter-nodes").urn),
        );
    });

    it("gives those nodes what every node has, and what this stack's have beside it", () => {
        const attached = ofType(resources, "aws:iam/rolePolicyAttachment:RolePolicyAttachment");
        assert.deepEqual(attached.map(({ inputs }) => String(inputs.policyArn).split("/").at(-1) ?? "").toSorted(), [
            "AmazonEC2ContainerRegistryPullOnly",
            "AmazonEKSWorkerNodePolicy",
        ]);
        const own = only(resources, "aws:iam/rolePolicy:RolePolicy", "karpenter-nodes");
        assert.match(own.inputs.policy, /ecr:CreateRepository/);
        const profile = only(resources, "aws:iam/instanceProfile:InstanceProfile");
        for (const { urn } of [...attached, own]) {
            assert.ok(profile.propertyDependencies["role"]?.includes(urn));
        }
    });

    it("is that of the controller's pods alone", () => {
        const { inputs } = only(resources, "aws:eks/podIdentityAssociation:PodIdentityAssociation");
        assert.equal(inputs.namespace, "karpenter");
        assert.equal(inputs.serviceAccount, "karpenter");
    });

    it("hears of everything that takes a machine away", () => {
        const patterns = ofType(resources, RULE).map(({ inputs }) => JSON.parse(inputs.eventPattern));
        assert.deepEqual(
            patterns.map((pattern) => [pattern.source, pattern["detail-type"]]),
            [
                [["aws.ec2"], ["EC2 Spot Instance Interruption Warning"]],
                [["aws.ec2"], ["EC2 Instance Rebalance Recommendation"]],
                [["aws.ec2"], ["EC2 Instance State-change Notification"]],
                [["aws.health"], ["AWS Health Event"]],
            ],
        );
        const targets = ofType(resources, "aws:cloudwatch/eventTarget:EventTarget");
        assert.deepEqual(
            targets.map(({ parent }) => parent),
            ofType(resources, RULE).map(({ urn }) => urn),
        );
        const queue = only(resources, "aws:sqs/queue:Queue");
        const policy = only(resources, "aws:sqs/queuePolicy:QueuePolicy");
        for (const target of targets) {
            assert.deepEqual(target.propertyDependencies["arn"], [queue.urn]);
            assert.ok(target.dependencies.includes(policy.urn));
        }
    });

    it("keeps notices encrypted, and no longer than they are of use", () => {
        const { inputs } = only(resources, "aws:sqs/queue:Queue");
        assert.equal(inputs.sqsManagedSseEnabled, true);
        assert.equal(inputs.messageRetentionSeconds, 300);
    });

    it("waits for all of that before the controller starts", () => {
        const ready = access?.ready.length ?? 0;
        // The entry, the identity, and one target for each rule.
        assert.equal(ready, 2 + ofType(resources, RULE).length);
    });

    it("takes notices from its own rules, and nothing without TLS", () => {
        const [notices, tls] = queuePolicy("arn:queue", ["arn:rule"]);
        assert.deepEqual(notices?.Principal, { Service: "events.amazonaws.com" });
        assert.deepEqual(notices?.Condition, { ArnEquals: { "aws:SourceArn": ["arn:rule"] } });
        assert.deepEqual([tls?.Effect, tls?.Principal, tls?.Action], ["Deny", "*", "sqs:*"]);
        assert.deepEqual(tls?.Condition, { Bool: { "aws:SecureTransport": "false" } });
        for (const { Resource } of [notices, tls].filter((statement) => statement !== undefined)) {
            assert.equal(Resource, "arn:queue");
        }
        const made = only(resources, "aws:sqs/queuePolicy:QueuePolicy").propertyDependencies["policy"] ?? [];
        for (const { urn } of ofType(resources, RULE)) {
            assert.ok(made.includes(urn));
        }
    });
});
