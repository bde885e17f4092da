import { prometheusDuration } from "../values/duration.ts";
import { podAlerts } from "./pods.ts";
import { lines, maxBy, selector } from "./promql.ts";
import { alertRule, groupName, metricsMissing } from "./rule.ts";
import type { AlertGroup, AlertRule, BatchJobSubject, JobSubject } from "./subject.ts";

/** The part of its deadline after which a running job is told of, while something can still be done. */
const NEAR_DEADLINE = 0.8;
/** The part of its deadline that a pod of a job may spend on coming to work. */
const SETTLE_SHARE = 0.1;
const JOB = ["namespace", "job_name"] as const;

/** Seconds that the pods of a job may take to settle. */
export function jobSettleSeconds(subject: JobSubject): number {
    return subject.deadlineSeconds * SETTLE_SHARE;
}

/**
 * The alert on a job that is about to be stopped at its deadline.
 *
 * @param ours a selector with the labels `namespace` and `job_name` for each of the workload's Jobs
 */
export function nearDeadline(subject: JobSubject, ours: string): AlertRule {
    const { namespace, name } = subject;
    const on = `on (${JOB.join(", ")})`;
    return alertRule(subject, {
        alert: "JobNearDeadline",
        severity: "warning",
        expr: lines(
            `(time() - ${maxBy(JOB, selector("kube_job_status_start_time", { namespace }))}) > ${subject.deadlineSeconds * NEAR_DEADLINE}`,
            `and ${on} ${selector("kube_job_status_active", { namespace })} > 0`,
            `and ${on} ${ours}`,
        ),
        summary: `A run of ${namespace}/${name} is about to reach its deadline.`,
        description:
            `{{ $labels.job_name }} has run for {{ $value | humanizeDuration }} and is stopped as failed after ` +
            `${prometheusDuration(subject.deadlineSeconds)}. First: kubectl --namespace ${namespace} logs ` +
            `job/{{ $labels.job_name }}; if it works on more than usual, raise the deadline, if it hangs, delete the Job.`,
    });
}

/** The alerts of a Job that stands alone: failed, close to its deadline, pods, and the guard. */
export function jobAlerts(subject: BatchJobSubject): AlertGroup {
    const { namespace, name, jobName } = subject;
    const ours = { namespace, job_name: jobName };
    return {
        name: groupName("Job", subject),
        rules: [
            alertRule(subject, {
                alert: "JobFailed",
                severity: "warning",
                expr: lines(
                    `(time() - ${maxBy(JOB, selector("kube_job_status_start_time", ours))})`,
                    `and on (${JOB.join(", ")}) ${selector("kube_job_failed", { ...ours, condition: "true" })} == 1`,
                ),
                summary: `Job ${namespace}/${name} has failed.`,
                description:
                    `{{ $labels.job_name }}, started {{ $value | humanizeDuration }} ago, has failed for good: out of retries, ` +
                    `past its deadline, or by an exit code that no retry mends. First: kubectl --namespace ${namespace} describe ` +
                    `job {{ $labels.job_name }}, then the log of its last pod. To run it again, delete the Job, then npx pulumi up --refresh.`,
            }),
            nearDeadline(subject, selector("kube_job_info", ours)),
            ...podAlerts(subject, { owner: { kind: "Job", name: jobName }, settleSeconds: jobSettleSeconds(subject) }),
            metricsMissing(subject, "Job", "kube_job_info", ours),
        ],
    };
}
