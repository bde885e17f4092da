import assert from "node:assert/strict";
import { Keys } from "../../../stacks/infrastructure/keys.ts";
import { type Collected, collect, ofType, only } from "../../support/mocks.ts";

const KEY = "aws:kms/key:Key";

function keys(args: { readonly protect: boolean; readonly databases: boolean }): Promise<Collected[]> {
    const site = { account: "111122223333", region: "eu-central-1" };
    return collect(() => {
        new Keys("prod", { name: "data-platform-prod", site, logGroups: ["/aws/eks/prod/"], ...args });
    });
}

describe("Keys", () => {
    it("are one for each kind of store, and one for databases where there are any", async () => {
        const names = async (databases: boolean) =>
            ofType(await keys({ protect: true, databases }), KEY)
                .map(({ name }) => name)
                .toSorted();
        assert.deepEqual(await names(false), ["prod-buckets", "prod-logs", "prod-volumes"]);
        assert.deepEqual(await names(true), ["prod-buckets", "prod-databases", "prod-logs", "prod-volumes"]);
    });

    it("rotate, each with an alias and a policy of its own", async () => {
        const made = await keys({ protect: true, databases: true });
        for (const { name, inputs } of ofType(made, KEY)) {
            assert.equal(inputs["enableKeyRotation"], true);
            assert.equal(inputs["deletionWindowInDays"], 30);
            assert.equal(
                only(made, "aws:kms/alias:Alias", name).inputs["name"],
                name.replace("prod-", "alias/data-platform-prod/"),
            );
        }
        const policies = ofType(made, KEY).map(({ inputs }) => inputs["policy"]);
        assert.equal(new Set(policies).size, policies.length);
    });

    for (const protect of [true, false]) {
        it(`outlive the stack, ${protect ? "" : "un"}protected, and give up their aliases`, async () => {
            const made = await keys({ protect, databases: true });
            for (const { options } of ofType(made, KEY)) {
                assert.equal(options.protect, protect);
                assert.equal(options.retainOnDelete, true);
            }
            for (const { options } of ofType(made, "aws:kms/alias:Alias")) {
                assert.equal(options.retainOnDelete, false);
            }
        });
    }
});
