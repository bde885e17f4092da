import assert from "node:assert/strict";
import { jobAlerts } from "../../../components/alerts/job.ts";
import { batchJob, hasRule, ruleOf } from "./samples.ts";

const group = jobAlerts(batchJob);

/** The Jobs that a group's alert on failure is about, by the anchored expression that Prometheus makes of it. */
function jobsOf(name: string): RegExp {
    const { expr } = ruleOf(jobAlerts({ ...batchJob, name }), "JobFailed");
    const pattern = /job_name=~("(?:[^"\\]|\\.)*")/.exec(expr)?.[1] ?? '""';
    return new RegExp(`^(?:${JSON.parse(pattern)})$`);
}

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

    for (const [job, ours] of [
        ["etl-3f9a1c2b", true],
        ["etl", false],
        ["etl-orders-3f9a1c2b", false],
        ["my-etl-3f9a1c2b", false],
    ] as const) {
        it(`${ours ? "take" : "leave"} ${job} for the workload etl`, () => {
            assert.equal(jobsOf("etl").test(job), ours);
        });
    }

    it("read a dot in a name as a dot", () => {
        assert.ok(jobsOf("a.b").test("a.b-1"));
        assert.ok(!jobsOf("a.b").test("axb-1"));
    });

    it("speak of one Job where its name is known", () => {
        const known = jobAlerts({ ...batchJob, jobName: "migration-3f9a1c2b" });
        assert.equal(
            ruleOf(known, "JobMetricsMissing").expr,
            'absent(kube_job_info{namespace="airflow",job_name="migration-3f9a1c2b"})',
        );
        assert.match(ruleOf(known, "PodOutOfMemory").expr, /owner_name="migration-3f9a1c2b"\}$/);
    });

    it("tell of a run that has used four fifths of its deadline", () => {
        assert.match(ruleOf(group, "JobNearDeadline").expr, /> 480\nand .*kube_job_status_active\{[^}]*\} > 0/);
    });

    it("leave churn out, since retries are meant to follow each other", () => {
        assert.ok(!hasRule(group, "PodChurn"));
    });
});
