import assert from "node:assert/strict";
import { jobAlerts } from "../../../components/alerts/job.ts";
import { batchJob, hasRule, ruleOf } from "./samples.ts";

const group = jobAlerts(batchJob);

describe("alerts of a Job", () => {
    it("are these", () => {
        assert.deepEqual(
            group.rules.map((rule) => `${rule.alert} ${rule.labels["severity"]} ${rule.for ?? "at once"}`),
            [
                "JobFailed warning at once",
                "JobNearDeadline warning at once",
                "PodCrashLooping warning at once",
                "PodCannotStart warning 1m",
                "PodUnschedulable warning 4m",
                "PodOutOfMemory warning at once",
                "PodMemoryNearLimit warning 1m",
                "PodCpuThrottled warning 1m",
                "JobMetricsMissing warning 5m",
            ],
        );
    });

    it("speak of exactly this Job", () => {
        assert.equal(
            ruleOf(group, "JobMetricsMissing").expr,
            'absent(kube_job_info{namespace="airflow",job_name="migration-3f9a1c2b"})',
        );
        assert.match(ruleOf(group, "PodOutOfMemory").expr, /owner_name="migration-3f9a1c2b"\}$/);
    });

    it("tell of a run that has used four fifths of its deadline", () => {
        assert.match(ruleOf(group, "JobNearDeadline").expr, /> 480\nand .*kube_job_status_active\{[^}]*\} > 0/);
    });

    it("leave churn out, since retries are meant to follow each other", () => {
        assert.ok(!hasRule(group, "PodChurn"));
    });
});
