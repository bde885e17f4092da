import assert from "node:assert/strict";
import { type KeyUse, keyPolicy } from "../../../stacks/infrastructure/key-policy.ts";

const SITE = { account: "111122223333", region: "eu-central-1" };
const ROOT = { AWS: "arn:aws:iam::111122223333:root" };

interface Statement {
    readonly Sid: string;
    readonly Principal: Readonly<Record<string, string>>;
    readonly Action: readonly string[];
    readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

function statements(use: KeyUse): readonly Statement[] {
    return JSON.parse(keyPolicy(use, SITE)).Statement;
}

function statement(use: KeyUse, sid: string): Statement {
    return statements(use).find(({ Sid }) => Sid === sid) ?? assert.fail(`no ${sid}`);
}

const USES: Readonly<Record<string, KeyUse>> = {
    volumes: { via: ["ec2"], grants: true },
    buckets: { via: ["s3"], grants: false },
    logs: { logGroups: ["/aws/eks/prod/"] },
};

describe("the policy of a key", () => {
    for (const [name, use] of Object.entries(USES)) {
        it(`of ${name} lets nobody encrypt or decrypt without a condition`, () => {
            const open = statements(use).filter(({ Condition }) => Condition === undefined);
            assert.deepEqual(
                open.map(({ Sid }) => Sid),
                ["Administration"],
            );
            const actions = open.flatMap(({ Action }) => Action);
            assert.ok(
                !actions.some((action) => /\*|Crypt|DataKey|CreateGrant|ReEncrypt/i.test(action)),
                actions.join(),
            );
        });

        it(`of ${name} lets the account take it back, or nobody could change it`, () => {
            const { Principal, Action } = statement(use, "Administration");
            assert.deepEqual(Principal, ROOT);
            for (const action of ["kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:EnableKeyRotation"]) {
                assert.ok(Action.includes(action), action);
            }
        });
    }

    it("lets roles of the account use it through its service alone", () => {
        const { Principal, Action, Condition } = statement({ via: ["s3"], grants: false }, "UseThroughServices");
        assert.deepEqual(Principal, ROOT);
        assert.ok(Action.includes("kms:Decrypt"));
        assert.deepEqual(Condition, { StringEquals: { "kms:ViaService": ["s3.eu-central-1.amazonaws.com"] } });
    });

    it("lets a service hand it on to itself, where that is needed", () => {
        const { Action, Condition } = statement({ via: ["rds", "secretsmanager"], grants: true }, "GrantsToServices");
        assert.deepEqual(Action, ["kms:CreateGrant"]);
        assert.deepEqual(Condition, {
            StringEquals: {
                "kms:ViaService": ["rds.eu-central-1.amazonaws.com", "secretsmanager.eu-central-1.amazonaws.com"],
            },
            Bool: { "kms:GrantIsForAWSResource": "true" },
        });
        assert.equal(statements({ via: ["s3"], grants: false }).length, 2);
    });

    it("lets CloudWatch use it for the named log groups alone", () => {
        const { Principal, Condition } = statement({ logGroups: ["/aws/eks/prod/"] }, "CloudWatchLogs");
        assert.deepEqual(Principal, { Service: "logs.eu-central-1.amazonaws.com" });
        assert.deepEqual(Condition, {
            ArnLike: {
                "kms:EncryptionContext:aws:logs:arn": [
                    "arn:aws:logs:eu-central-1:111122223333:log-group:/aws/eks/prod/*",
                ],
            },
        });
    });
});
