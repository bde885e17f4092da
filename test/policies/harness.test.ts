import assert from "node:assert/strict";
import { unknownCheckingProxy } from "@pulumi/policy";
import { subjectsOf, toPlain } from "../../policies/harness.ts";
import { UNKNOWN } from "../../policies/predicates/plain.ts";
import { UNKNOWN_OBJECT, UNKNOWN_STRING } from "./judge.ts";

describe("toPlain", () => {
    it("reads every value on its own, and marks those that are not known", () => {
        const props = { a: 1, b: UNKNOWN_STRING, c: [true, UNKNOWN_OBJECT, { d: UNKNOWN_STRING, e: null }] };
        assert.deepEqual(toPlain(unknownCheckingProxy(props)), {
            a: 1,
            b: UNKNOWN,
            c: [true, UNKNOWN, { d: UNKNOWN, e: null }],
        });
    });

    it("passes other errors on", () => {
        const broken = {
            get a(): never {
                throw new TypeError("broken");
            },
        };
        assert.throws(() => toPlain(broken), TypeError);
    });
});

const label = (props: object) => subjectsOf("kubernetes:apps/v1:Deployment", "urn", "res", props)[0]?.label;

describe("subjectsOf", () => {
    it("labels an object by namespace and name, else by the resource's", () => {
        assert.equal(label({ metadata: { name: "a", namespace: "n" } }), "Deployment n/a");
        assert.equal(label(unknownCheckingProxy({ metadata: { name: UNKNOWN_STRING } })), "Deployment res");
        assert.equal(label({}), "Deployment res");
    });

    it("tells patches and takes lists apart", () => {
        assert.equal(subjectsOf("kubernetes:apps/v1:DeploymentPatch", "urn", "res", {})[0]?.isPatch, true);
        assert.equal(subjectsOf("kubernetes:apps/v1:DeploymentList", "urn", "res", { items: [{}, {}] }).length, 2);
        assert.deepEqual(subjectsOf("aws:s3/bucket:Bucket", "urn", "res", {}), []);
    });
});
