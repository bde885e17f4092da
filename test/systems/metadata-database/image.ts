import { chmod, mkdir, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import type { Replacements } from "../support/substitution.ts";
import { workspace } from "../support/workspace.ts";

/** Where WAL and backups go in place of the bucket. */
export async function archiveFolder(): Promise<string> {
    return join(await workspace(), "archive");
}

/** In place of the image's WAL-G, with a folder for the bucket: what our scripts ask of it, and no more. */
function walG(archive: string): string {
    return [
        "#!/bin/sh",
        "set -eu",
        `cd ${archive}`,
        'case "$1" in',
        // Paths are relative to where the server runs it.
        'wal-push) cp "$OLDPWD/$2" "$(basename "$2").part" && mv "$(basename "$2").part" "$(basename "$2")" ;;',
        'wal-fetch) cp "$2" "$OLDPWD/$3" ;;',
        'backup-push) psql --no-psqlrc --tuples-only --command="SELECT pg_is_in_recovery()" >base-backup ;;',
        'delete) echo "$@" >deleted ;;',
        '*) echo "wal-g: $*: not expected" >&2; exit 2 ;;',
        "esac",
        "",
    ].join("\n");
}

/**
 * What stands in for the database's image: its own paths, in a pod's folder, and its programs.
 *
 * @param postgres path of the server, which has its tools beside it
 * @returns PATH of the programs, and what to put in the place of paths
 */
export async function image(
    folder: string,
    postgres: string,
): Promise<{ readonly replace: Replacements; readonly path: string }> {
    const archive = await archiveFolder();
    const programs = join(folder, "bin");
    await Promise.all([archive, programs].map((one) => mkdir(one, { recursive: true })));
    await chmod(archive, 0o777);
    await writeFile(join(programs, "wal-g"), walG(archive), { mode: 0o755 });
    return {
        path: [programs, dirname(postgres), process.env["PATH"] ?? ""].join(delimiter),
        replace: {
            "/run": join(folder, "run"),
            "/var/run/postgresql": join(folder, "run", "postgresql"),
            "/tmp": join(folder, "tmp"),
        },
    };
}
