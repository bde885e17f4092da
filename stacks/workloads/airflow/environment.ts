import { type Duration, seconds } from "../../../components/values/duration.ts";
import type { EnvValue } from "../../../components/workload-args.ts";
import { metricsEnvironment } from "./metrics.ts";
import { ATTEMPT_SECONDS, RETRY_WAIT, requestAttempts, TASK_HEARTBEAT_SECONDS, tokenLife } from "./outage.ts";
import { type RemoteLogs, remoteLogEnvironment } from "./remote-logs.ts";

export const API_SERVER_PORT = 8080;
/** `scheduler.scheduler_health_check_server_port` of Airflow. */
export const SCHEDULER_HEALTH_PORT = 8974;
/** `logging.trigger_log_server_port` of Airflow: the API server fetches logs of deferred tasks there. */
export const TRIGGER_LOG_PORT = 8794;

/** Schedulers. A third adds lock contention, not availability. */
export const SCHEDULERS = 2;

/** Where the scheduler finds the template of task pods. */
export const POD_TEMPLATE_FILE = "/opt/airflow/pod-templates/task.yaml";

/** Heartbeats that a component may miss before it counts as dead, in seconds; the default of 30 is less than a promotion. */
const HEALTH_THRESHOLD = 120;

/**
 * Seconds between two looks for what a dead scheduler has left behind. Its tasks are taken over when it has missed its
 * heartbeats and the other one looks: with the default of 300 later than orchestration may be down.
 */
const ORPHANS_INTERVAL = 60;

/** Pods that the executor starts in one pass of the scheduler; the default is 1. */
const PODS_PER_LOOP = 16;

/**
 * Seconds that a task may be queued, and waits for the quota or a node: `scheduler.task_queued_timeout`. After that it is queued
 * anew, twice (`num_stuck_in_queued_retries`, which Airflow does not document); the third time it fails for good, whatever its
 * retries. By the default of 600 it has waited for half an hour then, by this for three; the alert `AirflowTasksQueuedLong`
 * fires after half an hour.
 *
 * The token by which a queued task begins lives as long. A pod that cannot start for another reason is waited for as long, too,
 * but for those that fail at once, such as an image that cannot be pulled
 * (`kubernetes_executor.worker_pod_pending_fatal_container_state_reasons`).
 *
 * Source: Airflow 3.3, `scheduler_job_runner.py`, `_handle_tasks_stuck_in_queued`; `executors/workloads/base.py`.
 */
const QUEUED_TIMEOUT = 3600;

/** What a setting depends on. */
export interface AirflowSettings {
    readonly namespace: string;
    /** Namespace of task pods. */
    readonly taskNamespace: string;
    /** DNS name of the API server. */
    readonly apiServer: string;
    /** Task pods at the same time, over all schedulers. */
    readonly parallelism: number;
    /** The longest that database or API server may be gone; running tasks have to outlast it. */
    readonly downtimeBudget: Duration;
    /** Secret with `fernet-key`, `jwt-secret` and `api-secret-key`. */
    readonly keysSecret: string;
    /** Secret with `connection` and `connection-async`, the database's URLs by driver. */
    readonly databaseSecret: string;
    /**
     * Host name on the load balancer.
     * @default the user interface is reached inside of the cluster alone
     */
    readonly host?: string;
    /** @default logs end with the pod; the log collector has them */
    readonly logs?: RemoteLogs;
    /**
     * DNS name of what takes metrics.
     * @default they are sent nowhere
     */
    readonly statsd?: string;
}

/** What every container of the image needs to start on a read-only root file system, tasks included. */
function base(settings: AirflowSettings): Record<string, EnvValue> {
    return {
        // Everything comes from the environment; without a file Airflow would write one with keys of its own.
        AIRFLOW_CONFIG: "/dev/null",
        AIRFLOW__CORE__LOAD_EXAMPLES: "False",
        AIRFLOW__CORE__EXECUTION_API_SERVER_URL: `http://${settings.apiServer}:${API_SERVER_PORT}/execution/`,
        // Everything that a process says, access logs included, is one JSON object a line. Since Airflow 3.2.
        AIRFLOW__LOGGING__JSON_LOGS: "True",
        ...(settings.logs === undefined ? {} : remoteLogEnvironment(settings.logs)),
        ...(settings.statsd === undefined ? {} : metricsEnvironment(settings.statsd)),
    };
}

/** Seconds between two looks at the database: `CONNECTION_CHECK_SLEEP_TIME` of the image's entry point. */
const CONNECTION_CHECK_SECONDS = 3;

/** Seconds after which a task without a heartbeat is failed: as long again as the outage that it has to outlast. */
function taskHeartbeatTimeout(settings: AirflowSettings): number {
    return 2 * seconds(settings.downtimeBudget);
}

/**
 * The environment of every Airflow component with access to the database. Names: Airflow's configuration reference,
 * `AIRFLOW__SECTION__KEY`.
 */
export function componentEnvironment(settings: AirflowSettings): Record<string, EnvValue> {
    const { keysSecret, databaseSecret } = settings;
    return {
        ...base(settings),
        // Scheduler, triggerer and DAG processor stop when the database refuses them (tried). Their containers start again
        // and wait for it here, instead of ever longer in the kubelet's back-off.
        CONNECTION_CHECK_MAX_COUNT: String(Math.ceil(seconds(settings.downtimeBudget) / CONNECTION_CHECK_SECONDS)),
        AIRFLOW__CORE__EXECUTOR: "KubernetesExecutor",
        // The image brings it; users are in the database, and so the same for every API server.
        AIRFLOW__CORE__AUTH_MANAGER: "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager",
        // Counted by each scheduler for itself.
        AIRFLOW__CORE__PARALLELISM: String(Math.ceil(settings.parallelism / SCHEDULERS)),
        // A node that dies takes its tasks along; they have to be repeatable.
        AIRFLOW__CORE__DEFAULT_TASK_RETRIES: "2",
        // Pods of a Deployment have no DNS name: logs are fetched by address.
        AIRFLOW__CORE__HOSTNAME_CALLABLE: "airflow.utils.net.get_host_ip_address",
        AIRFLOW__CORE__FERNET_KEY: { secret: keysSecret, key: "fernet-key" },
        AIRFLOW__DATABASE__SQL_ALCHEMY_CONN: { secret: databaseSecret, key: "connection" },
        AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC: { secret: databaseSecret, key: "connection-async" },
        AIRFLOW__API__SECRET_KEY: { secret: keysSecret, key: "api-secret-key" },
        AIRFLOW__API_AUTH__JWT_SECRET: { secret: keysSecret, key: "jwt-secret" },
        AIRFLOW__API_AUTH__JWT_ISSUER: settings.namespace,
        AIRFLOW__SCHEDULER__ENABLE_HEALTH_CHECK: "True",
        AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD: String(HEALTH_THRESHOLD),
        AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL: String(ORPHANS_INTERVAL),
        AIRFLOW__TRIGGERER__TRIGGERER_HEALTH_CHECK_THRESHOLD: String(HEALTH_THRESHOLD),
        AIRFLOW__DAG_PROCESSOR__HEALTH_CHECK_THRESHOLD: String(HEALTH_THRESHOLD),
        AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT: String(taskHeartbeatTimeout(settings)),
        // A task that has outlasted an outage has to be let in again.
        AIRFLOW__EXECUTION_API__JWT_EXPIRATION_TIME: String(tokenLife(settings.downtimeBudget)),
        AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT: String(QUEUED_TIMEOUT),
        AIRFLOW__KUBERNETES_EXECUTOR__NAMESPACE: settings.taskNamespace,
        AIRFLOW__KUBERNETES_EXECUTOR__POD_TEMPLATE_FILE: POD_TEMPLATE_FILE,
        AIRFLOW__KUBERNETES_EXECUTOR__MULTI_NAMESPACE_MODE: "False",
        AIRFLOW__KUBERNETES_EXECUTOR__WORKER_PODS_CREATION_BATCH_SIZE: String(PODS_PER_LOOP),
        // What a task wrote is with the log collector; its pod need not stay.
        AIRFLOW__KUBERNETES_EXECUTOR__DELETE_WORKER_PODS: "True",
        AIRFLOW__KUBERNETES_EXECUTOR__DELETE_WORKER_PODS_ON_FAILURE: "True",
        // A quota that is used up is a reason to wait, not to fail: for as long as a task may be queued.
        AIRFLOW__KUBERNETES_EXECUTOR__TASK_PUBLISH_MAX_RETRIES: "-1",
    };
}

/**
 * The environment of a task. No secret is in it: a task reaches the database only through the API server, with a token
 * that the executor hands to it.
 */
export function taskEnvironment(settings: AirflowSettings): Record<string, EnvValue> {
    return {
        ...base(settings),
        // There is no database to wait for.
        CONNECTION_CHECK_MAX_COUNT: "0",
        // What its pod runs is started as a process of its own, as Airflow's chart has it.
        AIRFLOW__CORE__EXECUTOR: "LocalExecutor",
        AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT: String(taskHeartbeatTimeout(settings)),
        AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL: String(TASK_HEARTBEAT_SECONDS),
        // By default a request fails when the API server has not answered for some 10 seconds: less than a promotion takes.
        // Heartbeats are requests as well. The third that has failed for good ends the task, by Airflow's default, which stays:
        // with more of them, a task that is cut off would run on for hours beside the one that was started in its place.
        AIRFLOW__WORKERS__EXECUTION_API_RETRIES: String(requestAttempts(settings.downtimeBudget)),
        AIRFLOW__WORKERS__EXECUTION_API_RETRY_WAIT_MIN: String(RETRY_WAIT.min),
        AIRFLOW__WORKERS__EXECUTION_API_RETRY_WAIT_MAX: String(RETRY_WAIT.max),
        AIRFLOW__WORKERS__EXECUTION_API_TIMEOUT: String(ATTEMPT_SECONDS),
    };
}
