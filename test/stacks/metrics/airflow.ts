import type { Labels } from "../../support/exporter.ts";

/** A metric as Airflow sends it. */
interface Stat {
    readonly type: "counter" | "gauge" | "timer";
    /** @default none that an alert selects by */
    readonly tags?: Labels;
}

/** Source: Airflow 3.3, `_shared/observability/metrics/metrics_template.yaml`. */
export const AIRFLOW_STATS: Readonly<Record<string, Stat>> = {
    "dag_processing.import_errors": { type: "gauge" },
    "dag_processing.total_parse_time": { type: "gauge" },
    dag_processor_heartbeat: { type: "counter" },
    "dagrun.duration.failed": { type: "timer" },
    "kubernetes_executor.pod_creation_status": { type: "counter", tags: ["status"] },
    "pool.open_slots": { type: "gauge" },
    "pool.queued_slots": { type: "gauge" },
    "pool.scheduled_slots": { type: "gauge" },
    scheduler_heartbeat: { type: "counter" },
    task_instances_without_heartbeats_killed: { type: "counter" },
    ti_failures: { type: "counter" },
    ti_successes: { type: "counter" },
    "ti.start": { type: "counter" },
    triggerer_heartbeat: { type: "counter" },
};

/**
 * What the exporter makes of them: Airflow's prefix before, underscores for dots, and of a timer how often it was sent.
 *
 * Source: Airflow, `[metrics] statsd_prefix`; statsd_exporter 0.31, README, "Glob matching" and "Timing".
 */
export function asStatsdExporter(stats: typeof AIRFLOW_STATS): Readonly<Record<string, Labels>> {
    return Object.fromEntries(
        Object.entries(stats).map(([name, { type, tags = [] }]) => [
            `airflow_${name.replaceAll(".", "_")}${type === "timer" ? "_count" : ""}`,
            tags,
        ]),
    );
}
