import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
    backupJobScript,
    baseBackupScript,
    baseBackupSeconds,
    restoreScript,
} from "../../../../stacks/workloads/metadata-database/backup-scripts.ts";

/** Whether a shell can read it. */
function assertShell(script: string): void {
    const { status, stderr } = spawnSync("/bin/sh", ["-n"], { input: script, encoding: "utf8" });
    assert.equal(status, 0, stderr);
}

describe("scripts of backups", () => {
    it("can be read by a shell", () => {
        assertShell(baseBackupScript("wal-g", "/data"));
        assertShell(backupJobScript("wal-g", "SELECT maintenance.base_backup()", 86_400));
        assertShell(restoreScript("wal-g", { source: "s3://b/p/1", dataDirectory: "/data", to: undefined }));
    });

    it("make one backup at a time, no faster than leaves room for the database", () => {
        const script = baseBackupScript("wal-g", "/data");
        assert.match(script, /flock --nonblock .* wal-g backup-push \/data$/m);
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
        const args = { source: "s3://b/p/1", dataDirectory: "/data" };
        assert.match(restoreScript("wal-g", { ...args, to: "2026-11-21T10:15:00Z" }), /' '2026-11-21T10:15:00Z'\)$/m);
        assert.match(restoreScript("wal-g", { ...args, to: undefined }), /' ''\)$/m);
    });
});
