import { KUBE_STATE_METRICS, KUBELET } from "../../components/alerts/kubernetes-metrics.ts";
import type { Exporter, Labels } from "../../support/exporter.ts";
import { metricsMade } from "../workloads/kafka/mbeans.ts";
import { AIRFLOW_STATS, asStatsdExporter } from "./airflow.ts";

/** The same labels for several metrics. */
function each(labels: Labels, ...metrics: readonly string[]): Readonly<Record<string, Labels>> {
    return Object.fromEntries(metrics.map((metric) => [metric, labels]));
}

const GROUP = ["group_id", "topic_name"] as const;
const TOPIC = ["topic_name"] as const;

/** Who reports what. An alert on anything else would stay silent for good. */
export const EXPORTERS: Readonly<Record<string, Exporter>> = {
    "kube-state-metrics": { source: "2.20, docs/metrics", metrics: KUBE_STATE_METRICS },
    kubelet: { source: "kube-prometheus-stack 88.5, values.yaml, kubelet.serviceMonitor", metrics: KUBELET },
    "JMX exporter": {
        source: "our own rules on Kafka's MBeans (stacks/workloads/kafka/jmx-rules.ts), tried in mbeans.ts",
        metrics: {
            ...each([], ...metricsMade()),
            kafka_connect_connector_status: ["status"],
            kafka_connect_worker_connector_tasks: ["state"],
        },
    },
    KMinion: {
        source: "2.3.5, docs/metrics.md",
        metrics: {
            ...each(GROUP, "kminion_kafka_consumer_group_topic_lag", "kminion_kafka_consumer_group_topic_offset_sum"),
            ...each(GROUP, "kminion_kafka_consumer_group_topic_partition_lag"),
            ...each(TOPIC, "kminion_kafka_topic_high_water_mark_sum", "kminion_kafka_topic_partition_high_water_mark"),
        },
    },
    "statsd_exporter for Airflow": {
        source: "Airflow 3.3, _shared/observability/metrics/metrics_template.yaml; statsd_exporter 0.31, README",
        metrics: asStatsdExporter(AIRFLOW_STATS),
    },
    Flink: {
        source: "2.3, docs/ops/metrics.md (Cluster, Checkpointing, Availability); AbstractPrometheusReporter.getScopedName",
        metrics: each(
            [],
            "flink_jobmanager_numRegisteredTaskManagers",
            "flink_jobmanager_job_numberOfFailedCheckpoints",
            "flink_jobmanager_job_numRestarts",
        ),
    },
    "Spark operator": {
        source: "2.5.2, pkg/common/metrics.go; the label is the one that its values ask for",
        metrics: { spark_application_failed_submission_count: ["spark_application"] },
    },
    Celeborn: {
        source: "0.7.0, docs/monitoring.md (master); assets/grafana/celeborn-dashboard.json for what Prometheus makes of them",
        metrics: each(
            ["role"],
            ...[
                "AvailableWorkerCount",
                "DeviceCelebornFreeBytes",
                "DeviceCelebornTotalBytes",
                "ExcludedWorkerCount",
                "IsActiveMaster",
                "RunningApplicationCount",
            ].map((name) => `metrics_${name}_Value`),
        ),
    },
    postgres_exporter: {
        source: "0.20.1, collector/pg_stat_archiver.go",
        metrics: each(
            [],
            "pg_stat_archiver_archived_count",
            "pg_stat_archiver_failed_count",
            "pg_stat_archiver_last_archive_age",
        ),
    },
    Patroni: {
        source: "4.1, patroni/api.py, do_GET_metrics",
        metrics: each([], "patroni_postgres_streaming", "patroni_primary", "patroni_sync_standby"),
    },
    redis_exporter: {
        source: "1.88.0, exporter/exporter.go and exporter/info.go; Valkey answers INFO as Redis does",
        metrics: {
            ...each([], "redis_aof_last_write_status", "redis_connected_slaves", "redis_master_link_up"),
            ...each([], "redis_memory_max_bytes", "redis_memory_used_bytes", "redis_up"),
            redis_instance_info: ["role"],
        },
    },
    ZooKeeper: {
        source: "3.9.5, ZooKeeperServer.registerMetrics and LeaderZooKeeperServer.registerMetrics",
        metrics: each([], "leader_uptime", "outstanding_requests", "synced_followers"),
    },
    "Fluent Bit": {
        source: "4.2, src/flb_output.c, flb_output_init_all",
        metrics: {
            ...each(["name"], "fluentbit_output_dropped_records_total", "fluentbit_output_proc_records_total"),
            ...each(["name"], "fluentbit_output_retries_total", "fluentbit_output_retries_failed_total"),
            ...each(["name"], "fluentbit_output_errors_total", "fluentbit_output_chunk_available_capacity_percent"),
        },
    },
    Karpenter: {
        source: "1.14.1, website, reference/metrics.md; labels: sigs.k8s.io/karpenter 1.14.1, pkg/metrics, and operatorpkg, status",
        metrics: {
            ...each([], "karpenter_build_info", "controller_runtime_reconcile_errors_total"),
            ...each(["nodepool", "resource_type"], "karpenter_nodepools_limit", "karpenter_nodepools_usage"),
            karpenter_cloudprovider_errors_total: ["method"],
            karpenter_interruption_message_queue_duration_seconds_bucket: ["le"],
            karpenter_nodeclaims_disrupted_total: ["reason"],
            karpenter_scheduler_unschedulable_pods_count: ["controller"],
            ...each(["status", "type"], "operator_ec2nodeclass_status_condition_count"),
            ...each(["status", "type"], "operator_nodeclaim_status_condition_current_status_seconds"),
            ...each(["status", "type"], "operator_nodepool_status_condition_count"),
        },
    },
};
