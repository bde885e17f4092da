import assert from "node:assert/strict";
import * as fc from "fast-check";
import { cronJob, type ScheduleArgs, startingDeadlineSeconds } from "../../../components/specs/cron-job.ts";
import { jobSpec } from "../../../components/specs/job.ts";
import { duration } from "../../../components/values/duration.ts";
import { assertValid } from "../../support/schema.ts";
import { OWNER, rendered, TEMPLATE } from "./arbitraries.ts";

const SCHEDULE = { schedule: { cron: "0 2 * * *", timeZone: "Europe/Berlin" } };
const SPEC = jobSpec("nightly", { deadline: "1 hour" }, TEMPLATE);

describe("cronJob", () => {
    it("never lets two runs overlap, whatever is said", () => {
        const overlap = fc.constantFrom<ScheduleArgs["overlap"]>(undefined, "forbid", "replace");
        fc.assert(
            fc.property(overlap, fc.boolean(), fc.nat({ max: 9 }), fc.nat({ max: 9 }), (over, suspended, ok, bad) => {
                const history = { succeeded: ok, failed: bad };
                const args = { ...SCHEDULE, suspended, history, ...(over === undefined ? {} : { overlap: over }) };
                const object = rendered("batch/v1", "CronJob", cronJob("nightly", OWNER, args, SPEC));
                assertValid(object);
                const { spec } = object;
                assert.equal(spec.concurrencyPolicy, over === "replace" ? "Replace" : "Forbid");
                assert.deepEqual([spec.successfulJobsHistoryLimit, spec.failedJobsHistoryLimit], [ok, bad]);
                assert.equal(spec.suspend, suspended);
            }),
        );
    });

    it("keeps no history of a kind whose limit is 0", () => {
        const args = { ...SCHEDULE, history: { succeeded: 0, failed: 1 } };
        assert.equal(rendered("", "", cronJob("a", OWNER, args, SPEC))["spec"].successfulJobsHistoryLimit, 0);
    });

    it("labels its jobs as it is labelled itself", () => {
        const { metadata, spec } = rendered("", "", cronJob("nightly", OWNER, SCHEDULE, SPEC));
        assert.deepEqual(spec.jobTemplate.metadata.labels, metadata.labels);
    });

    it("starts as late as is said", () => {
        fc.assert(
            fc.property(fc.nat({ max: 100_000 }), (late) => {
                assert.equal(startingDeadlineSeconds({ startingDeadline: duration(late) }), late);
            }),
        );
    });
});
