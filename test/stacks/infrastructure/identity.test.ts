import assert from "node:assert/strict";
import { PodIdentity, podRole } from "../../../stacks/infrastructure/identity.ts";
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

describe("a role of pods with one of AWS's policies", () => {
    const STATEMENT = {
        actions: ["kms:Decrypt"],
        resources: ["arn:key"],
        conditions: { Bool: { "kms:GrantIsForAWSResource": "true" } },
    };

    function made(statements: readonly (typeof STATEMENT)[]): Promise<Collected[]> {
        const principal = { clusterArn: CLUSTER_ARN, namespace: "kube-system", serviceAccount: "driver" };
        return collect(() => {
            podRole("driver", principal, "arn:aws:iam::aws:policy/Driver", {}, statements);
        });
    }

    it("may do that and no more", async () => {
        const roles = await made([]);
        const attachment = only(roles, "aws:iam/rolePolicyAttachment:RolePolicyAttachment");
        assert.equal(attachment.inputs["policyArn"], "arn:aws:iam::aws:policy/Driver");
        assert.ok(!roles.some(({ type }) => type === "aws:iam/rolePolicy:RolePolicy"));
    });

    it("may do what statements add, under their conditions", async () => {
        const { policy } = only(await made([STATEMENT]), "aws:iam/rolePolicy:RolePolicy").inputs;
        assert.deepEqual(JSON.parse(policy).Statement, [
            {
                Effect: "Allow",
                Action: ["kms:Decrypt"],
                Resource: ["arn:key"],
                Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } },
            },
        ]);
    });
});
