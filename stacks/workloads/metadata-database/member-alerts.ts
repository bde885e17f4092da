import { lines, maxBy, selector } from "../../../components/alerts/promql.ts";
import { alertRule, groupName } from "../../../components/alerts/rule.ts";
import type { AlertGroup, AlertRule, AlertSubject } from "../../../components/alerts/subject.ts";
import { type Duration, seconds } from "../../../components/values/duration.ts";
import { ELECTION, PROMOTION } from "./patroni.ts";

/** A lease that ran out, a promotion, and two scrapes: what lasts longer does not mend by itself. */
const FAILOVER_SECONDS = ELECTION.ttl + seconds(PROMOTION) + 40;
/** In which Patroni names another synchronous replica, once one has caught up. */
const SYNCHRONOUS_SECONDS = 300;
const GUARD_SECONDS = 300;

const RUNBOOK = "See docs/runbooks/database-failover.md.";

const MEMBER = ["namespace", "pod"] as const;

type Metrics = (metric: string) => string;

function patroni({ namespace, name }: AlertSubject, command: string): string {
    return `kubectl --namespace ${namespace} exec ${name}-0 --container ${name} -- patronictl ${command}`;
}

function leaders(subject: AlertSubject, of: Metrics): AlertRule {
    const { namespace, name } = subject;
    return alertRule(subject, {
        alert: "DatabaseLeaders",
        severity: "critical",
        expr: `sum(${maxBy(MEMBER, of("patroni_primary"))}) != 1`,
        forSeconds: FAILOVER_SECONDS,
        summary: `${namespace}/${name} has {{ $value }} leaders instead of one.`,
        description:
            `{{ $value }} members say that they lead. None: nothing can be written, and Airflow stands still; the members ` +
            `do not reach the Kubernetes API, or none is recent enough. First: ${patroni(subject, "list")} (any member), then ` +
            `the members' logs. ${RUNBOOK}`,
    });
}

function notSynchronous(subject: AlertSubject, of: Metrics): AlertRule {
    const { namespace, name } = subject;
    return alertRule(subject, {
        alert: "DatabaseNotSynchronous",
        severity: "warning",
        expr: `sum(${maxBy(MEMBER, of("patroni_sync_standby"))}) < 1`,
        forSeconds: SYNCHRONOUS_SECONDS,
        summary: `Commits of ${namespace}/${name} are on the leader alone.`,
        description:
            `{{ $value }} replicas confirm commits, so losing the leader now loses what was committed last. First: ` +
            `${patroni(subject, "list")}; bring back a replica, and see why the others are not streaming. ${RUNBOOK}`,
    });
}

function replicaBehind(subject: AlertSubject, of: Metrics, copySeconds: number): AlertRule {
    const { namespace, name } = subject;
    return alertRule(subject, {
        alert: "DatabaseReplicaBehind",
        severity: "warning",
        expr: lines(
            `${maxBy(MEMBER, of("patroni_postgres_streaming"))} == 0`,
            `and on (${MEMBER.join(", ")}) ${maxBy(MEMBER, of("patroni_primary"))} == 0`,
        ),
        forSeconds: copySeconds,
        summary: `{{ $labels.pod }} of ${namespace}/${name} does not follow the leader.`,
        description:
            `It does not stream ({{ $value }}), for longer than a copy of everything takes. First: kubectl --namespace ` +
            `${namespace} logs {{ $labels.pod }} --container ${name}; if its history has parted, ` +
            `${patroni(subject, `reinit --force ${name} {{ $labels.pod }}`)} copies it anew. ${RUNBOOK}`,
    });
}

function metricsMissing(subject: AlertSubject, of: Metrics): AlertRule {
    const { namespace, name } = subject;
    return alertRule(subject, {
        alert: "DatabaseMetricsMissing",
        severity: "warning",
        expr: `absent(${of("patroni_primary")})`,
        forSeconds: GUARD_SECONDS,
        summary: `The members of ${namespace}/${name} report nothing.`,
        description:
            `Nobody would learn of a database without a leader. First: kubectl --namespace ${namespace} get pods --selector ` +
            `app.kubernetes.io/name=${name}; then the targets of its PodMonitor.`,
    });
}

/**
 * Alerts on what the members are to each other, beside those on their pods and volumes.
 *
 * Source of the metrics: Patroni 4.1, `patroni/api.py`, `do_GET_metrics`.
 *
 * @param subject the database; `name` is its container's, too
 * @param firstCopy in which a new replica copies everything
 */
export function memberAlerts(subject: AlertSubject, firstCopy: Duration): AlertGroup {
    const of: Metrics = (metric) => selector(metric, { namespace: subject.namespace, container: subject.name });
    return {
        name: groupName("DatabaseMembers", subject),
        rules: [
            leaders(subject, of),
            notSynchronous(subject, of),
            replicaBehind(subject, of, seconds(firstCopy)),
            metricsMissing(subject, of),
        ],
    };
}
