import assert from "node:assert/strict";
import * as fc from "fast-check";
import { type JobArgs, type JobWork, job, jobSpec } from "../../../components/specs/job.ts";
import { duration } from "../../../components/values/duration.ts";
import type { Inputs } from "../../support/mocks.ts";
import { assertValid } from "../../support/schema.ts";
import { OWNER, rendered, TEMPLATE } from "./arbitraries.ts";

const count = fc.integer({ min: 1, max: 100 });
const work: fc.Arbitrary<JobWork> = fc.oneof(
    fc.constant({ kind: "once" } as const),
    fc.record({
        kind: fc.constantFrom<"queue" | "indexed">("queue", "indexed"),
        completions: count,
        parallelism: count,
    }),
);
const jobArgs: fc.Arbitrary<JobArgs> = fc.record(
    {
        deadline: fc.integer({ min: 1, max: 100_000 }).map(duration),
        retries: fc.nat({ max: 10 }),
        permanentExitCodes: fc.uniqueArray(fc.integer({ min: 1, max: 255 }), { maxLength: 5 }),
        work,
    },
    { requiredKeys: ["deadline"] },
);

describe("jobSpec", () => {
    it("is one that the API takes", () => {
        fc.assert(
            fc.property(jobArgs, (args) => {
                const made = jobSpec("etl", args, TEMPLATE);
                const object = rendered("batch/v1", "Job", job("etl", { ...OWNER, ...args }, made, "etl-1a2b"));
                assertValid(object);
                const { spec } = object;
                // The API takes retries of each index for indexed work only, and an empty list of exit codes never.
                assert.equal("backoffLimitPerIndex" in spec, args.work?.kind === "indexed");
                assert.equal("backoffLimit" in spec, args.work?.kind !== "indexed");
                for (const rule of spec["podFailurePolicy"].rules) {
                    assert.notDeepEqual(rule.onExitCodes?.values, []);
                }
            }),
        );
    });

    it("never counts a drain as a failure, and never runs a pod beside one that is stopping", () => {
        fc.assert(
            fc.property(jobArgs, (args) => {
                const spec = jobSpec("etl", args, TEMPLATE) as Inputs;
                assert.equal(spec["podFailurePolicy"].rules[0].action, "Ignore");
                assert.equal(spec["podReplacementPolicy"], "Failed");
            }),
        );
    });

    it("judges the exit of its own container, not that of a sidecar", () => {
        const { podFailurePolicy } = jobSpec("etl", { deadline: "1 hour" }, TEMPLATE) as Inputs;
        assert.equal(podFailurePolicy.rules[1].onExitCodes.containerName, "etl");
    });
});
