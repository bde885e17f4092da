import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runIn, startIn } from "../support/pod-command.ts";
import { endProcessesOf } from "../support/running.ts";
import { until } from "../support/waiting.ts";
import { workspace } from "../support/workspace.ts";

const START_MS = 60_000;

/** A database and who owns it, as in a URL: `postgresql+psycopg2://USER:PASSWORD@HOST:PORT/NAME`. */
interface Owned {
    readonly username: string;
    readonly password: string;
    readonly pathname: string;
}

/**
 * A PostgreSQL server by itself, with TLS, in place of the one behind the pools. It keeps nothing: `fsync` is off.
 */
export class Database {
    readonly #owner: { readonly name: string; readonly folder: string; readonly user: number | undefined };
    readonly #bin: string;

    private constructor(folder: string, bin: string, user: number | undefined) {
        this.#owner = { name: "database", folder, user };
        this.#bin = bin;
    }

    /**
     * @param bin folder of the server's programs
     * @param user number of an ordinary user, which PostgreSQL asks for where the tests run as root
     */
    static async start(address: string, bin: string, user: number | undefined): Promise<Database> {
        const folder = join(await workspace(), "database");
        await mkdir(folder, { mode: 0o777 });
        // The umask took that of others away.
        await chmod(folder, 0o777);
        const database = new Database(folder, bin, user);
        await database.#run("initdb", "--pgdata=data", "--auth-local=trust", "--auth-host=scram-sha-256", "--no-sync");
        await database.#certificate();
        const settings = [
            `listen_addresses=${address}`,
            `unix_socket_directories=${folder}`,
            "ssl=on",
            `ssl_cert_file=${folder}/server.crt`,
            `ssl_key_file=${folder}/server.key`,
            "fsync=off",
        ].flatMap((setting) => ["-c", setting]);
        const server = startIn(database.#owner, [join(bin, "postgres"), "-D", "data", ...settings], {});
        server.stdout?.resume();
        server.stderr?.resume();
        await until("PostgreSQL", async () => (await database.query("SELECT 1")) === "1", START_MS);
        return database;
    }

    /** Makes a database, and the role that owns it. */
    async create({ username, password, pathname }: Owned): Promise<void> {
        await this.query(`CREATE ROLE ${username} LOGIN PASSWORD '${decodeURIComponent(password)}'`);
        await this.query(`CREATE DATABASE ${pathname.slice(1)} OWNER ${username}`);
    }

    /** Rows as `psql` prints them: a line each, with `|` between the columns. */
    async query(sql: string, database: string = "postgres"): Promise<string> {
        const file = join(this.#owner.folder, "query.sql");
        // A password is no argument of a process.
        await writeFile(file, sql, { mode: 0o644 });
        const options = ["--no-psqlrc", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"];
        const to = [`--host=${this.#owner.folder}`, `--dbname=${database}`];
        return (await this.#run("psql", ...options, ...to, `--file=${file}`)).trim();
    }

    async stop(): Promise<void> {
        await endProcessesOf(this.#owner.folder);
    }

    /** One of its own, as Spilo makes it. */
    async #certificate(): Promise<void> {
        const files = ["-keyout", "server.key", "-out", "server.crt"];
        const request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=database"];
        await this.#execute(["openssl", ...request, ...files]);
        await this.#execute(["chmod", "600", "server.key"]);
    }

    #run(program: string, ...args: readonly string[]): Promise<string> {
        return this.#execute([join(this.#bin, program), ...args]);
    }

    async #execute(command: readonly string[]): Promise<string> {
        const { code, stdout, stderr } = await runIn(this.#owner, command, {}, START_MS);
        if (code !== 0) {
            throw new Error(`${command[0]} ended with ${code}: ${stderr}`);
        }
        return stdout;
    }
}
