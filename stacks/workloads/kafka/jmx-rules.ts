/** One rule: MBeans whose text matches become samples of a metric. */
interface JmxRule {
    /** Regular expression of Java on `DOMAIN<KEY=VALUE, …><>ATTRIBUTE: VALUE`. */
    readonly pattern: string;
    readonly name: string;
    readonly type: "GAUGE" | "COUNTER";
    readonly labels?: Readonly<Record<string, string>>;
    /** In place of the attribute's own value, which is text. */
    readonly value?: 1;
}

/** Configuration of Prometheus' JMX exporter. Source: prometheus/jmx_exporter 1.6, "HTTP mode: rules". */
export interface JmxRules {
    readonly lowercaseOutputName: true;
    /** MBeans that are looked at; all others would cost time at every scrape. */
    readonly includeObjectNames: readonly string[];
    readonly rules: readonly JmxRule[];
}

const gauge = (pattern: string, name: string, labels?: JmxRule["labels"]): JmxRule => ({
    pattern,
    name,
    type: "GAUGE",
    ...(labels === undefined ? {} : { labels }),
});

const counter = (pattern: string, name: string, labels?: JmxRule["labels"]): JmxRule => ({
    pattern,
    name,
    type: "COUNTER",
    ...(labels === undefined ? {} : { labels }),
});

/**
 * What brokers and controllers report, in one file: each has only its own of it. Names are those that the exporter's own
 * examples make, so that common dashboards find them.
 *
 * Source: Kafka, "Monitoring"; prometheus/jmx_exporter, examples/kafka-kraft-3_0_0.yml.
 */
export const SERVER_RULES: JmxRules = {
    lowercaseOutputName: true,
    includeObjectNames: [
        "kafka.controller:type=KafkaController,*",
        "kafka.controller:type=ControllerStats,*",
        "kafka.log:type=LogManager,name=OfflineLogDirectoryCount",
        "kafka.network:type=RequestMetrics,name=TotalTimeMs,*",
        "kafka.server:type=BrokerTopicMetrics,*",
        "kafka.server:type=KafkaRequestHandlerPool,name=RequestHandlerAvgIdlePercent",
        "kafka.server:type=ReplicaManager,*",
        "kafka.server:type=raft-metrics",
    ],
    rules: [
        gauge("kafka.controller<type=KafkaController, name=(\\w+)><>Value", "kafka_controller_kafkacontroller_$1"),
        counter(
            "kafka.controller<type=ControllerStats, name=(\\w+)PerSec><>Count",
            "kafka_controller_controllerstats_$1_total",
        ),
        gauge("kafka.log<type=LogManager, name=(OfflineLogDirectoryCount)><>Value", "kafka_log_logmanager_$1"),
        gauge(
            "kafka.network<type=RequestMetrics, name=TotalTimeMs, request=(Produce|FetchConsumer|FetchFollower)><>(50|99)thPercentile",
            "kafka_network_requestmetrics_totaltimems",
            { request: "$1", quantile: "0.$2" },
        ),
        counter(
            "kafka.server<type=BrokerTopicMetrics, name=(\\w+)PerSec, topic=(.+)><>Count",
            "kafka_server_brokertopicmetrics_$1_total",
            { topic: "$2" },
        ),
        gauge(
            "kafka.server<type=KafkaRequestHandlerPool, name=RequestHandlerAvgIdlePercent><>OneMinuteRate",
            "kafka_server_kafkarequesthandlerpool_requesthandleravgidle_percent",
        ),
        counter("kafka.server<type=ReplicaManager, name=(\\w+)PerSec><>Count", "kafka_server_replicamanager_$1_total"),
        gauge("kafka.server<type=ReplicaManager, name=(\\w+)><>Value", "kafka_server_replicamanager_$1"),
        gauge(
            "kafka.server<type=raft-metrics><>(current-leader|current-epoch|high-watermark|log-end-offset|commit-latency-avg|election-latency-max)",
            "kafka_server_raft_metrics_$1",
        ),
    ],
};

/**
 * What a worker of Kafka Connect reports.
 *
 * Source: Kafka, "Connect Monitoring" (ConnectMetricsRegistry.java).
 */
export const CONNECT_RULES: JmxRules = {
    lowercaseOutputName: true,
    includeObjectNames: [
        "kafka.connect:type=connect-worker-metrics,*",
        "kafka.connect:type=connect-worker-rebalance-metrics",
        "kafka.connect:type=connector-metrics,*",
        "kafka.connect:type=sink-task-metrics,*",
        "kafka.connect:type=source-task-metrics,*",
        "kafka.connect:type=task-error-metrics,*",
    ],
    rules: [
        gauge(
            "kafka.connect<type=connect-worker-metrics, connector=(.+)><>connector-(failed|paused|running|unassigned)-task-count",
            "kafka_connect_worker_connector_tasks",
            { connector: "$1", state: "$2" },
        ),
        gauge("kafka.connect<type=connect-worker-metrics><>(connector|task)-count", "kafka_connect_worker_$1s"),
        counter(
            "kafka.connect<type=connect-worker-metrics><>((?:connector|task)-startup-failure-total)",
            "kafka_connect_worker_$1",
        ),
        gauge("kafka.connect<type=connect-worker-rebalance-metrics><>rebalancing", "kafka_connect_worker_rebalancing"),
        {
            pattern: "kafka.connect<type=connector-metrics, connector=(.+)><>status: (.+)",
            name: "kafka_connect_connector_status",
            type: "GAUGE",
            labels: { connector: "$1", status: "$2" },
            value: 1,
        },
        counter(
            "kafka.connect<type=(?:sink|source)-task-metrics, connector=(.+), task=(.+)><>((?:sink|source)-record-(?:read|send|poll|write)-total)",
            "kafka_connect_task_$3",
            { connector: "$1", task: "$2" },
        ),
        counter(
            "kafka.connect<type=task-error-metrics, connector=(.+), task=(.+)><>(total-record-errors|total-records-skipped|total-record-failures)",
            "kafka_connect_task_$3_total",
            { connector: "$1", task: "$2" },
        ),
    ],
};
