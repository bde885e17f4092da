import { lines, selector } from "../../../components/alerts/promql.ts";
import { alertRule, groupName } from "../../../components/alerts/rule.ts";
import type { AlertGroup, AlertSubject } from "../../../components/alerts/subject.ts";

/** An election takes seconds; this is two scrapes more. */
const LEADERLESS_SECONDS = 120;
/** A new node, its worker, and its registration. */
const WORKERS_SECONDS = 600;
const FULL_SHARE = 0.9;

/**
 * What only Celeborn knows of itself; pods and volumes have the alerts of their controllers.
 *
 * Source: Celeborn, "Monitoring", and its dashboard (assets/grafana/celeborn-dashboard.json), for the names as Prometheus
 * has them.
 */
export function celebornAlerts(subject: AlertSubject): AlertGroup {
    const { namespace, name } = subject;
    const metric = (short: string): string => selector(`metrics_${short}_Value`, { namespace, role: "Master" });
    const active = metric("IsActiveMaster");
    const logs = `kubectl --namespace ${namespace} logs --selector app.kubernetes.io/name=${name}-master --prefix`;
    return {
        name: groupName("Celeborn", subject),
        rules: [
            alertRule(subject, {
                alert: "CelebornWithoutLeader",
                severity: "critical",
                expr: `sum(${active}) == 0`,
                forSeconds: LEADERLESS_SECONDS,
                summary: `The masters of ${namespace}/${name} have no leader.`,
                description:
                    `No master leads, so no application that shuffles by Celeborn gets on. First: ${logs}; two of the three ` +
                    `have to reach each other.`,
            }),
            alertRule(subject, {
                alert: "CelebornTooFewWorkers",
                severity: "warning",
                expr: lines(
                    `max(${metric("AvailableWorkerCount")}) < 2`,
                    `and on () max(${metric("RunningApplicationCount")}) > 0`,
                ),
                forSeconds: WORKERS_SECONDS,
                summary: `${namespace}/${name} has too few workers to keep two copies.`,
                description:
                    `{{ $value }} workers take data, and what is shuffled is kept twice. Workers run on the nodes of executors ` +
                    `alone. First: ${logs}, and look for workers that are excluded.`,
            }),
            alertRule(subject, {
                alert: "CelebornWorkersExcluded",
                severity: "warning",
                expr: `max(${metric("ExcludedWorkerCount")}) > 0`,
                forSeconds: WORKERS_SECONDS,
                summary: `Workers of ${namespace}/${name} are excluded.`,
                description:
                    `{{ $value }} workers have a full or broken disk, or do not answer, and are given nothing to keep. First: ` +
                    `${logs}, which name them.`,
            }),
            alertRule(subject, {
                alert: "CelebornDisksFilling",
                severity: "warning",
                expr: lines(
                    `1 - max(${metric("DeviceCelebornFreeBytes")}) / max(${metric("DeviceCelebornTotalBytes")}) > ${FULL_SHARE}`,
                ),
                forSeconds: WORKERS_SECONDS,
                summary: `The disks of ${namespace}/${name} are filling up.`,
                description:
                    `{{ $value | humanizePercentage }} of all that workers may keep is taken; when it is full, stages fail. First: ` +
                    `see which application shuffles so much; then raise celeborn.workerStorage.`,
            }),
            alertRule(subject, {
                alert: "CelebornMetricsMissing",
                severity: "warning",
                expr: `absent(${active})`,
                forSeconds: WORKERS_SECONDS,
                summary: `${namespace}/${name} reports nothing.`,
                description:
                    `Prometheus has no metrics of the masters, and then none of the other alerts can fire. First: kubectl ` +
                    `--namespace ${namespace} get pods --selector app.kubernetes.io/name=${name}-master.`,
            }),
        ],
    };
}
