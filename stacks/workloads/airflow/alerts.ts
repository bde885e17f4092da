import { type Matcher, maxBy, selector } from "../../../components/alerts/promql.ts";
import { alertRule, groupName } from "../../../components/alerts/rule.ts";
import type { AlertGroup, AlertRule, AlertSubject } from "../../../components/alerts/subject.ts";
import { STATSD } from "./metrics.ts";

/** Selects a metric of Airflow's as the exporter names it. */
type Metrics = (metric: string, matchers?: Readonly<Record<string, Matcher>>) => string;

/** Part of tasks, in percent, that may fail within an hour; tries that are repeated count. */
const FAILING_PERCENT = 20;
/** Failures below which a part means nothing, with some twenty tasks a day. */
const LEAST_FAILURES = 5;
/** Seconds that a pass over all DAG files may take; Airflow parses each every 30 (`min_file_process_interval`). */
const PARSE_SECONDS = 60;

/** Every component beats every few seconds; all of a kind together are silent only if none is left. */
const HEARTBEATS = [
    {
        metric: "scheduler_heartbeat",
        severity: "critical",
        what: "scheduler",
        meaning: "No task is started and none is followed: orchestration stands still.",
    },
    {
        metric: "dag_processor_heartbeat",
        severity: "warning",
        what: "dag-processor",
        meaning: "Changed DAGs are not taken over; what is scheduled goes on.",
    },
    {
        metric: "triggerer_heartbeat",
        severity: "warning",
        what: "triggerer",
        meaning: "Deferred tasks wait for nothing, however long; others go on.",
    },
] as const;

/** A counter that grew in a time, by labels; one that has only just appeared has grown, too, which `increase` misses. */
function grew(of: string, labels: readonly string[], window: string): string {
    const by = labels.length === 0 ? "sum" : `sum by (${labels.join(", ")})`;
    return `(${by} (increase(${of}[${window}])) > 0 or ${by} (${of} unless ${of} offset ${window}) > 0)`;
}

function silent(subject: AlertSubject, of: Metrics): AlertRule[] {
    const { namespace } = subject;
    return HEARTBEATS.map(({ metric, severity, what, meaning }) =>
        alertRule(subject, {
            alert: `Airflow${what.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())}Silent`,
            severity,
            expr: `sum(increase(${of(metric)}[2m])) == 0`,
            forSeconds: 60,
            summary: `No ${what} of Airflow shows a sign of life.`,
            description:
                `{{ $value }} heartbeats in two minutes. ${meaning} First: kubectl --namespace ${namespace} logs ` +
                `deployment/airflow-${what}; a database that does not answer stops all of them.`,
        }),
    );
}

function starting(subject: AlertSubject, of: Metrics): AlertRule[] {
    const { namespace } = subject;
    const queued = maxBy(["pool_name"], of("pool_queued_slots"));
    return [
        alertRule(subject, {
            alert: "AirflowTasksNotStarting",
            severity: "critical",
            expr: `sum(${queued}) > 0 unless on () ${grew(of("ti_start"), [], "5m")}`,
            forSeconds: 300,
            summary: "Queued tasks of Airflow do not start.",
            description:
                "{{ $value }} slot(s) are queued, and no task has started for ten minutes. First: kubectl --namespace " +
                `${namespace}-tasks get pods,events; pods that are Pending wait for nodes, and no pods for the scheduler or the quota.`,
        }),
        alertRule(subject, {
            alert: "AirflowTasksQueuedLong",
            severity: "warning",
            expr: `${queued} > 0`,
            forSeconds: 1800,
            summary: "Tasks of pool {{ $labels.pool_name }} are always queued.",
            description:
                "{{ $value }} slot(s) are queued, and there were some all the time for half an hour: more is asked for than is started. " +
                `First: airflow.parallelism, the quota of ${namespace}-tasks, and the limit of the nodes' pool.`,
        }),
        alertRule(subject, {
            alert: "AirflowPoolStarving",
            severity: "warning",
            expr:
                `${maxBy(["pool_name"], of("pool_scheduled_slots"))} > 0 and on (pool_name) ` +
                `${maxBy(["pool_name"], of("pool_open_slots"))} <= 0`,
            forSeconds: 900,
            summary: "Pool {{ $labels.pool_name }} of Airflow has no slot for tasks that are due.",
            description:
                "{{ $value }} slot(s) are asked for, and none has been open for 15 minutes. First: see in Airflow which tasks hold " +
                "the pool; give it more slots if they do what they should.",
        }),
        alertRule(subject, {
            alert: "AirflowTaskPodsRefused",
            severity: "warning",
            expr: grew(of("kubernetes_executor_pod_creation_status", { status: { not: "200" } }), ["status"], "15m"),
            summary: "Pods of Airflow's tasks are refused ({{ $labels.status }}).",
            description:
                "{{ $value }} time(s) in 15 minutes the API server took no pod of a task. 403 is the quota, the pod's security or " +
                `a missing right; others are the API server's own. First: kubectl --namespace ${namespace} logs ` +
                "deployment/airflow-scheduler.",
        }),
    ];
}

function failing(subject: AlertSubject, of: Metrics): AlertRule[] {
    const { namespace } = subject;
    const failures = `sum(increase(${of("ti_failures")}[1h]))`;
    const successes = `(sum(increase(${of("ti_successes")}[1h])) or vector(0))`;
    return [
        alertRule(subject, {
            alert: "AirflowTasksFailing",
            severity: "warning",
            expr:
                `${failures} / (${failures} + ${successes}) > ${FAILING_PERCENT / 100} ` +
                `and ${failures} >= ${LEAST_FAILURES}`,
            summary: "Many tasks of Airflow fail.",
            description:
                "{{ $value | humanizePercentage }} of the tries of the last hour failed, which one DAG alone seldom explains. First: " +
                "look in Airflow for what they have in common: a connection, an image, a pool.",
        }),
        alertRule(subject, {
            alert: "AirflowDagRunFailed",
            severity: "warning",
            expr: grew(of("dagrun_duration_failed_count"), ["dag_id"], "1h"),
            summary: "A run of the DAG {{ $labels.dag_id }} failed.",
            description:
                "{{ $value }} run(s) failed for good, with all tries of a task used up. First: the log of the task that failed, in " +
                "Airflow; clear it when the cause is gone.",
        }),
        alertRule(subject, {
            alert: "AirflowTasksLost",
            severity: "warning",
            expr: grew(of("task_instances_without_heartbeats_killed"), ["dag_id"], "15m"),
            summary: "Tasks of the DAG {{ $labels.dag_id }} were given up.",
            description:
                "{{ $value }} task(s) sent no heartbeat for longer than the API server may be away, and were failed: their pods or " +
                `nodes are gone. First: kubectl --namespace ${namespace}-tasks get events.`,
        }),
    ];
}

function parsing(subject: AlertSubject, of: Metrics): AlertRule[] {
    const { namespace } = subject;
    const log = `kubectl --namespace ${namespace} logs deployment/airflow-dag-processor`;
    return [
        alertRule(subject, {
            alert: "AirflowDagImportErrors",
            severity: "warning",
            expr: `max(${of("dag_processing_import_errors")}) > 0`,
            forSeconds: 120,
            summary: "DAGs of Airflow cannot be loaded.",
            description:
                `{{ $value }} file(s) of the image cannot be imported, and their DAGs are not run. First: ${log}, or the list of ` +
                "import errors in Airflow; go back to the image before.",
        }),
        alertRule(subject, {
            alert: "AirflowDagParsingSlow",
            severity: "warning",
            expr: `max(${of("dag_processing_total_parse_time")}) > ${PARSE_SECONDS}`,
            forSeconds: 900,
            summary: "Airflow takes long to read its DAGs.",
            description:
                `One pass over all files takes {{ $value | humanizeDuration }}; every task's start reads its own as well. First: ${log} ` +
                "lists the seconds of each file; what is done while a file is read belongs into a task.",
        }),
    ];
}

function metricsMissing(subject: AlertSubject, of: Metrics): AlertRule {
    return alertRule(subject, {
        alert: "AirflowMetricsMissing",
        severity: "warning",
        expr: `absent(${of("scheduler_heartbeat")})`,
        forSeconds: 300,
        summary: "Airflow reports nothing.",
        description:
            "No metric of Airflow's reaches Prometheus, so none of its own alerts can fire; those on its pods still do. First: " +
            `kubectl --namespace ${subject.namespace} logs deployment/${STATSD}, and the targets of its PodMonitor.`,
    });
}

/**
 * Alerts on what Airflow does, beside those that every workload has on its pods: nobody alive, tasks that do not start or
 * fail, DAGs that cannot be read, and nothing known.
 *
 * Source of names: Airflow 3.3, `_shared/observability/metrics/metrics_template.yaml`, with underscores for dots, and
 * `_count` for how often a timer was sent (statsd_exporter, summaries). `pool.starving_tasks` is not used, because the
 * scheduler takes it back only when another task of the pool is due, nor `task.queued_duration`, which nothing sends since
 * tasks report to the API server.
 */
export function airflowAlerts(subject: AlertSubject): AlertGroup {
    const of: Metrics = (metric, matchers = {}) =>
        selector(`airflow_${metric}`, { namespace: subject.namespace, container: STATSD, ...matchers });
    return {
        name: groupName("Orchestration", subject),
        rules: [
            ...silent(subject, of),
            ...starting(subject, of),
            ...failing(subject, of),
            ...parsing(subject, of),
            metricsMissing(subject, of),
        ],
    };
}
