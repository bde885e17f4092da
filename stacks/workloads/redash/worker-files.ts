import { type Duration, seconds } from "../../../components/values/duration.ts";

/** The image's supervisor reads its configuration here. Source: redash, `bin/docker-entrypoint`, `worker`. */
export const SUPERVISOR_FILE = "/app/worker.conf";

/** Beside `manage.py`, so that Python finds Redash from it. */
export const WORKER_FILE = "/app/graceful_worker.py";

/** Seconds of the grace period that are left for a query that was ended to be written down as failed. */
const QUERY_MARGIN = 30;

/** Seconds of the grace period that are left for the supervisor to end the check beside the workers, and itself. */
const SUPERVISOR_MARGIN = 15;

/** Output of a program, whole and at once. */
const TO_CONSOLE = {
    stdout_logfile: "/dev/stdout",
    stdout_logfile_maxbytes: 0,
    stderr_logfile: "/dev/stderr",
    stderr_logfile_maxbytes: 0,
} as const;

function section(name: string, settings: Readonly<Record<string, string | number | boolean>>): string {
    return [`[${name}]`, ...Object.entries(settings).map(([key, value]) => `${key}=${value}`), ""].join("\n");
}

/**
 * What takes the place of the image's `worker.conf`: the same, but that workers run {@link workerProgram}, and that they are
 * not killed 10 s after they were told to stop, as is supervisor's default, but shortly before the pod is.
 *
 * Source: redash, `worker.conf`; supervisor 4.1, "Configuration File".
 *
 * @param gracePeriod the pod's
 */
export function supervisorConfiguration(gracePeriod: Duration): string {
    return [
        section("supervisord", { nodaemon: true, logfile: "/dev/null", pidfile: "/tmp/supervisord.pid" }),
        // By which the check finds processes, and restarts them.
        section("unix_http_server", { file: "/tmp/supervisor.sock" }),
        section("rpcinterface:supervisor", {
            "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface",
        }),
        section("program:worker", {
            command: `python ${WORKER_FILE} rq worker %(ENV_QUEUES)s`,
            process_name: "%(program_name)s-%(process_num)s",
            numprocs: "%(ENV_WORKERS_COUNT)s",
            directory: "/app",
            autorestart: true,
            // A worker that has only just begun is not checked.
            startsecs: 300,
            stopwaitsecs: seconds(gracePeriod) - SUPERVISOR_MARGIN,
            ...TO_CONSOLE,
        }),
        // Restarts a worker that is silent while there is work. Supervisor ends it after the workers.
        section("eventlistener:worker_healthcheck", {
            command: "./manage.py rq healthcheck",
            directory: "/app",
            events: "TICK_60",
            ...TO_CONSOLE,
        }),
    ].join("\n");
}

/**
 * `manage.py`, with a worker that lets its query go on for as long as there is time when it is told to stop. Redash's is
 * RQ's `HerokuWorker`, which ends it after 6 s; no setting says otherwise.
 *
 * Source: redash, `redash/tasks/worker.py`; RQ 1.16, `HerokuWorker.imminent_shutdown_delay`.
 *
 * @param gracePeriod the pod's
 */
export function workerProgram(gracePeriod: Duration): string {
    return [
        "from redash.cli import manager",
        "from redash.tasks.worker import Worker",
        "",
        `Worker.imminent_shutdown_delay = ${seconds(gracePeriod) - QUERY_MARGIN}`,
        "manager()",
        "",
    ].join("\n");
}
