import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");

function text(file: string): string {
    return readFileSync(join(ROOT, file), "utf8");
}

describe("README.md", () => {
    it("quotes the examples and the outputs as they are", () => {
        const run = spawnSync(process.execPath, ["tools/docs.ts", "--check"], { cwd: ROOT, encoding: "utf8" });
        assert.equal(run.status, 0, run.stderr);
    });

    it("quotes each example once, and the plan", () => {
        const regions = [...text("docs/examples.ts").matchAll(/#region (\w+)/g)].map((match) => match[1] ?? "");
        const quoted = [
            ...text("README.md").matchAll(/^<!-- (?:example: (\w+)|output: npm run --silent plan .*) -->$/gm),
        ];
        assert.ok(regions.length > 0);
        assert.deepEqual(quoted.map((match) => match[1] ?? "plan").toSorted(), [...regions, "plan"].toSorted());
    });

    it("closes every block that it opens", () => {
        const fences = text("README.md")
            .split("\n")
            .filter((line) => line.startsWith("```"));
        assert.ok(fences.length > 0);
        for (const [i, fence] of fences.entries()) {
            assert.equal(fence === "```", i % 2 === 1, `fence ${i}: ${fence}`);
        }
        const { length: opened } = text("README.md").split("<details");
        assert.equal(text("README.md").split("</details>").length, opened);
    });
});
