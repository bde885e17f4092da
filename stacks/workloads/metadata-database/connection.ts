import type * as pulumi from "@pulumi/pulumi";

/** How a client reaches a PostgreSQL database. */
export interface DatabaseEndpoint {
    /** DNS name. */
    readonly host: string;
    readonly port: number;
    readonly database: string;
    readonly user: string;
    /** Secret; goes into a Secret of the client's own namespace, since Secrets are not seen from another one. */
    readonly password: pulumi.Output<string>;
    /** Whether the server refuses a connection without TLS. Its certificate is its own: it is not verified. */
    readonly tls: boolean;
}

/**
 * A database URL as SQLAlchemy reads it.
 *
 * @param driver dialect and driver: `postgresql+psycopg2`
 * @param password in plain text; everything that has a meaning in a URL is escaped
 * @param parameters appended as the query, in order
 */
export function databaseUrl(
    driver: string,
    connection: Omit<DatabaseEndpoint, "password">,
    password: string,
    parameters: Readonly<Record<string, string>> = {},
): string {
    const { host, port, database, user } = connection;
    const query = new URLSearchParams(parameters).toString();
    const credentials = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
    const path = encodeURIComponent(database);
    return `${driver}://${credentials}@${host}:${port}/${path}${query === "" ? "" : `?${query}`}`;
}
