import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

describe("README.md", () => {
    it("quotes the examples and the outputs as they are", () => {
        const root = fileURLToPath(new URL("../../", import.meta.url));
        const run = spawnSync(process.execPath, ["tools/docs.ts", "--check"], { cwd: root, encoding: "utf8" });
        assert.equal(run.status, 0, run.stderr);
    });
});
