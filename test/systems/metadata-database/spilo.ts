import { parse } from "yaml";
import { isRecord } from "../../../tools/plan/project-config.ts";
import type { Inputs } from "../../support/mocks.ts";

/** What Spilo's image sets where a pod says nothing. Source: zalando/spilo, Dockerfile and configure_spilo.py. */
const IMAGE: Readonly<Record<string, string>> = {
    APIPORT: "8008",
    INITDB_LOCALE: "en_US",
    KUBERNETES_BYPASS_API_SERVICE: "true",
    KUBERNETES_STANDBY_LEADER_LABEL_VALUE: "master",
    PGPORT: "5432",
    RW_DIR: "/run",
};

/** The settings that a cluster begins with. */
const DYNAMIC = {
    ttl: 30,
    loop_wait: 10,
    retry_timeout: 10,
    maximum_lag_on_failover: 33_554_432,
    postgresql: {
        use_pg_rewind: true,
        use_slots: true,
        parameters: {
            archive_mode: "on",
            archive_timeout: "1800s",
            wal_level: "hot_standby",
            wal_log_hints: "on",
            wal_compression: "on",
            max_wal_senders: 10,
            max_replication_slots: 10,
            hot_standby: "on",
            tcp_keepalives_idle: 900,
            tcp_keepalives_interval: 100,
            log_line_prefix: "%t [%p]: [%l-1] %c %x %d %u %a %h ",
            log_checkpoints: "on",
            log_lock_waits: "on",
            log_min_duration_statement: 500,
            log_autovacuum_min_duration: 0,
            log_connections: "on",
            log_disconnections: "on",
            log_statement: "ddl",
            log_temp_files: 0,
            track_functions: "all",
            checkpoint_completion_target: 0.9,
            autovacuum_max_workers: 5,
            autovacuum_vacuum_scale_factor: 0.05,
            autovacuum_analyze_scale_factor: 0.02,
        },
    },
} as const;

/** Extensions that the image loads, and what it sets of them. */
const EXTENSIONS = {
    shared_preload_libraries: "bg_mon,pg_stat_statements,pgextwlist,pg_auth_mon,set_user",
    "bg_mon.listen_address": "0.0.0.0",
    "bg_mon.history_buckets": 120,
    "pg_stat_statements.track_utility": "off",
    "extwlist.custom_path": "/scripts",
} as const;

/** Merged as Spilo does it: what is given wins, lists are not joined, and a null gives way. */
function merged(given: unknown, base: unknown): unknown {
    if (isRecord(given) && isRecord(base)) {
        const keys = new Set([...Object.keys(given), ...Object.keys(base)]);
        return Object.fromEntries([...keys].map((key) => [key, merged(given[key], base[key])]));
    }
    return given ?? base;
}

/** `KUBERNETES_*` become settings of Patroni's `kubernetes`, without the prefix. */
function kubernetes(environment: ReadonlyMap<string, string>, podIp: string): object {
    const given = [...environment].flatMap(([name, value]) =>
        name.startsWith("KUBERNETES_") ? [[name.slice("KUBERNETES_".length).toLowerCase(), value] as const] : [],
    );
    const { use_configmaps, bypass_api_service, labels = "{}", ...rest } = Object.fromEntries(given);
    if (use_configmaps) {
        throw new Error("KUBERNETES_USE_CONFIGMAPS: not expected, the database elects through endpoints");
    }
    return {
        ...rest,
        labels: JSON.parse(labels),
        bootstrap_labels: {},
        use_endpoints: true,
        pod_ip: podIp,
        ports: [{ port: 5432, name: "postgresql" }],
        ...(bypass_api_service === "true" ? { bypass_api_service: true } : {}),
    };
}

/**
 * Patroni's configuration as Spilo's start script makes it from a container's environment, where Kubernetes keeps the
 * state; only as much of the script as our environment reaches. Source: zalando/spilo, configure_spilo.py.
 *
 * @param name of the pod
 */
export function spiloConfiguration(own: ReadonlyMap<string, string>, name: string): Inputs {
    const environment = new Map([...Object.entries(IMAGE), ...own]);
    const of = (variable: string): string => {
        const value = environment.get(variable);
        if (value === undefined) {
            throw new Error(`${variable}: not set, and no default of the image is known`);
        }
        return value;
    };
    const ip = of("POD_IP");
    const certificates = `${of("RW_DIR")}/certs`;
    const base = {
        bootstrap: {
            post_init: '/scripts/post_init.sh "zalandos"',
            dcs: DYNAMIC,
            initdb: [{ encoding: "UTF8" }, { locale: `${of("INITDB_LOCALE")}.UTF-8` }, "data-checksums"],
        },
        scope: of("SCOPE"),
        namespace: of("POD_NAMESPACE"),
        restapi: { listen: `:${of("APIPORT")}`, connect_address: `${ip}:${of("APIPORT")}` },
        postgresql: {
            pgpass: "/run/postgresql/pgpass",
            use_unix_socket: true,
            use_unix_socket_repl: true,
            name,
            listen: `*:${of("PGPORT")}`,
            connect_address: `${ip}:${of("PGPORT")}`,
            data_dir: environment.get("PGDATA") ?? `${of("PGROOT")}/data`,
            parameters: {
                archive_command: "/bin/true",
                logging_collector: "on",
                log_destination: "csvlog",
                log_directory: "../pg_log",
                log_filename: "postgresql-%u.log",
                log_file_mode: "0644",
                log_rotation_age: "1d",
                log_truncate_on_rotation: "on",
                ssl: "on",
                ssl_cert_file: `${certificates}/server.crt`,
                ssl_key_file: `${certificates}/server.key`,
                ...EXTENSIONS,
            },
            authentication: {
                superuser: { username: of("PGUSER_SUPERUSER"), password: of("PGPASSWORD_SUPERUSER") },
                replication: { username: of("PGUSER_STANDBY"), password: of("PGPASSWORD_STANDBY") },
            },
            callbacks: { on_role_change: "/scripts/on_role_change.sh zalandos true" },
            create_replica_method: ["basebackup_fast_xlog"],
            basebackup_fast_xlog: { command: "/scripts/basebackup.sh", retries: 2 },
        },
        kubernetes: kubernetes(environment, ip),
    };
    // PyYAML follows YAML 1.1, where `off` is a boolean.
    return merged(parse(of("SPILO_CONFIGURATION"), { version: "1.1" }), base) as Inputs;
}
