import assert from "node:assert/strict";
import { dnsRights, loadBalancerRights } from "../../../stacks/platform/load-balancer-rights.ts";
import { known } from "../../support/outputs.ts";

const SCOPE = {
    clusterName: "dp",
    site: { account: "111122223333", region: "eu-central-1" },
    vpcId: "vpc-1",
} as const;
const RIGHTS = loadBalancerRights(SCOPE);
const LOOKING = /^(\w+:(Describe|Get|List)\w+)$/;

describe("rights of the load-balancer controller", () => {
    it("change nothing outside of the account and region", async () => {
        for (const { actions, resources } of RIGHTS) {
            const changes = actions.filter((action) => !LOOKING.test(action));
            if (changes.length > 0) {
                for (const resource of resources) {
                    assert.match(
                        await known(resource),
                        /^arn:aws:(ec2|elasticloadbalancing|iam):(eu-central-1)?:111122223333:/,
                    );
                }
            }
        }
    });

    it("change only what is tagged as this cluster's, or is being tagged so", () => {
        const free = RIGHTS.filter(
            ({ conditions, actions }) =>
                !JSON.stringify(conditions ?? {}).includes('"dp"') &&
                !JSON.stringify(conditions ?? {}).includes("kubernetes.io/cluster/dp") &&
                actions.some((action) => !LOOKING.test(action)),
        );
        // The VPC that a group is made in has no tag of the group's, and the role is AWS's own.
        assert.deepEqual(
            free.map(({ actions }) => actions),
            [["iam:CreateServiceLinkedRole"], ["ec2:CreateSecurityGroup"]],
        );
    });

    it("make groups in the cluster's network, and look at the one certificate that is named", async () => {
        const certificateArn = "arn:aws:acm:eu-central-1:111122223333:certificate/1";
        const of = async (action: string): Promise<string[]> => {
            const rights = loadBalancerRights({ ...SCOPE, certificateArn });
            const resources = rights.filter(({ actions }) => actions.includes(action)).flatMap((one) => one.resources);
            return Promise.all(resources.map(known));
        };
        assert.deepEqual(await of("acm:DescribeCertificate"), [certificateArn]);
        assert.equal((await of("ec2:CreateSecurityGroup"))[0], "arn:aws:ec2:eu-central-1:111122223333:vpc/vpc-1");
    });

    it("have no wildcard among the actions", () => {
        assert.deepEqual(
            RIGHTS.flatMap(({ actions }) => actions).filter((action) => action.includes("*")),
            [],
        );
    });
});

describe("rights of external-dns", () => {
    it("change records of one zone, under one domain", () => {
        const [change] = dnsRights("Z123", "data.example.com");
        assert.deepEqual(change?.actions, ["route53:ChangeResourceRecordSets"]);
        assert.deepEqual(change.resources, ["arn:aws:route53:::hostedzone/Z123"]);
        assert.match(JSON.stringify(change.conditions), /"data\.example\.com","\*data\.example\.com"/);
    });
});
