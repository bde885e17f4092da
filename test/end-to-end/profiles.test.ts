import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { stringify } from "yaml";
import type { PlanJson } from "../../tools/plan/json.ts";
import { byFullKey, withEverySystem } from "./options/configurations.ts";

const REPOSITORY = resolve(import.meta.dirname, "../..");

/** A plan that ends with 0: no policy is violated, and no promise of production is broken. */
async function plan(...args: readonly string[]): Promise<PlanJson> {
    const { stdout } = await promisify(execFile)(
        process.execPath,
        [join(REPOSITORY, "tools/plan.ts"), ...args, "--json"],
        { cwd: REPOSITORY, maxBuffer: 2 ** 27 },
    );
    return JSON.parse(stdout) as PlanJson;
}

describe("profiles", () => {
    let folder: string;

    before(() => {
        folder = mkdtempSync(join(tmpdir(), "profiles-"));
    });

    after(() => rmSync(folder, { recursive: true }));

    it("has a minimal one, all of whose items have a price, and which costs less to run than staging alone", async () => {
        const [minimal, staging] = await Promise.all([
            plan("--stack", "staging", "--with", "tools/plan/minimal.yaml"),
            plan("--stack", "staging"),
        ]);
        assert.deepEqual(minimal.cost?.unpriced, []);
        // Brokers that somebody else runs are paid for as well.
        const own = (of: PlanJson): number =>
            (of.cost?.items ?? [])
                .filter(({ name }) => !/broker/i.test(name))
                .reduce((sum, { monthly }) => sum + (monthly ?? 0), 0);
        assert.ok(own(minimal) > 0 && own(minimal) < own(staging), `${own(minimal)} and ${own(staging)}`);
        assert.ok(minimal.workloads.every(({ name }) => !name.startsWith("kafka-broker")));
    });

    it("has room in prod for every system that can be switched on", async () => {
        const file = join(folder, "everything.yaml");
        writeFileSync(file, stringify({ config: byFullKey(withEverySystem("prod")) }));
        const { capacity } = await plan("--stack", "prod", "--with", file);
        assert.ok(capacity);
        assert.deepEqual(
            capacity.findings.filter(({ level }) => level === "error"),
            [],
        );
    });
});
