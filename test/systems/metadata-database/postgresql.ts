import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Program } from "../support/programs.ts";

/** Where Debian has its servers, one major version beside the other. */
const DEBIAN = "/usr/lib/postgresql";

/** PostgreSQL's server with its tools beside it: the newest that is installed. */
export function postgresql(): Program {
    const majors = existsSync(DEBIAN) ? readdirSync(DEBIAN).map(Number) : [];
    const found = majors
        .toSorted((a, b) => b - a)
        .map((major) => join(DEBIAN, String(major), "bin", "postgres"))
        .find((path) => existsSync(path));
    return found === undefined
        ? { missing: "there is no PostgreSQL server: apt-get install postgresql" }
        : { path: found };
}

/** The server's major version, for a title. */
export function majorOf(server: Program): string {
    return "path" in server ? (/\/(\d+)\/bin\//.exec(server.path)?.[1] ?? "") : "";
}

/** Names of the settings that the PostgreSQL in a Python environment knows. */
export async function knownSettings(environment: string): Promise<ReadonlySet<string>> {
    const run = promisify(execFile);
    const script = "import embedded_postgres as p; print(p.__path__[0])";
    const { stdout: folder } = await run(join(environment, "bin", "python"), ["-c", script]);
    const { stdout } = await run(join(folder.trim(), "pginstall", "bin", "postgres"), ["--describe-config"]);
    return new Set(stdout.split("\n").map((line) => line.split("\t")[0] ?? ""));
}

/** Units of PostgreSQL's settings, in bytes or milliseconds. */
const UNITS: Readonly<Record<string, number>> = {
    "8kB": 8192,
    kB: 1024,
    MB: 2 ** 20,
    GB: 2 ** 30,
    ms: 1,
    s: 1000,
    min: 60_000,
};

/** A value in the unit that PostgreSQL counts a setting in, as text: `1024MB` is 131072 of `8kB`. */
export function inUnit(value: string, unit: string | null): string {
    const [, amount, own = unit ?? ""] = /^(\d+)([A-Za-z]+)?$/.exec(value) ?? [];
    const [from, to] = [UNITS[own], UNITS[unit ?? ""]];
    return amount === undefined || from === undefined || to === undefined
        ? value
        : String((Number(amount) * from) / to);
}
