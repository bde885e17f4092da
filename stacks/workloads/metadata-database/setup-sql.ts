/** Environment variables that {@link setupSql} reads. */
export const SETUP_VARIABLES = {
    role: "APPLICATION_ROLE",
    database: "APPLICATION_DATABASE",
    password: "APPLICATION_PASSWORD",
} as const;

/**
 * A psql script that makes a database and the role that owns it, and nothing else; run again, it changes nothing but
 * puts the password right. The role may log in and no more: its rights end at its own database, and nobody else's reach in.
 * The names and the password come from the environment, {@link SETUP_VARIABLES}.
 */
export function setupSql(): string {
    return [
        "\\set ON_ERROR_STOP on",
        ...Object.entries(SETUP_VARIABLES).map(([variable, name]) => `\\getenv ${variable} ${name}`),
        "-- The password stands in a statement: keep it out of the server's log.",
        "SET log_statement = 'none';",
        "SET log_min_duration_statement = -1;",
        "SET log_min_error_statement = 'panic';",
        "SELECT format('CREATE ROLE %I', :'role')",
        "WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') \\gexec",
        "SELECT format(",
        "    'ALTER ROLE %I NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS LOGIN PASSWORD %L',",
        "    :'role', :'password') \\gexec",
        "SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'role')",
        "WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \\gexec",
        "SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', :'database') \\gexec",
        "",
    ].join("\n");
}
