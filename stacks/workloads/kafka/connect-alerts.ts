import { maxBy, selector } from "../../../components/alerts/promql.ts";
import { alertRule, groupName } from "../../../components/alerts/rule.ts";
import type { AlertGroup, AlertRule, AlertSubject } from "../../../components/alerts/subject.ts";

/** Two scrapes: a task that somebody restarts is not told. */
const FAILED_SECONDS = 60;
const GUARD_SECONDS = 300;

type Metrics = (metric: string, matchers?: Parameters<typeof selector>[1]) => string;

function tasksFailed(subject: AlertSubject, of: Metrics): AlertRule {
    const failed = of("kafka_connect_worker_connector_tasks", { state: "failed" });
    return alertRule(subject, {
        alert: "KafkaConnectTasksFailed",
        severity: "critical",
        expr: `sum by (connector) (${maxBy(["pod", "connector"], failed)}) > 0`,
        forSeconds: FAILED_SECONDS,
        summary: "{{ $value }} task(s) of connector {{ $labels.connector }} have failed.",
        description:
            "A failed task is not started again by itself, and what it moved stands still. First: GET /connectors/" +
            `{{ $labels.connector }}/status at ${subject.name}:8083 has its stack trace; mend the cause, then POST /connectors/` +
            "{{ $labels.connector }}/restart?includeTasks=true&onlyFailed=true.",
    });
}

function connectorFailed(subject: AlertSubject, of: Metrics): AlertRule {
    return alertRule(subject, {
        alert: "KafkaConnectConnectorFailed",
        severity: "critical",
        expr: `${maxBy(["connector"], of("kafka_connect_connector_status", { status: "failed" }))} > 0`,
        forSeconds: FAILED_SECONDS,
        summary: "Connector {{ $labels.connector }} has failed.",
        description:
            "It makes no tasks any more; those that run go on. Mostly its configuration, or the system that it looks at. " +
            `First: GET /connectors/{{ $labels.connector }}/status at ${subject.name}:8083.`,
    });
}

function rebalancing(subject: AlertSubject, of: Metrics, seconds: number): AlertRule {
    return alertRule(subject, {
        alert: "KafkaConnectRebalances",
        severity: "warning",
        expr: `max(${of("kafka_connect_worker_rebalancing")}) > 0`,
        forSeconds: seconds,
        summary: "Workers of Kafka Connect go on sharing out their tasks.",
        description:
            "That ends within seconds where all of them answer; meanwhile connectors cannot be changed. First: the workers' " +
            `logs; one of them joins and leaves again (kubectl --namespace ${subject.namespace} logs deployment/${subject.name}).`,
    });
}

function metricsMissing(subject: AlertSubject, of: Metrics): AlertRule {
    return alertRule(subject, {
        alert: "KafkaConnectMetricsMissing",
        severity: "warning",
        expr: `absent(${of("kafka_connect_worker_tasks")})`,
        forSeconds: GUARD_SECONDS,
        summary: "The workers of Kafka Connect report nothing.",
        description:
            `No metric of ${subject.namespace}/${subject.name} reaches Prometheus, so nobody would learn of a failed task. ` +
            "First: look at its pods, at the targets of its PodMonitor, and at the network policy.",
    });
}

/**
 * Alerts on what connectors do, beside those on the workers' pods.
 *
 * Source of the metrics: Kafka, "Connect Monitoring"; their names follow from {@link CONNECT_RULES} in `jmx-rules.ts`.
 *
 * @param takeOverSeconds in which workers share out tasks anew after one is gone
 */
export function connectAlerts(subject: AlertSubject, takeOverSeconds: number): AlertGroup {
    const of: Metrics = (metric, matchers = {}) =>
        selector(metric, { namespace: subject.namespace, container: subject.name, ...matchers });
    return {
        name: groupName("KafkaConnect", subject),
        rules: [
            tasksFailed(subject, of),
            connectorFailed(subject, of),
            rebalancing(subject, of, takeOverSeconds),
            metricsMissing(subject, of),
        ],
    };
}
