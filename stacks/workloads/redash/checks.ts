/** The variable by which Redash finds its cache. */
export const REDIS_VARIABLE = "REDASH_REDIS_URL";

const CONNECT = [
    "import os",
    "import socket",
    "",
    "import redis",
    "",
    `cache = redis.from_url(os.environ["${REDIS_VARIABLE}"])`,
];

/**
 * A Python program that fails unless a scheduler holds the lock, which expires unless it is renewed with each round.
 *
 * Source: rq-scheduler 0.13, `Scheduler.scheduler_lock_key`.
 */
export function schedulerCheck(): string {
    return [...CONNECT, 'raise SystemExit(not cache.exists("rq:scheduler:scheduler_lock"))', ""].join("\n");
}

/**
 * A Python program that fails unless a worker of this very pod is registered; one that dies is forgotten after its
 * heartbeats stop.
 *
 * Source: RQ, `Worker.redis_workers_keys` and the worker's hash.
 */
export function workerCheck(): string {
    return [
        ...CONNECT,
        "host = socket.gethostname().encode()",
        'workers = cache.smembers("rq:workers")',
        'raise SystemExit(not any(cache.hget(worker, "hostname") == host for worker in workers))',
        "",
    ].join("\n");
}
