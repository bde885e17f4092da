import { type Cpu, millicores } from "../../../components/values/quantity.ts";
import type { EnvValue } from "../../../components/workload-args.ts";
import type { DatabaseEndpoint } from "../metadata-database/connection.ts";

export const HTTP_PORT = 3000;
export const METRICS_PORT = 9191;

/** Where drivers are unpacked from the program's own archive. */
export const PLUGIN_DIRECTORY = "/plugins";
export const TEMPORARY_DIRECTORY = "/tmp";

/** The part of the pod's memory that is the heap, in percent; the rest is for drivers, threads and compiled code. */
const HEAP_PERCENT = 70;

/** What a setting depends on. */
export interface MetabaseSettings {
    readonly database: Omit<DatabaseEndpoint, "password">;
    /** Secret with `database-password` and `encryption-key`. */
    readonly secret: string;
    readonly cpu: Cpu;
    /**
     * Host name on the load balancer.
     * @default the user interface is reached inside of the cluster alone
     */
    readonly host?: string;
}

/** Without a CPU limit the virtual machine sees the whole node, and starts threads for it. */
function javaOptions(cpu: Cpu): string {
    return [
        `-XX:MaxRAMPercentage=${HEAP_PERCENT}`,
        `-XX:ActiveProcessorCount=${Math.max(1, Math.ceil(millicores(cpu) / 1000))}`,
        "-XX:+CrashOnOutOfMemoryError",
        "-Dfile.encoding=UTF-8",
        `-Dlogfile.path=${TEMPORARY_DIRECTORY}`,
        `-Djava.io.tmpdir=${TEMPORARY_DIRECTORY}`,
    ].join(" ");
}

/** The database without its credentials, which are in variables of their own; over TLS where the server wants it. */
function connectionUri({ host, port, database, tls }: MetabaseSettings["database"]): string {
    return `jdbc:postgresql://${host}:${port}/${database}${tls ? "?sslmode=require" : ""}`;
}

/**
 * The environment of Metabase, of servers and of the migration alike.
 *
 * Source: Metabase documentation, "Environment variables", "Configuring the application database", "Encrypting your
 * database connection details at rest", "Observability with Prometheus".
 */
export function metabaseEnvironment(settings: MetabaseSettings): Record<string, EnvValue> {
    const { database, secret, cpu, host } = settings;
    return {
        JDK_JAVA_OPTIONS: javaOptions(cpu),
        MB_DB_TYPE: "postgres",
        MB_DB_CONNECTION_URI: connectionUri(database),
        MB_DB_USER: database.user,
        MB_DB_PASS: { secret, key: "database-password" },
        // The job has done it; two servers that start at once would wait for each other's lock.
        MB_DB_AUTOMIGRATE: "false",
        // Encrypts what Metabase knows of other databases.
        MB_ENCRYPTION_SECRET_KEY: { secret, key: "encryption-key" },
        MB_PLUGINS_DIR: PLUGIN_DIRECTORY,
        MB_JETTY_HOST: "0.0.0.0",
        MB_JETTY_PORT: String(HTTP_PORT),
        MB_PROMETHEUS_SERVER_PORT: String(METRICS_PORT),
        MB_ANON_TRACKING_ENABLED: "false",
        MB_CHECK_FOR_UPDATES: "false",
        MB_COLORIZE_LOGS: "false",
        MB_EMOJI_IN_LOGS: "false",
        ...(host === undefined ? {} : { MB_SITE_URL: `https://${host}` }),
    };
}
