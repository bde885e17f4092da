import { STATSD } from "../../../../stacks/workloads/airflow/metrics.ts";
import { having, lately, silent, without } from "../changes.ts";
import { type Series, series } from "../metric.ts";
import { all, type Misfortune, type System } from "../system.ts";

const QUEUED = "airflow_pool_queued_slots";
const SCHEDULED = "airflow_pool_scheduled_slots";
const OPEN = "airflow_pool_open_slots";
const STARTED = "airflow_ti_start";
const FAILED = "airflow_ti_failures";
const PODS = "airflow_kubernetes_executor_pod_creation_status";
const RUNS_FAILED = "airflow_dagrun_duration_failed_count";
const LOST = "airflow_task_instances_without_heartbeats_killed";
const IMPORT_ERRORS = "airflow_dag_processing_import_errors";
const PARSE_TIME = "airflow_dag_processing_total_parse_time";

const HEARTBEATS: Readonly<Record<string, string>> = {
    scheduler: "AirflowSchedulerSilent",
    dag_processor: "AirflowDagProcessorSilent",
    triggerer: "AirflowTriggererSilent",
};
const heartbeat = (component: string): string => `airflow_${component}_heartbeat`;

/** Tasks start and succeed, none is queued, and every component beats. */
function well(): readonly Series[] {
    const of = { namespace: "airflow", container: STATSD, pod: `${STATSD}-0` };
    const dag = { ...of, dag_id: "nightly" };
    const pool = { ...of, pool_name: "default_pool" };
    return [
        ...Object.keys(HEARTBEATS).map((component) => series(heartbeat(component), of, 0, 6)),
        series(STARTED, dag, 0, 1),
        series("airflow_ti_successes", dag, 0, 1),
        series(FAILED, dag, 9),
        series(RUNS_FAILED, dag, 0),
        series(LOST, dag, 0),
        series(PODS, { ...of, status: "200" }, 0, 1),
        series(PODS, { ...of, status: "403" }, 0),
        series(QUEUED, pool, 0),
        series(SCHEDULED, pool, 2),
        series(OPEN, pool, 10),
        series(IMPORT_ERRORS, of, 0),
        series(PARSE_TIME, of, 4),
    ];
}

function silences(): readonly Misfortune[] {
    return Object.entries(HEARTBEATS).map(([component, alert]) => ({
        what: `no ${component} that lives`,
        alerts: [alert],
        change: having(heartbeat(component), { growth: 0 }),
        nearly: { what: "one of two", change: having(heartbeat(component), { growth: 3 }) },
    }));
}

const NONE_STARTS = having(STARTED, { value: 9, growth: 0 });
const SOME_QUEUED = having(QUEUED, { value: 3 });

/** What Airflow does, by what its exporter says. */
export const AIRFLOW: System = {
    rules: "airflow-orchestration",
    well,
    misfortunes: [
        ...silences(),
        {
            what: "tasks that do not start",
            alerts: ["AirflowTasksNotStarting", "AirflowTasksQueuedLong"],
            change: all(SOME_QUEUED, NONE_STARTS),
            nearly: { what: "because there are none", change: NONE_STARTS },
        },
        {
            what: "more tasks than can be started",
            alerts: ["AirflowTasksQueuedLong"],
            change: SOME_QUEUED,
            nearly: { what: "for a while", change: lately(1200, QUEUED, 3) },
        },
        {
            what: "a pool that is used up",
            alerts: ["AirflowPoolStarving"],
            change: having(OPEN, { value: 0 }),
            nearly: {
                what: "with no task that is due",
                change: all(having(OPEN, { value: 0 }), having(SCHEDULED, { value: 0 })),
            },
        },
        {
            what: "pods of tasks that are refused",
            alerts: ["AirflowTaskPodsRefused"],
            change: having(PODS, { growth: 1 }, { status: "403" }),
            nearly: { what: "that are made", change: having(PODS, { growth: 5 }, { status: "200" }) },
        },
        {
            what: "tasks that fail",
            alerts: ["AirflowTasksFailing"],
            change: having(FAILED, { growth: 1 }),
            nearly: { what: "one in ten", change: having(FAILED, { growth: 0.1 }) },
        },
        {
            what: "a run that failed",
            alerts: ["AirflowDagRunFailed"],
            change: having(RUNS_FAILED, { growth: 1 }),
            nearly: { what: "whose tasks were tried again", change: having(FAILED, { growth: 0.1 }) },
        },
        {
            what: "tasks without a heartbeat",
            alerts: ["AirflowTasksLost"],
            change: having(LOST, { growth: 1 }),
            nearly: { what: "that failed by themselves", change: having(FAILED, { growth: 0.1 }) },
        },
        {
            what: "a DAG that cannot be imported",
            alerts: ["AirflowDagImportErrors"],
            change: having(IMPORT_ERRORS, { value: 1 }),
            nearly: { what: "while its file is written", change: lately(60, IMPORT_ERRORS, 1) },
        },
        {
            what: "DAGs that take long to read",
            alerts: ["AirflowDagParsingSlow"],
            change: having(PARSE_TIME, { value: 100 }),
            nearly: { what: "nearly as long", change: having(PARSE_TIME, { value: 55 }) },
        },
        {
            what: "an Airflow that reports nothing",
            alerts: ["AirflowMetricsMissing"],
            change: silent({ container: STATSD }),
            nearly: { what: "but heartbeats", change: without(STARTED) },
        },
    ],
};
