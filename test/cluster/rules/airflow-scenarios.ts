import { STATSD } from "../../../stacks/workloads/airflow/metrics.ts";
import { both, type Change, having, without } from "./changes.ts";
import type { Scenario } from "./scenario.ts";

function scenario(what: string, alerts: readonly string[], change: Change): Scenario {
    return { what, kinds: ["Deployment"], alerts, change, to: ({ name }) => name === STATSD };
}

const STANDS_STILL = { growth: 0 };

/** What can go wrong in Airflow while all of its pods are well. */
export const AIRFLOW_SCENARIOS: readonly Scenario[] = [
    scenario(
        "schedulers that are silent",
        ["AirflowSchedulerSilent"],
        having("airflow_scheduler_heartbeat", STANDS_STILL),
    ),
    scenario(
        "DAG processors that are silent",
        ["AirflowDagProcessorSilent"],
        having("airflow_dag_processor_heartbeat", STANDS_STILL),
    ),
    scenario(
        "triggerers that are silent",
        ["AirflowTriggererSilent"],
        having("airflow_triggerer_heartbeat", STANDS_STILL),
    ),
    scenario(
        "tasks that do not start",
        ["AirflowTasksNotStarting", "AirflowTasksQueuedLong"],
        both(having("airflow_pool_queued_slots", { value: 3 }), having("airflow_ti_start", { value: 9, growth: 0 })),
    ),
    scenario(
        "more tasks than can be started",
        ["AirflowTasksQueuedLong"],
        having("airflow_pool_queued_slots", { value: 3 }),
    ),
    scenario("a pool that is used up", ["AirflowPoolStarving"], having("airflow_pool_open_slots", { value: 0 })),
    scenario(
        "a quota that is used up",
        ["AirflowTaskPodsRefused"],
        having("airflow_kubernetes_executor_pod_creation_status", { growth: 1 }, { status: "403" }),
    ),
    scenario("tasks that fail", ["AirflowTasksFailing"], having("airflow_ti_failures", { growth: 1 })),
    scenario(
        "a run that failed",
        ["AirflowDagRunFailed"],
        having("airflow_dagrun_duration_failed_count", { growth: 1 }),
    ),
    scenario(
        "tasks without a heartbeat",
        ["AirflowTasksLost"],
        having("airflow_task_instances_without_heartbeats_killed", { growth: 1 }),
    ),
    scenario(
        "a DAG that cannot be imported",
        ["AirflowDagImportErrors"],
        having("airflow_dag_processing_import_errors", { value: 1 }),
    ),
    scenario(
        "DAGs that take long to read",
        ["AirflowDagParsingSlow"],
        having("airflow_dag_processing_total_parse_time", { value: 100 }),
    ),
    scenario("metrics of Airflow that vanish", ["AirflowMetricsMissing"], without("airflow_scheduler_heartbeat")),
];
