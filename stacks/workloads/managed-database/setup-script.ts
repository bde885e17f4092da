import { SETUP_VARIABLES } from "../metadata-database/setup-sql.ts";

/** Environment variables that {@link setupScript} reads beside {@link SETUP_VARIABLES}. */
export const SERVER_VARIABLES = {
    host: "DATABASE_HOST",
    port: "DATABASE_PORT",
    secret: "ADMINISTRATOR_SECRET_ARN",
    region: "ADMINISTRATOR_SECRET_REGION",
} as const;

/**
 * A Python program that makes a database on a server of RDS and the role that owns it; run again, it changes nothing but
 * puts the password right. It needs boto3 and psycopg2.
 *
 * The administrator's name and password come from Secrets Manager and stay in the program's memory. The role's password
 * leaves it as what SCRAM stores, so it stands in no statement that the server may log. RDS's administrator is no
 * superuser: it makes the role without attributes instead of taking them away, and is a member of it for as long as
 * it hands the database over, which PostgreSQL demands of whoever names another owner (manual, "CREATE DATABASE").
 */
export function setupScript(): string {
    const variables = Object.entries({ ...SETUP_VARIABLES, ...SERVER_VARIABLES });
    return [
        "import json",
        "import os",
        "",
        "import boto3",
        "import psycopg2",
        "from psycopg2 import sql",
        "from psycopg2.extensions import encrypt_password",
        "",
        ...variables.map(([variable, name]) => `${variable} = os.environ["${name}"]`),
        "",
        'manager = boto3.client("secretsmanager", region_name=region)',
        'administrator = json.loads(manager.get_secret_value(SecretId=secret)["SecretString"])',
        "connection = psycopg2.connect(",
        '    host=host, port=port, dbname="postgres", sslmode="require", connect_timeout=10,',
        '    user=administrator["username"], password=administrator["password"],',
        ")",
        "connection.autocommit = True",
        "cursor = connection.cursor()",
        "",
        "",
        "def run(statement, **names):",
        "    cursor.execute(sql.SQL(statement).format(**names))",
        "",
        "",
        "def missing(query, name):",
        "    cursor.execute(query, (name,))",
        "    return cursor.fetchone() is None",
        "",
        "",
        "owner, own = sql.Identifier(role), sql.Identifier(database)",
        'if missing("SELECT FROM pg_roles WHERE rolname = %s", role):',
        '    run("CREATE ROLE {owner}", owner=owner)',
        'stored = sql.Literal(encrypt_password(password, role, connection, "scram-sha-256"))',
        'run("ALTER ROLE {owner} LOGIN PASSWORD {stored}", owner=owner, stored=stored)',
        'run("GRANT {owner} TO CURRENT_USER", owner=owner)',
        'if missing("SELECT FROM pg_database WHERE datname = %s", database):',
        '    run("CREATE DATABASE {own} OWNER {owner}", own=own, owner=owner)',
        'run("REVOKE ALL ON DATABASE {own} FROM PUBLIC", own=own)',
        'run("REVOKE {owner} FROM CURRENT_USER", owner=owner)',
        'print(f"{database} is there and belongs to {role}")',
        "",
    ].join("\n");
}
