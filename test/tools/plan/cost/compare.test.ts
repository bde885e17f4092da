import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { costDifference, readBaseline } from "../../../../tools/plan/cost/compare.ts";
import type { Cost } from "../../../../tools/plan/cost.ts";

function cost(items: Readonly<Record<string, number | null>>): Cost {
    const all = Object.entries(items).map(
        ([name, monthly]) => ({ group: "nodes", name, quantity: 1, monthly, price: null }) as const,
    );
    const monthly = all.reduce((sum, item) => sum + (item.monthly ?? 0), 0);
    return { region: "r", items: all, monthly, range: { min: monthly, max: monthly }, unpriced: [], leftOut: [] };
}

describe("cost difference", () => {
    it("lists what changed, came and went, and sums it up", () => {
        const before = { file: "plan.json", stack: "prod", cost: cost({ same: 1, more: 10, gone: 5, dark: null }) };
        const difference = costDifference(before, cost({ same: 1, more: 12.5, come: 7, dark: null }));
        assert.deepEqual(difference.items, [
            { name: "more", before: 10, after: 12.5 },
            { name: "come", before: null, after: 7 },
            { name: "gone", before: 5, after: null },
        ]);
        assert.deepEqual([difference.before, difference.after, difference.monthly], [16, 20.5, 4.5]);
    });

    describe("reads plan.json", () => {
        let folder: string;
        const written = (content: string): string => {
            const file = join(folder, "plan.json");
            writeFileSync(file, content);
            return file;
        };
        before(() => {
            folder = mkdtempSync(join(tmpdir(), "baseline-"));
        });
        after(() => rmSync(folder, { recursive: true }));

        it("with its stack", () => {
            const file = written(JSON.stringify({ stack: "prod", cost: cost({ a: 1 }) }));
            const { stack, cost: read } = readBaseline(file);
            assert.deepEqual([stack, read.items[0]?.name], ["prod", "a"]);
        });

        for (const [what, content] of [
            ["no JSON", "{"],
            ["no plan", "[]"],
            ["a plan without cost", '{"stack":"local","cost":null}'],
            ["another cost", '{"stack":"prod","cost":{"monthly":1,"items":[{"name":"a"}]}}'],
        ] as const) {
            it(`and refuses ${what}`, () => {
                assert.throws(() => readBaseline(written(content)), { name: "Misuse", message: /--compare .*Name / });
            });
        }

        it("and refuses a file that is not there", () => {
            assert.throws(() => readBaseline(join(folder, "none.json")), { name: "Misuse", message: /ENOENT/ });
        });
    });
});
