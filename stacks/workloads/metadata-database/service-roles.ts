/** What the roles of services may do, by name; each logs in with a password of its own. */
const ROLES = {
    /** Has the leader make base backups, by {@link BASE_BACKUP_STATEMENT}. */
    backup: [],
    /** Reads PostgreSQL's figures. Source: PostgreSQL manual, "Predefined Roles". */
    monitoring: ["pg_monitor"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** A role of a service that keeps the database, not of one that keeps data in it. */
export type ServiceRole = keyof typeof ROLES;

export const SERVICE_ROLES = Object.keys(ROLES) as readonly ServiceRole[];

/** The variable that {@link serviceRolesSql} reads the role's password from. */
export function passwordVariable(role: ServiceRole): string {
    return `${role.toUpperCase()}_PASSWORD`;
}

/** The database in which the function for backups lies. */
export const MAINTENANCE_DATABASE = "postgres";

const FUNCTION = "maintenance.base_backup()";

/** What has the leader make a base backup; it ends when the backup is there, or fails with it. */
export const BASE_BACKUP_STATEMENT = `SELECT ${FUNCTION}`;

function roleSql(role: ServiceRole, memberships: readonly string[]): readonly string[] {
    const variable = `${role}_password`;
    return [
        `\\getenv ${variable} ${passwordVariable(role)}`,
        `SELECT 'CREATE ROLE ${role}' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${role}') \\gexec`,
        "SELECT format(",
        `    'ALTER ROLE ${role} NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS LOGIN PASSWORD %L',`,
        `    :'${variable}') \\gexec`,
        ...memberships.map((group) => `GRANT ${group} TO ${role};`),
    ];
}

/**
 * The part of the set-up that is about services, after `setupSql`, whose settings keep passwords out of the log.
 *
 * A base backup is read from the leader's own files, beside the server: over the replication protocol the image's WAL-G
 * (3.0) makes none of PostgreSQL 15 and later (wal-g/wal-g#1385). So the server starts it, by a function that does this
 * alone, with rights that its caller has not: the role may ask for a backup and for nothing else.
 *
 * @param command what makes the backup, as a shell of the server's user runs it
 */
export function serviceRolesSql(command: string): string {
    return [
        ...Object.entries(ROLES).flatMap(([role, groups]) => roleSql(role as ServiceRole, groups)),
        "CREATE SCHEMA IF NOT EXISTS maintenance;",
        `CREATE OR REPLACE FUNCTION ${FUNCTION} RETURNS void LANGUAGE plpgsql SECURITY DEFINER`,
        "    SET search_path = pg_catalog, pg_temp AS $function$",
        "BEGIN",
        `    COPY (SELECT WHERE false) TO PROGRAM '${command}';`,
        "END $function$;",
        `REVOKE ALL ON FUNCTION ${FUNCTION} FROM PUBLIC;`,
        "GRANT USAGE ON SCHEMA maintenance TO backup;",
        `GRANT EXECUTE ON FUNCTION ${FUNCTION} TO backup;`,
        "",
    ].join("\n");
}
