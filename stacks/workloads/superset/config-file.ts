/** Variables that {@link supersetConfig} reads; their values stand in Secrets or in the pod's spec. */
export const SUPERSET_VARIABLES = {
    database: "SUPERSET_DATABASE_URL",
    secretKey: "SUPERSET_SECRET_KEY",
    /** `HOST:PORT` of each sentinel, separated by commas. */
    sentinels: "SUPERSET_CACHE_SENTINELS",
    /** The name by which sentinels know the primary. */
    primary: "SUPERSET_CACHE_PRIMARY",
    /** Of servers and sentinels. */
    password: "SUPERSET_CACHE_PASSWORD",
} as const;

/** Numbers of the cache's databases, by what is in them. */
const DATABASES = { tasks: 0, results: 1, cache: 2 } as const;

/** Seconds for which results of queries are kept. */
const RESULT_SECONDS = 86_400;

/** Seconds that a query of SQL Lab may take on a worker: six hours, as is Superset's default. */
const QUERY_SECONDS = 21_600;

/** Seconds from that limit, by which a query is asked to end, to its process being killed. Source: Superset, `sql_lab.py`. */
const KILLED_AFTER_SECONDS = 60;

/**
 * Seconds after which a task that nobody has said to be done is given to another worker. A worker says so at the end
 * (`task_acks_late`), so this has to be more than any task takes, or it runs twice at the same time; Celery's default of an hour
 * is less than a query may. It is also how long the task of a worker that was lost waits, so it is not much more.
 *
 * Source: Celery, "Using Redis", "Visibility timeout"; Kombu, `transport/redis.py`.
 */
const GIVEN_BACK_SECONDS = QUERY_SECONDS + KILLED_AFTER_SECONDS + 600;

/** Parts of Superset that have a cache each; in what is not named they keep it in the memory of one process. */
const CACHES = ["CACHE", "DATA_CACHE", "FILTER_STATE_CACHE", "EXPLORE_FORM_DATA_CACHE"] as const;

/** Everybody asks the sentinels who leads, and asks again when a connection breaks. */
function cacheSettings(): readonly string[] {
    return [
        "_cache = {",
        '    "CACHE_TYPE": "RedisSentinelCache",',
        `    "CACHE_DEFAULT_TIMEOUT": ${RESULT_SECONDS},`,
        '    "CACHE_REDIS_SENTINELS": _sentinels,',
        '    "CACHE_REDIS_SENTINEL_MASTER": _primary,',
        '    "CACHE_REDIS_SENTINEL_PASSWORD": _password,',
        '    "CACHE_REDIS_PASSWORD": _password,',
        `    "CACHE_REDIS_DB": ${DATABASES.cache},`,
        "}",
        ...CACHES.map((name) => `${name}_CONFIG = {**_cache, "CACHE_KEY_PREFIX": "superset_${name.toLowerCase()}_"}`),
        "_results = Sentinel(_sentinels, sentinel_kwargs=_of_sentinels, password=_password, socket_timeout=5)",
        "RESULTS_BACKEND = RedisCache(",
        `    host=_results.master_for(_primary, db=${DATABASES.results}), key_prefix="superset_results_"`,
        ")",
        'RATELIMIT_STORAGE_URI = f"redis+sentinel://:{_password}@{_addresses}/{_primary}"',
        'RATELIMIT_STORAGE_OPTIONS = {"sentinel_kwargs": _of_sentinels}',
    ];
}

function celerySettings(): readonly string[] {
    return [
        "class CeleryConfig:",
        `    broker_url = _urls(${DATABASES.tasks})`,
        "    broker_transport_options = {",
        '        "master_name": _primary,',
        '        "sentinel_kwargs": _of_sentinels,',
        `        "visibility_timeout": ${GIVEN_BACK_SECONDS},`,
        "    }",
        `    result_backend = _urls(${DATABASES.results})`,
        "    result_backend_transport_options = broker_transport_options",
        '    imports = ("superset.sql_lab", "superset.tasks.scheduler", "superset.tasks.cache")',
        "    worker_prefetch_multiplier = 1",
        // A worker that is lost leaves its task to another, once the visibility timeout has passed.
        "    task_acks_late = True",
        "    broker_connection_retry_on_startup = True",
        "    beat_schedule = {",
        '        "reports.scheduler": {"task": "reports.scheduler", "schedule": crontab(minute="*", hour="*")},',
        '        "reports.prune_log": {"task": "reports.prune_log", "schedule": crontab(minute=0, hour=0)},',
        "    }",
    ];
}

function read(variable: string): string {
    return `os.environ["${variable}"]`;
}

/**
 * `superset_config.py`, the same for web, worker and beat. Nothing secret is in it.
 *
 * Source: Superset documentation, "Configuring Superset", "Async Queries via Celery", "Caching"; Celery, "Using Redis";
 * Flask-Caching, `RedisSentinelCache`; limits, "Storage backends".
 */
export function supersetConfig(): string {
    const { database, secretKey, sentinels, primary, password } = SUPERSET_VARIABLES;
    return [
        "import os",
        "",
        "from cachelib.redis import RedisCache",
        "from celery.schedules import crontab",
        "from redis.sentinel import Sentinel",
        "",
        `SECRET_KEY = ${read(secretKey)}`,
        `SQLALCHEMY_DATABASE_URI = ${read(database)}`,
        // A connection that a failover has cut is noticed before it is used.
        'SQLALCHEMY_ENGINE_OPTIONS = {"pool_pre_ping": True}',
        // The load balancer ends TLS; whoever may connect says the network policy.
        "ENABLE_PROXY_FIX = True",
        "SESSION_COOKIE_SECURE = True",
        `SQLLAB_ASYNC_TIME_LIMIT_SEC = ${QUERY_SECONDS}`,
        "",
        `_addresses = ${read(sentinels)}`,
        `_primary = ${read(primary)}`,
        `_password = ${read(password)}`,
        '_of_sentinels = {"password": _password, "socket_timeout": 5}',
        '_sentinels = [(a.rsplit(":", 1)[0], int(a.rsplit(":", 1)[1])) for a in _addresses.split(",")]',
        "",
        "",
        "def _urls(number):",
        '    return ";".join(f"sentinel://:{_password}@{host}:{port}/{number}" for host, port in _sentinels)',
        "",
        "",
        ...cacheSettings(),
        "",
        "",
        ...celerySettings(),
        "",
        "",
        "CELERY_CONFIG = CeleryConfig",
        "",
    ].join("\n");
}
