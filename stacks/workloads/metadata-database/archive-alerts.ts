import { lines, maxBy, selector } from "../../../components/alerts/promql.ts";
import { alertRule, groupName } from "../../../components/alerts/rule.ts";
import type { AlertGroup, AlertRule, AlertSubject } from "../../../components/alerts/subject.ts";
import { ARCHIVE_TIMEOUT } from "./archive.ts";
import { backupJob } from "./names.ts";

/** A segment that fails is tried again every minute at the latest (PostgreSQL, `pgarch.c`), so this sees several tries. */
const WINDOW = "5m";
/** Segments that are not there in time, before somebody is told: the archive may hang, where nothing fails. */
const LATE_SECONDS = 15 * ARCHIVE_TIMEOUT;

const RUNBOOK = "docs/runbooks/restore-metadata-database.md";

type Metrics = (metric: string) => string;

function failing(subject: AlertSubject, of: Metrics): AlertRule {
    const grew = (metric: string): string => maxBy(["namespace"], `increase(${of(metric)}[${WINDOW}])`);
    return alertRule(subject, {
        alert: "DatabaseArchiveFailing",
        severity: "critical",
        expr: lines(
            `${grew("pg_stat_archiver_failed_count")} > 0`,
            `unless on (namespace) ${grew("pg_stat_archiver_archived_count")} > 0`,
        ),
        forSeconds: 120,
        summary: `WAL of ${subject.namespace}/${subject.name} is not archived.`,
        description:
            `{{ $value | humanize }} attempts have failed in five minutes and none succeeded: what is written from now on ` +
            `cannot be restored if all volumes are lost, and WAL fills the leader's volume. First: kubectl --namespace ` +
            `${subject.namespace} logs ${subject.name}-0 (and its siblings) | grep -i wal-g; then the role of the service ` +
            `account, and the way to the bucket. A new leader archives what it writes itself, not what the one before it ` +
            `had left: after any change of leader while archiving failed, make a base backup at once when it works again: ` +
            `kubectl --namespace ${subject.namespace} create job --from=cronjob/${backupJob(subject.name)} ` +
            `${backupJob(subject.name)}-now. See ${RUNBOOK}, "The archive".`,
    });
}

function late(subject: AlertSubject, of: Metrics): AlertRule {
    return alertRule(subject, {
        alert: "DatabaseArchiveLate",
        severity: "warning",
        expr: `${maxBy(["namespace"], of("pg_stat_archiver_last_archive_age"))} > ${LATE_SECONDS}`,
        forSeconds: 60,
        summary: `Nothing of ${subject.namespace}/${subject.name} was archived for a while.`,
        description:
            `The last segment went to the archive {{ $value | humanizeDuration }} ago; one goes every ${ARCHIVE_TIMEOUT} s ` +
            `while anybody writes, which Airflow's heartbeats do. First: see whether Airflow runs at all; then whether the ` +
            `archive hangs: kubectl --namespace ${subject.namespace} logs ${subject.name}-0 and its siblings.`,
    });
}

function missing(subject: AlertSubject, of: Metrics): AlertRule {
    return alertRule(subject, {
        alert: "DatabaseArchiveMetricsMissing",
        severity: "warning",
        expr: `absent(${of("pg_stat_archiver_failed_count")})`,
        forSeconds: 600,
        summary: `Nobody knows whether ${subject.namespace}/${subject.name} is archived.`,
        description:
            `No figures of the archive reach Prometheus: the exporter is away, or cannot log in. First: kubectl --namespace ` +
            `${subject.namespace} logs deployment/${subject.name}-exporter.`,
    });
}

/**
 * Alerts on the archive. That the last base backup is too old is told by those that every scheduled job has
 * (`CronJobNotSucceeded`).
 *
 * Source of the metrics: prometheus-community/postgres_exporter 0.20, `collector/pg_stat_archiver.go`.
 *
 * @param subject the database
 * @param exporter container that shows its figures
 */
export function archiveAlerts(subject: AlertSubject, exporter: string): AlertGroup {
    const of: Metrics = (metric) => selector(metric, { namespace: subject.namespace, container: exporter });
    return {
        name: groupName("DatabaseArchive", subject),
        rules: [failing(subject, of), late(subject, of), missing(subject, of)],
    };
}
