import { lines, maxBy, selector } from "../../../components/alerts/promql.ts";
import { alertRule, groupName } from "../../../components/alerts/rule.ts";
import type { AlertGroup, AlertSubject } from "../../../components/alerts/subject.ts";

/** A failover takes half a minute, see the component's budget; what lasts longer does not mend by itself. */
const FAILOVER_SECONDS = 60;
/** Part of the memory for data, in percent, at which somebody has to look. */
const FULL_PERCENT = 90;

const BY_POD = ["namespace", "pod"] as const;

const RUNBOOK = "See docs/runbooks/cache-failover.md.";

/**
 * Alerts on the data, beside those that every ordered service has on its pods and volumes.
 *
 * Source of the metrics: oliver006/redis_exporter 1.88, `exporter/exporter.go` and `exporter/info.go`; it keeps the names
 * of Redis.
 *
 * @param exporter container that shows the figures
 */
export function cacheAlerts(subject: AlertSubject, exporter: string): AlertGroup {
    const { namespace, name } = subject;
    const of = (metric: string, more: Readonly<Record<string, string>> = {}): string =>
        selector(metric, { namespace, container: exporter, ...more });
    const each = (metric: string): string => maxBy(BY_POD, of(metric));
    const logs = `kubectl --namespace ${namespace} logs`;
    return {
        name: groupName("Cache", subject),
        rules: [
            alertRule(subject, {
                alert: "CachePrimaries",
                severity: "critical",
                // Of what is known: that nothing is, is told by the last of these.
                expr: `(sum(${maxBy(BY_POD, of("redis_instance_info", { role: "master" }))}) or 0 * sum(${of("redis_up")})) != 1`,
                forSeconds: FAILOVER_SECONDS,
                summary: `${namespace}/${name} has not one primary.`,
                description:
                    `{{ $value }} replicas say that they lead. None: nothing can be written, and the sentinels do not agree ` +
                    `on a successor. Two: the one that the sentinels do not name takes no writes, or loses them. First: ` +
                    `${logs} ${name}-0 --container sentinel, and of its siblings. ${RUNBOOK}`,
            }),
            alertRule(subject, {
                alert: "CacheWritesRefused",
                severity: "critical",
                expr: lines(
                    `max by (namespace) (${of("redis_connected_slaves")}) < 1`,
                    `and on (namespace) max by (namespace) (${of("redis_instance_info", { role: "master" })}) == 1`,
                ),
                forSeconds: FAILOVER_SECONDS,
                summary: `${namespace}/${name} refuses writes.`,
                description:
                    `The primary has {{ $value }} replicas, and takes writes with one at least. First: kubectl --namespace ` +
                    `${namespace} get pods --selector app.kubernetes.io/name=${name}; see why the others are away. ${RUNBOOK}`,
            }),
            alertRule(subject, {
                alert: "CacheReplicaBehind",
                severity: "warning",
                expr: `min by (namespace, pod) (${of("redis_master_link_up")}) == 0`,
                forSeconds: 300,
                summary: `{{ $labels.pod }} of ${namespace}/${name} does not replicate.`,
                description:
                    `Its link to the primary has been down for five minutes ({{ $value }}): after a failover it would lack ` +
                    `what was written since. First: ${logs} {{ $labels.pod }} --container ${name}. ${RUNBOOK}`,
            }),
            alertRule(subject, {
                alert: "CacheNotWrittenToDisk",
                severity: "critical",
                expr: `min by (namespace, pod) (${of("redis_aof_last_write_status")}) == 0`,
                forSeconds: 60,
                summary: `{{ $labels.pod }} of ${namespace}/${name} cannot write to its volume.`,
                description:
                    `Its last write to the append-only file failed ({{ $value }}), so it refuses writes. First: the free space ` +
                    `of its volume, then ${logs} {{ $labels.pod }} --container ${name}.`,
            }),
            alertRule(subject, {
                alert: "CacheNearlyFull",
                severity: "warning",
                expr: `100 * ${each("redis_memory_used_bytes")} / (${each("redis_memory_max_bytes")} > 0) > ${FULL_PERCENT}`,
                forSeconds: 600,
                summary: `{{ $labels.pod }} of ${namespace}/${name} is nearly full.`,
                description:
                    `{{ $value | humanize }} % of the memory for data are used; when it is full, writes are refused or old ` +
                    `entries go, as cache.whenFull says. First: see what grows; then raise cache.resources.memory.`,
            }),
            alertRule(subject, {
                alert: "CacheMetricsMissing",
                severity: "warning",
                expr: `absent(${of("redis_up")})`,
                forSeconds: 300,
                summary: `${namespace}/${name} reports nothing.`,
                description:
                    `No figures reach Prometheus, so none of its other alerts can fire. First: ${logs} ${name}-0 ` +
                    `--container ${exporter}; then the targets of its PodMonitor.`,
            }),
        ],
    };
}
