import { selector } from "../../../components/alerts/promql.ts";
import { alertRule, groupName } from "../../../components/alerts/rule.ts";
import type { AlertGroup, AlertRule, AlertSubject } from "../../../components/alerts/subject.ts";
import { prometheusDuration } from "../../../components/values/duration.ts";

/** What the alerts of a session cluster are computed from; the subject is the job managers. */
export interface FlinkSubject extends AlertSubject {
    readonly taskManagers: number;
    /** Seconds from one checkpoint to the next. */
    readonly checkpointSeconds: number;
    /** Seconds within which another job manager is to lead. */
    readonly promotionSeconds: number;
}

const RESTART_WINDOW_SECONDS = 900;
/** Restarts within the window: one node's loss and one update explain two of them. */
const RESTARTS = 3;
/** Checkpoints in a row that may fail before somebody looks. */
const FAILED_CHECKPOINTS = 3;
/** A lost task manager is back on another node in less. */
const MISSING_SECONDS = 600;

function leaderMissing({ namespace, promotionSeconds, ...subject }: FlinkSubject): AlertRule {
    // Only the leader's resource manager has this metric.
    return alertRule(
        { namespace, ...subject },
        {
            alert: "FlinkLeaderMissing",
            severity: "critical",
            expr: `absent(${selector("flink_jobmanager_numRegisteredTaskManagers", { namespace })})`,
            forSeconds: 2 * promotionSeconds,
            summary: "No job manager of Flink leads.",
            description:
                "No job manager reports task managers, as the leader does: no checkpoint is taken, and no job starts or " +
                `recovers. First: kubectl --namespace ${namespace} get pods; then the logs of ${subject.name} for the ` +
                "election (ConfigMaps, the service account's role) and for the bucket.",
        },
    );
}

function taskManagersMissing(subject: FlinkSubject): AlertRule {
    const { namespace, taskManagers } = subject;
    return alertRule(subject, {
        alert: "FlinkTaskManagersMissing",
        severity: "warning",
        expr: `max by (namespace) (${selector("flink_jobmanager_numRegisteredTaskManagers", { namespace })}) < ${taskManagers}`,
        forSeconds: MISSING_SECONDS,
        summary: "Task managers of Flink are missing.",
        description:
            `The leader knows {{ $value }} of ${taskManagers} task managers; jobs run with less parallelism. First: ` +
            `kubectl --namespace ${namespace} get pods, and the logs of those that run and are not registered.`,
    });
}

function checkpointsFailing(subject: FlinkSubject): AlertRule {
    const { namespace, checkpointSeconds } = subject;
    const window = prometheusDuration((FAILED_CHECKPOINTS + 1) * checkpointSeconds + 300);
    const failed = selector("flink_jobmanager_job_numberOfFailedCheckpoints", { namespace });
    return alertRule(subject, {
        alert: "FlinkCheckpointsFailing",
        severity: "critical",
        expr: `max by (namespace, job_name) (increase(${failed}[${window}])) >= ${FAILED_CHECKPOINTS}`,
        summary: "Checkpoints of {{ $labels.job_name }} fail.",
        description:
            `{{ $value | humanize }} checkpoints failed within ${window}: after a failure the job works through everything ` +
            "since the last good one again. First: the job's checkpoint history in Flink's user interface names the reason; " +
            "back-pressure and permissions of the bucket are the usual ones.",
    });
}

function restartsLooping(subject: FlinkSubject): AlertRule {
    const { namespace } = subject;
    const window = prometheusDuration(RESTART_WINDOW_SECONDS);
    const restarts = selector("flink_jobmanager_job_numRestarts", { namespace });
    return alertRule(subject, {
        alert: "FlinkJobRestarting",
        severity: "critical",
        expr: `max by (namespace, job_name) (increase(${restarts}[${window}])) >= ${RESTARTS}`,
        summary: "{{ $labels.job_name }} restarts again and again.",
        description:
            `It restarted {{ $value | humanize }} times within ${window}, each time from its last checkpoint, and jobs of a ` +
            "session share their task managers with it. First: the job's exceptions in Flink's user interface; if this began " +
            "with a new version, stop it with a savepoint and start the former one.",
    });
}

/**
 * The alerts of a session cluster beside those of its Deployments.
 *
 * Source of the metrics: Flink documentation, "Metrics" (Cluster, Checkpointing, Availability); of their names: its
 * Prometheus reporter, which joins scope and name by underscores after `flink_`.
 */
export function flinkAlerts(subject: FlinkSubject): AlertGroup {
    return {
        name: groupName("flink", subject),
        rules: [
            leaderMissing(subject),
            taskManagersMissing(subject),
            checkpointsFailing(subject),
            restartsLooping(subject),
        ],
    };
}
