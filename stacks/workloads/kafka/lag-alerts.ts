import { lines, maxBy, selector } from "../../../components/alerts/promql.ts";
import { alertRule, groupName } from "../../../components/alerts/rule.ts";
import type { AlertGroup, AlertRule, AlertSubject } from "../../../components/alerts/subject.ts";
import { type Duration, prometheusDuration, seconds } from "../../../components/values/duration.ts";

/** Where the lag is told: the exporter's pods. */
export interface LagSource {
    readonly namespace: string;
    /** Name of the exporter, and of its container. */
    readonly workload: string;
}

/** A group whose lag is promised. */
export interface LagSubject extends AlertSubject {
    /** `group.id`. */
    readonly group: string;
    readonly topic: string;
    /** The longest that a record may wait to be read. */
    readonly lagBudget: Duration;
    readonly source: LagSource;
}

/** A record that waited for too long may have been one of a burst; after a minute it is a state. */
const OVER_BUDGET_SECONDS = 60;
/** Without a commit for so many budgets, nobody reads. */
const STANDSTILL_BUDGETS = 4;
const SHORTEST_STANDSTILL_SECONDS = 120;
const GUARD_SECONDS = 300;

const RUNBOOK = "See docs/runbooks/consumer-lag.md.";

function metrics({ source, topic, group }: LagSubject) {
    const labels = { namespace: source.namespace, container: source.workload, topic_name: topic };
    return {
        ofTopic: (metric: string): string => selector(metric, labels),
        ofGroup: (metric: string): string => selector(metric, { ...labels, group_id: group }),
    };
}

/**
 * Offsets are not seconds, but their history is: a record that is not committed now and was there a budget ago has waited
 * for longer than that. So the lag is held against what was written within the budget, partition by partition, and each
 * exporter's numbers against its own, which are of one moment.
 */
function overBudget(subject: LagSubject): AlertRule {
    const { ofTopic, ofGroup } = metrics(subject);
    const by = ["pod", "partition_id"];
    const written = ofTopic("kminion_kafka_topic_partition_high_water_mark");
    const before = `${written} offset ${prometheusDuration(seconds(subject.lagBudget))}`;
    return alertRule(subject, {
        alert: "ConsumerLagOverBudget",
        severity: "critical",
        expr: lines(
            "count(count by (partition_id) (",
            maxBy(by, ofGroup("kminion_kafka_consumer_group_topic_partition_lag")),
            `> clamp_min(${maxBy(by, written)} - ${maxBy(by, before)}, 0)`,
            "))",
        ),
        forSeconds: OVER_BUDGET_SECONDS,
        summary: `Group ${subject.group} is more than ${subject.lagBudget} behind in {{ $value }} partition(s).`,
        description:
            `Records of topic ${subject.topic} wait for longer than promised. All partitions: members are too few or too slow, ` +
            "or what they write to is. Some: one member is away, stuck, or has more than its share. First: " +
            `kubectl --namespace ${subject.namespace} get pods --selector app.kubernetes.io/name=${subject.name}; then ` +
            "kafka-consumer-groups.sh --describe names the member of each partition; where the brokers are in this cluster, in a " +
            `broker's container with KAFKA_HEAP_OPTS=-Xmx96m. ${RUNBOOK}`,
    });
}

function standstill(subject: LagSubject): AlertRule {
    const { ofTopic, ofGroup } = metrics(subject);
    const window = prometheusDuration(
        Math.max(SHORTEST_STANDSTILL_SECONDS, seconds(subject.lagBudget) * STANDSTILL_BUDGETS),
    );
    const growth = (series: string): string => `max(${series}) - max(${series} offset ${window})`;
    return alertRule(subject, {
        alert: "ConsumerGroupStandstill",
        severity: "critical",
        expr: lines(
            `(${growth(ofTopic("kminion_kafka_topic_high_water_mark_sum"))} > 0)`,
            "and",
            `(${growth(ofGroup("kminion_kafka_consumer_group_topic_offset_sum"))} <= 0)`,
        ),
        summary: `Group ${subject.group} commits nothing while topic ${subject.topic} grows.`,
        description:
            `{{ $value | humanize }} records were written within ${window}, and none was committed. Members are gone, cannot join, or ` +
            `fail again and again at the same record. First: the members' logs in ${subject.namespace}/${subject.name}. ${RUNBOOK}`,
    });
}

function lagUnknown(subject: LagSubject): AlertRule {
    const { ofGroup } = metrics(subject);
    const { source } = subject;
    return alertRule(subject, {
        alert: "ConsumerLagUnknown",
        severity: "warning",
        expr: `absent(${ofGroup("kminion_kafka_consumer_group_topic_lag")})`,
        forSeconds: GUARD_SECONDS,
        summary: `Nothing is known of the lag of group ${subject.group}.`,
        description:
            `It has never committed an offset of ${subject.topic}, or its commits have expired; or ${source.namespace}/` +
            `${source.workload} does not run or cannot reach the brokers, and then no other alert on lag can fire. First: ` +
            `kubectl --namespace ${source.namespace} logs deployment/${source.workload}. ${RUNBOOK}`,
    });
}

/**
 * Alerts on the lag that a group may have, beside those on its members' pods: over the budget, nobody reads, nothing known.
 *
 * Source of the metrics: redpanda-data/kminion v2.3.5, docs/metrics.md.
 */
export function lagAlerts(subject: LagSubject): AlertGroup {
    return {
        name: groupName("ConsumerLag", subject),
        rules: [overBudget(subject), standstill(subject), lagUnknown(subject)],
    };
}
