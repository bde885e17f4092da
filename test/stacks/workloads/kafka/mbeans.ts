import { CONNECT_RULES, type JmxRules, SERVER_RULES } from "../../../../stacks/workloads/kafka/jmx-rules.ts";

/**
 * The sample that the exporter makes of an MBean's attribute, or none: the first rule whose pattern is found decides, and
 * characters that no metric may have become underscores (prometheus/jmx_exporter, JmxCollector).
 */
export function sample({ rules }: JmxRules, attribute: string): string | undefined {
    for (const { pattern, name, labels = {}, value } of rules) {
        const found = new RegExp(`^.*(?:${pattern}).*$`).exec(attribute);
        const text = attribute.slice(attribute.lastIndexOf(": ") + 2);
        if (found && (value !== undefined || !Number.isNaN(Number(text)))) {
            const filled = (template: string) =>
                template.replaceAll(/\$(\d)/g, (_, group) => found[Number(group)] ?? "");
            const written = Object.entries(labels).map(([key, template]) => `${key}="${filled(template)}"`);
            const metric = filled(name).replaceAll(/\W/g, "_").toLowerCase();
            return `${metric}${written.length === 0 ? "" : `{${written.join(",")}}`} ${value ?? text}`;
        }
    }
    return undefined;
}

/** Attributes as the exporter writes them before it looks for a rule, with what becomes of them. */
type Attributes = readonly (readonly [attribute: string, sample: string | undefined])[];

/** Of brokers and controllers. Source: Kafka 4.3, "Monitoring". */
export const SERVER: Attributes = [
    [
        "kafka.controller<type=KafkaController, name=OfflinePartitionsCount><>Value: 2",
        "kafka_controller_kafkacontroller_offlinepartitionscount 2",
    ],
    [
        "kafka.controller<type=KafkaController, name=ActiveControllerCount><>Value: 1",
        "kafka_controller_kafkacontroller_activecontrollercount 1",
    ],
    [
        "kafka.controller<type=KafkaController, name=FencedBrokerCount><>Value: 0",
        "kafka_controller_kafkacontroller_fencedbrokercount 0",
    ],
    [
        "kafka.controller<type=ControllerStats, name=UncleanLeaderElectionsPerSec><>Count: 3",
        "kafka_controller_controllerstats_uncleanleaderelections_total 3",
    ],
    ["kafka.controller<type=ControllerStats, name=UncleanLeaderElectionsPerSec><>OneMinuteRate: 0.1", undefined],
    [
        "kafka.log<type=LogManager, name=OfflineLogDirectoryCount><>Value: 1",
        "kafka_log_logmanager_offlinelogdirectorycount 1",
    ],
    [
        "kafka.network<type=RequestMetrics, name=TotalTimeMs, request=Produce><>99thPercentile: 12.5",
        'kafka_network_requestmetrics_totaltimems{request="Produce",quantile="0.99"} 12.5',
    ],
    ["kafka.network<type=RequestMetrics, name=TotalTimeMs, request=Produce><>999thPercentile: 30", undefined],
    ["kafka.network<type=RequestMetrics, name=TotalTimeMs, request=Metadata><>99thPercentile: 1", undefined],
    [
        "kafka.server<type=BrokerTopicMetrics, name=BytesInPerSec, topic=events><>Count: 1024",
        'kafka_server_brokertopicmetrics_bytesin_total{topic="events"} 1024',
    ],
    // The broker's own sum, which would count everything twice.
    ["kafka.server<type=BrokerTopicMetrics, name=BytesInPerSec><>Count: 2048", undefined],
    [
        "kafka.server<type=KafkaRequestHandlerPool, name=RequestHandlerAvgIdlePercent><>OneMinuteRate: 0.97",
        "kafka_server_kafkarequesthandlerpool_requesthandleravgidle_percent 0.97",
    ],
    [
        "kafka.server<type=ReplicaManager, name=UnderReplicatedPartitions><>Value: 4",
        "kafka_server_replicamanager_underreplicatedpartitions 4",
    ],
    [
        "kafka.server<type=ReplicaManager, name=UnderMinIsrPartitionCount><>Value: 5",
        "kafka_server_replicamanager_underminisrpartitioncount 5",
    ],
    [
        "kafka.server<type=ReplicaManager, name=IsrShrinksPerSec><>Count: 6",
        "kafka_server_replicamanager_isrshrinks_total 6",
    ],
    ["kafka.server<type=raft-metrics><>current-leader: 2.0", "kafka_server_raft_metrics_current_leader 2.0"],
    ["kafka.server<type=raft-metrics><>current-state: leader", undefined],
];

/** Of workers of Kafka Connect. Source: Kafka 4.3, "Connect Monitoring". */
export const CONNECT: Attributes = [
    [
        "kafka.connect<type=connect-worker-metrics, connector=orders><>connector-failed-task-count: 1",
        'kafka_connect_worker_connector_tasks{connector="orders",state="failed"} 1',
    ],
    ["kafka.connect<type=connect-worker-metrics><>task-count: 7.0", "kafka_connect_worker_tasks 7.0"],
    [
        "kafka.connect<type=connect-worker-metrics><>task-startup-failure-total: 2.0",
        "kafka_connect_worker_task_startup_failure_total 2.0",
    ],
    ["kafka.connect<type=connect-worker-metrics><>task-startup-failure-percentage: 0.5", undefined],
    ["kafka.connect<type=connect-worker-rebalance-metrics><>rebalancing: 1.0", "kafka_connect_worker_rebalancing 1.0"],
    [
        "kafka.connect<type=connector-metrics, connector=orders><>status: failed",
        'kafka_connect_connector_status{connector="orders",status="failed"} 1',
    ],
    ["kafka.connect<type=connector-metrics, connector=orders><>connector-class: x.Y", undefined],
    [
        "kafka.connect<type=sink-task-metrics, connector=orders, task=0><>sink-record-send-total: 9.0",
        'kafka_connect_task_sink_record_send_total{connector="orders",task="0"} 9.0',
    ],
    [
        "kafka.connect<type=task-error-metrics, connector=orders, task=0><>total-record-errors: 1.0",
        'kafka_connect_task_total_record_errors_total{connector="orders",task="0"} 1.0',
    ],
];

/** Names of the metrics that the exporter's rules make of these attributes. */
export function metricsMade(): readonly string[] {
    const made = [
        ...SERVER.map(([attribute]) => sample(SERVER_RULES, attribute)),
        ...CONNECT.map(([attribute]) => sample(CONNECT_RULES, attribute)),
    ];
    return made.flatMap((text) => (text === undefined ? [] : [text.replace(/[{ ].*$/, "")]));
}
