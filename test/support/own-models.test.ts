import assert from "node:assert/strict";
import { COMPUTED } from "../../tools/plan/values.ts";
import { schemaProblems } from "./schema.ts";

const snapshots = (change: object) => ({
    apiVersion: "snapshot.storage.k8s.io/v1",
    kind: "VolumeSnapshotClass",
    metadata: { name: "ebs" },
    driver: "ebs.csi.aws.com",
    deletionPolicy: "Retain",
    ...change,
});

describe("schemas of our own", () => {
    it("let what is right be", () => assert.deepEqual(schemaProblems(snapshots({})), []));

    for (const [what, change, problem] of [
        ["a misspelt field", { deletionPolcy: "Retain" }, /deletionPolcy: .*there is no such field/],
        ["a wrong value", { deletionPolicy: "Keep" }, /deletionPolicy: got "Keep"; must be one of Delete, Retain/],
        ["a wrong type", { driver: 1 }, /driver: got 1; must be string/],
        ["what is missing", { driver: undefined }, /driver: got nothing; is required/],
    ] as const) {
        it(`find ${what}`, () => {
            const problems = schemaProblems(snapshots(change));
            assert.equal(problems.length, 1);
            assert.match(problems[0] ?? "", problem);
        });
    }

    it("let what is unknown be", () => assert.deepEqual(schemaProblems(snapshots({ driver: COMPUTED })), []));
});
