import assert from "node:assert/strict";
import { PodIdentity } from "../../../stacks/infrastructure/identity.ts";
import { type Collected, collect, only } from "../../support/mocks.ts";

const CLUSTER_ARN = "arn:aws:eks:eu-central-1:111122223333:cluster/prod";

describe("PodIdentity", () => {
    let resources: Collected[] = [];
    before(async () => {
        resources = await collect(() => {
            new PodIdentity("agent", {
                clusterName: "prod",
                clusterArn: CLUSTER_ARN,
                namespace: "node-agents",
                serviceAccount: "agent",
                statements: [{ actions: ["logs:PutLogEvents"], resources: ["arn:aws:logs:::group"] }],
            });
        });
    });

    it("trusts the pods of one service account in one cluster", () => {
        const { assumeRolePolicy } = only(resources, "aws:iam/role:Role").inputs;
        assert.deepEqual(JSON.parse(assumeRolePolicy).Statement, [
            {
                Effect: "Allow",
                Principal: { Service: "pods.eks.amazonaws.com" },
                Action: ["sts:AssumeRole", "sts:TagSession"],
                Condition: {
                    StringEquals: {
                        "aws:RequestTag/kubernetes-namespace": "node-agents",
                        "aws:RequestTag/kubernetes-service-account": "agent",
                    },
                    ArnEquals: { "aws:SourceArn": CLUSTER_ARN },
                },
            },
        ]);
    });

    it("allows what was asked for and nothing else", () => {
        const { policy } = only(resources, "aws:iam/rolePolicy:RolePolicy").inputs;
        assert.deepEqual(JSON.parse(policy).Statement, [
            { Effect: "Allow", Action: ["logs:PutLogEvents"], Resource: ["arn:aws:logs:::group"] },
        ]);
    });

    it("is associated once the role may do its work", () => {
        const association = only(resources, "aws:eks/podIdentityAssociation:PodIdentityAssociation");
        assert.equal(association.inputs.namespace, "node-agents");
        assert.equal(association.inputs.serviceAccount, "agent");
        assert.equal(association.inputs.clusterName, "prod");
        assert.ok(association.dependencies.includes(only(resources, "aws:iam/rolePolicy:RolePolicy").urn));
        assert.equal(association.parent, only(resources, "dataplatform:infrastructure:PodIdentity").urn);
    });
});
