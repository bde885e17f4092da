import type { DatabaseEndpoint } from "./connection.ts";

/** Port of the image, and of the Service. */
export const PGBOUNCER_PORT = 6432;

/** Directory of the Secret with the users. */
export const USERS_DIRECTORY = "/etc/pgbouncer-users";
/** File in it, in PgBouncer's format. */
export const USERS_FILE = "userlist.txt";

/** Clients that may be connected at once; they wait for one of the few server connections. */
const MAX_CLIENTS = 1000;

/**
 * PgBouncer's configuration. Source: pgbouncer.org, "Config".
 *
 * Pooling is by transaction: a few server connections carry many clients, which Airflow's own chart has as well.
 * What a session keeps (advisory locks, SET, temporary tables) does not survive a transaction, so migrations go past it.
 *
 * @param poolSize server connections that this instance may hold
 */
export function pgbouncerIni(connection: Omit<DatabaseEndpoint, "password">, poolSize: number): string {
    const { host, port, database, user } = connection;
    const settings: Readonly<Record<string, string | number>> = {
        listen_addr: "*",
        listen_port: PGBOUNCER_PORT,
        // No socket file: the root file system is read-only.
        unix_socket_dir: "",
        auth_type: "scram-sha-256",
        auth_file: `${USERS_DIRECTORY}/${USERS_FILE}`,
        pool_mode: "transaction",
        default_pool_size: poolSize,
        max_db_connections: poolSize,
        max_client_conn: MAX_CLIENTS,
        // asyncpg prepares every statement; PgBouncer carries them over to whichever connection is used.
        max_prepared_statements: 200,
        ignore_startup_parameters: "extra_float_digits",
        server_tls_sslmode: connection.tls ? "require" : "disable",
        // Following a promotion: the leader's address stays, what is behind it changes. Dead connections are found within
        // half a minute, idle and old ones are given up. While no leader answers, clients wait for one, longer than a
        // promotion takes; a server that answers but is still in recovery makes PgBouncer refuse them at once (tried).
        dns_max_ttl: 5,
        server_connect_timeout: 5,
        server_login_retry: 2,
        server_check_delay: 5,
        server_idle_timeout: 60,
        server_lifetime: 600,
        query_wait_timeout: 120,
        tcp_keepalive: 1,
        tcp_keepidle: 15,
        tcp_keepintvl: 5,
        tcp_keepcnt: 3,
        tcp_user_timeout: 30_000,
        admin_users: "",
        stats_users: "",
        log_connections: 0,
        log_disconnections: 0,
    };
    return [
        "[databases]",
        `${database} = host=${host} port=${port} dbname=${database} user=${user}`,
        "",
        "[pgbouncer]",
        ...Object.entries(settings).map(([name, value]) => `${name} = ${value}`.trimEnd()),
        "",
    ].join("\n");
}

function quoted(text: string): string {
    return `"${text.replaceAll('"', '""')}"`;
}

/** A line of PgBouncer's user list; quotes are doubled. With the password itself, both sides can use SCRAM. */
export function userListEntry(user: string, password: string): string {
    return `${quoted(user)} ${quoted(password)}\n`;
}
