import { jobSettleSeconds, nearDeadline } from "./job.ts";
import { podAlerts } from "./pods.ts";
import { escapeRegExp, lines, maxBy, selector } from "./promql.ts";
import { alertRule, groupName, metricsMissing } from "./rule.ts";
import type { AlertGroup, AlertRule, ScheduleSubject } from "./subject.ts";

/** The controller looks at most every 10 s, metrics are scraped and rules evaluated every 30 s each. */
const LAG_SECONDS = 120;
const CRON_JOB = ["namespace", "cronjob"] as const;

/** A figure of the CronJob, or the time of its creation while there is none. */
function sinceCreation(subject: ScheduleSubject, metric: string): string {
    const object = { namespace: subject.namespace, cronjob: subject.name };
    return `(${maxBy(CRON_JOB, selector(metric, object))} or ${maxBy(CRON_JOB, selector("kube_cronjob_created", object))})`;
}

function missed(subject: ScheduleSubject, suspended: string): readonly AlertRule[] {
    const { namespace, name, longestPauseSeconds, startingDeadlineSeconds, deadlineSeconds } = subject;
    const events = `kubectl --namespace ${namespace} describe cronjob ${name}`;
    const since = (metric: string) => `(time() - ${sinceCreation(subject, metric)})`;
    return [
        alertRule(subject, {
            alert: "CronJobNotSucceeded",
            severity: "critical",
            expr: lines(
                `${since("kube_cronjob_status_last_successful_time")} > ${longestPauseSeconds + startingDeadlineSeconds + deadlineSeconds + LAG_SECONDS}`,
                `unless on (${CRON_JOB.join(", ")}) ${suspended}`,
            ),
            summary: `${namespace}/${name} has missed its time.`,
            description:
                `The last run that succeeded ended {{ $value | humanizeDuration }} ago. Even one that starts as late and takes as ` +
                `long as it may would have ended by now, so what it makes is out of date. First: ${events}, then the log of its ` +
                `last Job; kubectl create job --from=cronjob/${name} runs it by hand.`,
        }),
        alertRule(subject, {
            alert: "CronJobNotStarted",
            severity: "warning",
            expr: `(time() - ${maxBy(CRON_JOB, selector("kube_cronjob_next_schedule_time", { namespace, cronjob: name }))}) > ${startingDeadlineSeconds + LAG_SECONDS}`,
            summary: `A run of ${namespace}/${name} was left out.`,
            description:
                `A run was due {{ $value | humanizeDuration }} ago and has not started; it may no longer start now. The run before ` +
                `it may still be at work, or its Job was refused. First: ${events}; its events say why.`,
        }),
        alertRule(subject, {
            alert: "CronJobSuspended",
            severity: "warning",
            expr: lines(
                `${since("kube_cronjob_status_last_schedule_time")} > ${longestPauseSeconds + startingDeadlineSeconds}`,
                `and on (${CRON_JOB.join(", ")}) ${suspended}`,
            ),
            summary: `${namespace}/${name} is suspended and has left out a run.`,
            description:
                `It last ran {{ $value | humanizeDuration }} ago and will not run until it is resumed; runs that are left out are ` +
                `not made up for. First: find out who suspended it and why; then resume it in the stack's program.`,
        }),
    ];
}

/** Failed runs stay on record after a later one succeeded, so only those that began after the last success count. */
function runFailed(subject: ScheduleSubject, ours: string): AlertRule {
    const { namespace, name } = subject;
    const job = ["namespace", "job_name"];
    const on = `on (${job.join(", ")})`;
    return alertRule(subject, {
        alert: "CronJobRunFailed",
        severity: "warning",
        expr: lines(
            "(",
            `  ${maxBy(job, selector("kube_job_status_start_time", { namespace }))}`,
            `  and ${on} ${selector("kube_job_failed", { namespace, condition: "true" })} == 1`,
            `  and ${on} ${ours}`,
            ")",
            `> on (namespace) group_left () ${sinceCreation(subject, "kube_cronjob_status_last_successful_time")}`,
        ),
        summary: `A run of ${namespace}/${name} has failed.`,
        description:
            `{{ $labels.job_name }}, started {{ $value | humanizeTimestamp }}, has failed and none has succeeded since. First: ` +
            `kubectl --namespace ${namespace} describe job {{ $labels.job_name }}, then the log of its last pod; kubectl ` +
            `create job --from=cronjob/${name} runs it again before its next time.`,
    });
}

/** The alerts of a CronJob: no success in time, run left out, suspended, failed, close to its deadline, pods, the guard. */
export function scheduledJobAlerts(subject: ScheduleSubject): AlertGroup {
    const { namespace, name } = subject;
    const object = { namespace, cronjob: name };
    const ours = selector("kube_job_owner", { namespace, owner_kind: "CronJob", owner_name: name });
    const suspended = `${selector("kube_cronjob_spec_suspend", object)} == 1`;
    return {
        name: groupName("CronJob", subject),
        rules: [
            ...missed(subject, suspended),
            runFailed(subject, ours),
            nearDeadline(subject, ours),
            ...podAlerts(subject, {
                // The controller calls its Jobs NAME-MINUTES, with the scheduled time in minutes since 1970.
                owner: { kind: "Job", name: { pattern: `${escapeRegExp(name)}-[0-9]+` } },
                settleSeconds: jobSettleSeconds(subject),
            }),
            metricsMissing(subject, "CronJob", "kube_cronjob_spec_suspend", object),
        ],
    };
}
