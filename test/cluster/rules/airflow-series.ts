import { type Series, series } from "./metric.ts";

/**
 * What Airflow's exporter says of an Airflow that is well: tasks start and succeed, none is queued, and every component
 * beats.
 *
 * @param pod labels of the exporter's pod
 */
export function airflowSeries(pod: Series["labels"]): readonly Series[] {
    const { namespace = "", pod: name = "" } = pod;
    const of = (metric: string, value: number, growth = 0, labels: Series["labels"] = {}): Series =>
        series(`airflow_${metric}`, { namespace, pod: name, container: "airflow-statsd", ...labels }, value, growth);
    const dag = { dag_id: "nightly" };
    const pool = { pool_name: "default_pool" };
    return [
        of("scheduler_heartbeat", 0, 6),
        of("dag_processor_heartbeat", 0, 6),
        of("triggerer_heartbeat", 0, 6),
        of("ti_start", 0, 1, dag),
        of("ti_successes", 0, 1, dag),
        of("ti_failures", 0, 0, dag),
        of("dagrun_duration_failed_count", 0, 0, dag),
        of("task_instances_without_heartbeats_killed", 0, 0, dag),
        of("kubernetes_executor_pod_creation_status", 0, 1, { status: "200" }),
        of("kubernetes_executor_pod_creation_status", 0, 0, { status: "403" }),
        of("pool_queued_slots", 0, 0, pool),
        of("pool_scheduled_slots", 2, 0, pool),
        of("pool_open_slots", 10, 0, pool),
        of("dag_processing_import_errors", 0),
        of("dag_processing_total_parse_time", 4),
    ];
}
