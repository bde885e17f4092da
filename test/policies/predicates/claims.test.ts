import assert from "node:assert/strict";
import { judgeResource, UNKNOWN_LIST, UNKNOWN_STRING } from "../judge.ts";
import { app, claim, controller, DEPLOYMENT, mounted, policy } from "../workloads.ts";

const CLAIM = "kubernetes:core/v1:PersistentVolumeClaim";

const seen = (modes: unknown, namespace: unknown = "web") => ({
    metadata: { name: "shop", namespace },
    spec: { accessModes: modes },
});

describe("claims that were seen in the run", () => {
    const CASES: readonly (readonly [string, object, number])[] = [
        ["ReadWriteMany is shared", seen(["ReadWriteMany"]), 0],
        ["ReadOnlyMany is shared", seen(["ReadOnlyMany"]), 0],
        ["ReadWriteOnce is not", seen(["ReadWriteOnce"]), 1],
        ["ReadWriteOncePod is not", seen(["ReadWriteOncePod"]), 1],
        ["a mode that is not known is not", seen(UNKNOWN_LIST), 1],
        ["a mode that is missing is not", seen(undefined), 1],
        ["another namespace's claim does not count", seen(["ReadWriteMany"], "other"), 1],
        ["a namespace that is not known may be the same", seen(["ReadWriteMany"], UNKNOWN_STRING), 0],
    ];
    for (const [name, props, violations] of CASES) {
        it(name, () => {
            const one = policy();
            assert.deepEqual(judgeResource(one, CLAIM, props), []);
            assert.equal(judgeResource(one, DEPLOYMENT, controller(mounted(app, claim))).length, violations);
        });
    }

    it("are forgotten in the next run", () => {
        judgeResource(policy(), CLAIM, seen(["ReadWriteMany"]));
        assert.equal(judgeResource(policy(), DEPLOYMENT, controller(mounted(app, claim))).length, 1);
    });
});
