import assert from "node:assert/strict";
import { ScheduledJob, type ScheduledJobArgs } from "../../components/scheduled-job.ts";
import { SCHEDULED } from "../support/arguments.ts";
import { type Collected, collect, only } from "../support/mocks.ts";

async function cronJob(change: Partial<ScheduledJobArgs> = {}): Promise<Collected["inputs"]> {
    const resources = await collect(() => new ScheduledJob("nightly", { ...SCHEDULED, ...change }));
    return only(resources, "kubernetes:batch/v1:CronJob").inputs;
}

describe("ScheduledJob", () => {
    it("runs by its clock in its time zone", async () => {
        const { spec } = await cronJob();
        assert.deepEqual([spec.schedule, spec.timeZone, spec.suspend], ["0 2 * * *", "Europe/Berlin", false]);
    });

    it("forbids overlap, or replaces the run that is late", async () => {
        assert.equal((await cronJob())["spec"].concurrencyPolicy, "Forbid");
        assert.equal((await cronJob({ overlap: "replace" }))["spec"].concurrencyPolicy, "Replace");
    });

    it("starts ten minutes late at most, unless said", async () => {
        assert.equal((await cronJob())["spec"].startingDeadlineSeconds, 600);
        assert.equal((await cronJob({ startingDeadline: "1 hour" }))["spec"].startingDeadlineSeconds, 3600);
    });

    it("keeps three runs of each kind, unless said", async () => {
        const limits = ({ spec }: Collected["inputs"]): number[] => [
            spec.successfulJobsHistoryLimit,
            spec.failedJobsHistoryLimit,
        ];
        assert.deepEqual(limits(await cronJob()), [3, 3]);
        assert.deepEqual(limits(await cronJob({ history: { succeeded: 0, failed: 9 } })), [0, 9]);
    });

    it("can be suspended", async () => {
        assert.equal((await cronJob({ suspended: true }))["spec"].suspend, true);
    });

    it("makes jobs with the rules of a BatchJob", async () => {
        const { spec } = (await cronJob())["spec"].jobTemplate;
        assert.equal(spec.activeDeadlineSeconds, 600);
        assert.equal(spec.podFailurePolicy.rules[0].action, "Ignore");
        assert.equal(spec.template.spec.restartPolicy, "Never");
        assert.equal(spec.template.spec.containers[0].name, "nightly");
    });

    it("changes the CronJob by its transform", async () => {
        const inputs = await cronJob({
            transform: { cronJob: (args) => ({ ...args, metadata: { name: "renamed" } }) },
        });
        assert.equal(inputs["metadata"].name, "renamed");
    });
});
