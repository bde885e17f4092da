import { maxBy, selector } from "../../../components/alerts/promql.ts";
import { alertRule, groupName } from "../../../components/alerts/rule.ts";
import type { AlertGroup, AlertSubject } from "../../../components/alerts/subject.ts";

/** The Monitor Guide's own threshold. */
const OUTSTANDING = 10;
/** An election takes seconds. */
const ELECTION_SECONDS = 60;

/**
 * Alerts on the ensemble, beside those that every ordered service has on its pods and volumes.
 *
 * Source of the metrics: ZooKeeper 3.9, `LeaderZooKeeperServer.registerMetrics`, `ZooKeeperServer.registerMetrics`, and the
 * rules of the ZooKeeper Monitor Guide.
 *
 * @param subject the ensemble; `name` is its container's, too
 * @param servers how many it has
 */
export function zookeeperAlerts(subject: AlertSubject, servers: number): AlertGroup {
    const { namespace, name } = subject;
    const of = (metric: string): string => selector(metric, { namespace, container: name });
    const logs = `kubectl --namespace ${namespace} logs`;
    return {
        name: groupName("ZooKeeperEnsemble", subject),
        rules: [
            alertRule(subject, {
                alert: "ZooKeeperNoLeader",
                severity: "critical",
                // Only a leader has it.
                expr: `absent(${of("leader_uptime")})`,
                forSeconds: ELECTION_SECONDS,
                summary: `${namespace}/${name} has no leader.`,
                description:
                    `No server says that it leads ({{ $value }}): there is no majority, and nothing is answered; or none is ` +
                    `scraped. First: kubectl --namespace ${namespace} get pods --selector app.kubernetes.io/name=${name}, ` +
                    `then ${logs} ${name}-0 and its siblings.`,
            }),
            alertRule(subject, {
                alert: "ZooKeeperFollowersMissing",
                severity: "warning",
                expr: `${maxBy(["namespace"], of("synced_followers"))} < ${servers - 1}`,
                forSeconds: 300,
                summary: `${namespace}/${name} lacks followers.`,
                description:
                    `The leader has {{ $value }} followers that keep up, of ${servers - 1}: the next loss may end the majority. ` +
                    `First: the log of the server that is away or behind, ${logs} ${name}-N.`,
            }),
            alertRule(subject, {
                alert: "ZooKeeperRequestsPile",
                severity: "warning",
                expr: `${maxBy(["namespace", "pod"], of("outstanding_requests"))} > ${OUTSTANDING}`,
                forSeconds: 300,
                summary: `{{ $labels.pod }} of ${namespace}/${name} is too slow.`,
                description:
                    `{{ $value }} requests wait: its volume is slow to sync, its heap is too small, or a client asks too ` +
                    `much. First: ${logs} {{ $labels.pod }} says when a sync or a collection of garbage took long.`,
            }),
        ],
    };
}
