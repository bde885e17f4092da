import assert from "node:assert/strict";
import { scheduledJobAlerts } from "../../../components/alerts/cron-job.ts";
import { ruleOf, scheduledJob } from "./samples.ts";

const group = scheduledJobAlerts(scheduledJob);

describe("alerts of a CronJob", () => {
    it("are these", () => {
        assert.deepEqual(
            group.rules.map((rule) => `${rule.alert} ${rule.labels["severity"]} ${rule.for ?? "at once"}`),
            [
                "CronJobNotSucceeded critical at once",
                "CronJobNotStarted warning at once",
                "CronJobSuspended warning at once",
                "CronJobRunFailed warning at once",
                "JobNearDeadline warning at once",
                "PodCrashLooping warning at once",
                "PodCannotStart warning 6m",
                "PodUnschedulable warning 4m",
                "PodOutOfMemory warning at once",
                "PodMemoryNearLimit warning 6m",
                "PodCpuThrottled warning 6m",
                "CronJobMetricsMissing warning 5m",
            ],
        );
    });

    it("page when even the latest and longest run would have succeeded", () => {
        const { expr } = ruleOf(group, "CronJobNotSucceeded");
        const [, limit] = /> (\d+)\n/.exec(expr) ?? [];
        assert.equal(Number(limit), 90_000 + 600 + 3600 + 120);
    });

    it("count from the creation where nothing has ever run", () => {
        for (const alert of ["CronJobNotSucceeded", "CronJobSuspended", "CronJobRunFailed"]) {
            assert.match(ruleOf(group, alert).expr, /or max by \(namespace, cronjob\) \(kube_cronjob_created\{/, alert);
        }
    });

    it("miss no time while suspended, and tell of that instead", () => {
        assert.match(ruleOf(group, "CronJobNotSucceeded").expr, /unless on .*kube_cronjob_spec_suspend\{[^}]*\} == 1$/);
        assert.match(
            ruleOf(group, "CronJobSuspended").expr,
            /> 90600\nand on .*kube_cronjob_spec_suspend\{[^}]*\} == 1$/,
        );
    });

    it("tell of a run that may no longer start", () => {
        assert.match(ruleOf(group, "CronJobNotStarted").expr, /kube_cronjob_next_schedule_time\{.*> 720$/);
    });

    it("forget failures once a later run has succeeded", () => {
        assert.match(
            ruleOf(group, "CronJobRunFailed").expr,
            /\)\n> on \(namespace\) group_left \(\) .*last_successful_time/s,
        );
    });

    it("take Jobs by their owner, and pods by their Job's name", () => {
        assert.match(ruleOf(group, "CronJobRunFailed").expr, /owner_kind="CronJob",owner_name="nightly"/);
        assert.match(ruleOf(group, "PodCannotStart").expr, /owner_kind="Job",owner_name=~"nightly-\[0-9\]\+"\}$/);
    });
});
