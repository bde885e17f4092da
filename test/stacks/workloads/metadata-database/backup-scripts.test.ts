import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
    backupJobScript,
    baseBackupScript,
    baseBackupSeconds,
    firstStartScript,
    restoreScript,
} from "../../../../stacks/workloads/metadata-database/backup-scripts.ts";

const RESTORE = { source: "s3://b/p/1", place: "s3://b/p/2", dataDirectory: "/data" } as const;

/** What `backup-list --json` prints of one backup. Source: WAL-G 3.0.5, `internal/printlist`. */
const LISTED = '[{"backup_name":"base_000000010000000000000002","time":"2026-11-21T01:31:00Z"}]';

/** Runs a script with arguments. */
function run(script: string, ...args: readonly string[]): { readonly status: number | null; readonly said: string } {
    const { status, stdout, stderr } = spawnSync("/bin/sh", ["-s", ...args], { input: script, encoding: "utf8" });
    return { status, said: `${stdout}${stderr}` };
}

/** Whether a shell can read it. */
function assertShell(script: string): void {
    const { status, stderr } = spawnSync("/bin/sh", ["-n"], { input: script, encoding: "utf8" });
    assert.equal(status, 0, stderr);
}

describe("scripts of backups", () => {
    it("can be read by a shell", () => {
        assertShell(baseBackupScript("wal-g", "/data"));
        assertShell(backupJobScript("wal-g", "SELECT maintenance.base_backup()", 86_400));
        assertShell(restoreScript("wal-g", { ...RESTORE, to: undefined }));
        assertShell(firstStartScript("wal-g", "s3://b/p/1"));
    });

    it("make one backup at a time, no faster than leaves room for the database", () => {
        const script = baseBackupScript("wal-g", "/data");
        assert.match(script, /^exec flock --timeout "\$1" .* wal-g backup-push \/data$/m);
        assert.match(script, /WALG_DISK_RATE_LIMIT=52428800$/m);
    });

    it("delete nothing if there is no new backup, and never the last two", () => {
        const lines = backupJobScript("wal-g", "SELECT 1", 100).split("\n");
        assert.equal(lines[0], "set -eu");
        const made = lines.findIndex((line) => line.startsWith("psql "));
        const deleted = lines.findIndex((line) => line.includes("wal-g delete retain FULL 2 --after"));
        assert.ok(made > 0 && deleted > made);
    });

    it("give the longest backup the time that it takes", () => {
        const gib = 2 ** 30;
        assert.ok(baseBackupSeconds(50 * gib) > (50 * 1024) / 50);
        assert.ok(baseBackupSeconds(100 * gib) > baseBackupSeconds(50 * gib));
    });

    it("quote the moment of a restore, or leave it empty", () => {
        assert.match(
            restoreScript("wal-g", { ...RESTORE, to: "2026-11-21T10:15:00Z" }),
            /' '2026-11-21T10:15:00Z'\)$/m,
        );
        assert.match(restoreScript("wal-g", { ...RESTORE, to: undefined }), /' ''\)$/m);
    });

    describe("refuse to begin a cluster", () => {
        /** Prints what is listed, whatever is asked. */
        const listing = (printed: string): string => `/bin/sh -c 'printf "%s" "$0"' '${printed}'`;
        const refused = /^s3:\/\/b\/p\/2 has the backups of another cluster\..* metadataDatabase\.restored/;

        it("where there are backups, and go on where there are none", () => {
            const first = run(firstStartScript(listing(""), "s3://b/p/2"), "echo", "went on");
            assert.deepEqual(first, { status: 0, said: "went on\n" });
            const second = run(firstStartScript(listing(LISTED), "s3://b/p/2"), "echo", "went on");
            assert.equal(second.status, 1);
            assert.match(second.said, refused);
            assert.doesNotMatch(second.said, /went on/);
        });

        it("where it cannot be told", () => {
            const { status, said } = run(firstStartScript("false", "s3://b/p/2"), "echo", "went on");
            assert.notEqual(status, 0);
            assert.doesNotMatch(said, /went on/);
        });

        it("before anything is fetched, where a restored one would write beside another", () => {
            const { status, said } = run(restoreScript(listing(LISTED), { ...RESTORE, to: undefined }));
            assert.equal(status, 1);
            assert.match(said, refused);
            assert.doesNotMatch(said, /restoring/);
        });
    });
});
