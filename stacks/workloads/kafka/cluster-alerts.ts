import { maxBy, selector } from "../../../components/alerts/promql.ts";
import { alertRule, groupName } from "../../../components/alerts/rule.ts";
import type { AlertGroup, AlertRule, AlertSubject } from "../../../components/alerts/subject.ts";

/** An election takes seconds; two scrapes see that it did not end. */
const ELECTION_SECONDS = 60;
/** Below a fifth, requests queue (Kafka, "Monitoring": "ideally > .3"). */
const IDLE_SHARE = 0.2;
const OVERLOAD_SECONDS = 900;
const GUARD_SECONDS = 300;

const RUNBOOK = "See docs/runbooks/kafka-broker-lost.md.";

/** Brokers and controllers whose metrics are read. */
interface KafkaSubject {
    readonly brokers: AlertSubject;
    readonly controllers: AlertSubject;
    /** Seconds in which an ordinary restart of a broker ends, unclean stops included; copies may be behind for as long. */
    readonly restartSeconds: number;
}

const of = (subject: AlertSubject, metric: string): string =>
    selector(metric, { namespace: subject.namespace, container: subject.name });

/** Sum over the servers, each counted once. */
const total = (subject: AlertSubject, metric: string): string => `sum(${maxBy(["pod"], of(subject, metric))})`;

/** With a small heap: the broker's own, which is in its environment, does not fit into the container twice. */
const describeTopics = ({ brokers: { name, namespace } }: KafkaSubject, option: string): string =>
    `kubectl --namespace ${namespace} exec statefulset/${name} -- env KAFKA_HEAP_OPTS=-Xmx96m ` +
    `/opt/kafka/bin/kafka-topics.sh --bootstrap-server ${name}:9092 --describe ${option}`;

function offlinePartitions(subject: KafkaSubject): AlertRule {
    const { controllers } = subject;
    return alertRule(controllers, {
        alert: "KafkaPartitionsOffline",
        severity: "critical",
        // Only the active controller counts them; the others say 0.
        expr: `max(${of(controllers, "kafka_controller_kafkacontroller_offlinepartitionscount")}) > 0`,
        forSeconds: ELECTION_SECONDS,
        summary: "{{ $value }} partition(s) have no leader.",
        description:
            "They can be neither read nor written: all of their copies are away, or those that are there are not in sync. " +
            `First: ${describeTopics(subject, "--unavailable-partitions")}; bring back the brokers that it names. An unclean ` +
            `election loses acknowledged records. ${RUNBOOK}`,
    });
}

function activeController({ controllers }: KafkaSubject): AlertRule {
    return alertRule(controllers, {
        alert: "KafkaActiveControllers",
        severity: "critical",
        expr: `${total(controllers, "kafka_controller_kafkacontroller_activecontrollercount")} != 1`,
        forSeconds: ELECTION_SECONDS,
        summary: "Kafka has {{ $value }} active controllers instead of one.",
        description:
            "Without one no leader is elected and no topic made; the brokers go on with what they know. First: the logs of " +
            `${controllers.namespace}/${controllers.name}, of which a majority has to see each other.`,
    });
}

function underReplicated(subject: KafkaSubject): AlertRule {
    const { brokers, restartSeconds } = subject;
    return alertRule(brokers, {
        alert: "KafkaPartitionsUnderReplicated",
        severity: "warning",
        expr: `${total(brokers, "kafka_server_replicamanager_underreplicatedpartitions")} > 0`,
        forSeconds: restartSeconds,
        summary: "{{ $value }} partition(s) lack copies for longer than a broker's restart takes.",
        description:
            "The next failure may stop writes. A broker is away, or cannot follow: disk, network, too few threads. First: " +
            `${describeTopics(subject, "--under-replicated-partitions")}; the broker that is in Replicas and not in Isr. ${RUNBOOK}`,
    });
}

function underMinInSync(subject: KafkaSubject): AlertRule {
    const { brokers } = subject;
    return alertRule(brokers, {
        alert: "KafkaPartitionsUnderMinIsr",
        severity: "critical",
        expr: `${total(brokers, "kafka_server_replicamanager_underminisrpartitioncount")} > 0`,
        forSeconds: ELECTION_SECONDS,
        summary: "{{ $value }} partition(s) refuse writes with acks=all.",
        description:
            "They have fewer copies in sync than min.insync.replicas; what is there can still be read. First: " +
            `${describeTopics(subject, "--under-min-isr-partitions")}; at least two brokers are away or behind. ${RUNBOOK}`,
    });
}

function logDirectoryOffline({ brokers }: KafkaSubject): AlertRule {
    return alertRule(brokers, {
        alert: "KafkaLogDirectoryOffline",
        severity: "critical",
        expr: `${maxBy(["pod"], of(brokers, "kafka_log_logmanager_offlinelogdirectorycount"))} > 0`,
        summary: "{{ $labels.pod }} has taken its log directory out of use.",
        description:
            "Reading or writing its volume failed, and its copies are gone until it is restarted. With the only directory " +
            `failed the broker stops by itself. First: kubectl --namespace ${brokers.namespace} logs {{ $labels.pod }} ` +
            `--previous says which file; then the volume's state in EBS and its space. ${RUNBOOK}`,
    });
}

function uncleanElection({ controllers }: KafkaSubject): AlertRule {
    return alertRule(controllers, {
        alert: "KafkaUncleanElection",
        severity: "critical",
        expr: `sum(increase(${of(controllers, "kafka_controller_controllerstats_uncleanleaderelections_total")}[15m])) > 0`,
        summary: "A copy that was behind became the leader: acknowledged records are lost.",
        description:
            "{{ $value | humanize }} election(s) within 15 minutes. They are switched off by default, so somebody asked for " +
            "them, for a topic or by hand. First: find the partitions in the controllers' logs and tell those who read them.",
    });
}

function fencedBrokers({ controllers, restartSeconds }: KafkaSubject): AlertRule {
    return alertRule(controllers, {
        alert: "KafkaBrokersFenced",
        severity: "warning",
        expr: `max(${of(controllers, "kafka_controller_kafkacontroller_fencedbrokercount")}) > 0`,
        forSeconds: restartSeconds,
        summary: "{{ $value }} broker(s) are registered and take no part.",
        description:
            "The controllers have not heard of them for longer than a restart takes, or have not let them in. A broker that " +
            "was scaled away for good stays on the list until kafka-cluster.sh unregister takes it off. First: the log of the " +
            `broker that is not ready. ${RUNBOOK}`,
    });
}

function overloaded({ brokers }: KafkaSubject): AlertRule {
    const idle = of(brokers, "kafka_server_kafkarequesthandlerpool_requesthandleravgidle_percent");
    return alertRule(brokers, {
        alert: "KafkaBrokerOverloaded",
        severity: "warning",
        expr: `min by (pod) (${idle}) < ${IDLE_SHARE}`,
        forSeconds: OVERLOAD_SECONDS,
        summary: "The request handlers of {{ $labels.pod }} are nearly always busy.",
        description:
            "They are idle for {{ $value | humanizePercentage }} of the time; requests queue and everybody's latency grows. " +
            "First: bytes in and out by topic (kafka_server_brokertopicmetrics_*), the volume's throughput, and whether one " +
            "broker leads more partitions than the others.",
    });
}

function metricsMissing(subject: AlertSubject, metric: string, what: string): AlertRule {
    return alertRule(subject, {
        alert: "KafkaMetricsMissing",
        severity: "critical",
        expr: `absent(${of(subject, metric)})`,
        forSeconds: GUARD_SECONDS,
        summary: `${what} report nothing.`,
        description:
            `No metric of ${subject.namespace}/${subject.name} reaches Prometheus, so nobody would learn of partitions that ` +
            "are offline. First: look at its pods, at the targets of its PodMonitor, and at the network policy.",
    });
}

/**
 * Alerts on the cluster that brokers and controllers form, beside those on their pods: data that cannot be read, written or
 * trusted to survive the next failure.
 *
 * Source of the metrics: Kafka, "Monitoring"; their names follow from {@link SERVER_RULES} in `jmx-rules.ts`.
 */
export function clusterAlerts(subject: KafkaSubject): AlertGroup {
    const { brokers, controllers } = subject;
    return {
        name: groupName("KafkaCluster", brokers),
        rules: [
            offlinePartitions(subject),
            activeController(subject),
            underReplicated(subject),
            underMinInSync(subject),
            logDirectoryOffline(subject),
            uncleanElection(subject),
            fencedBrokers(subject),
            overloaded(subject),
            metricsMissing(brokers, "kafka_server_replicamanager_underreplicatedpartitions", "The brokers"),
            metricsMissing(controllers, "kafka_controller_kafkacontroller_activecontrollercount", "The controllers"),
        ],
    };
}
