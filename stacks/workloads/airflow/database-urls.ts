import { type DatabaseEndpoint, databaseUrl } from "../metadata-database/connection.ts";

/** Airflow's documented drivers, one for each of its two engines; the image has both. */
const SYNC = "postgresql+psycopg2";
const ASYNC = "postgresql+asyncpg";

/**
 * A connection to a pod whose node died is given up within half a minute. Without it a component waits for as long as
 * TCP repeats itself, 15 minutes. Source: PostgreSQL manual, "Connection parameters".
 */
const PATIENCE = {
    connect_timeout: "10",
    keepalives_idle: "15",
    keepalives_interval: "5",
    keepalives_count: "3",
    tcp_user_timeout: "30000",
};

/** The URLs by the key of Airflow's Secret. asyncpg knows none of libpq's parameters. */
export function databaseUrls(
    connection: Omit<DatabaseEndpoint, "password">,
    password: string,
): { readonly connection: string; readonly "connection-async": string } {
    const tls: Record<string, string> = connection.tls ? { sslmode: "require" } : {};
    const asyncTls: Record<string, string> = connection.tls ? { ssl: "require" } : {};
    return {
        connection: databaseUrl(SYNC, connection, password, { ...tls, ...PATIENCE }),
        "connection-async": databaseUrl(ASYNC, connection, password, asyncTls),
    };
}
