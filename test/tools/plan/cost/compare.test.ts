import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { ASSUMED, assumptionsOf } from "../../../../tools/plan/cost/assumptions.ts";
import { costDifference, readBaseline } from "../../../../tools/plan/cost/compare.ts";
import type { Cost } from "../../../../tools/plan/cost.ts";

function cost(items: Readonly<Record<string, number | null>>): Cost {
    const all = Object.entries(items).map(
        ([name, monthly]) => ({ group: "nodes", name, quantity: 1, monthly, price: null }) as const,
    );
    const monthly = all.reduce((sum, item) => sum + (item.monthly ?? 0), 0);
    const range = { min: monthly, max: monthly };
    return { region: "r", items: all, monthly, range, unpriced: [], assumptions: assumptionsOf(ASSUMED), leftOut: [] };
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

    it("adds up: what the items differ by is what the sums differ by, whichever items there are", () => {
        const bill = fc.dictionary(
            fc.constantFrom("a", "b", "c", "d"),
            fc.option(fc.integer({ min: 0, max: 1_000_000 }).map((amount) => amount / 100)),
        );
        fc.assert(
            fc.property(bill, bill, (one, other) => {
                const baseline = { file: "plan.json", stack: "prod", cost: cost(one) };
                const { items, monthly } = costDifference(baseline, cost(other));
                const sum = items.reduce((all, { before, after }) => all + (after ?? 0) - (before ?? 0), 0);
                assert.ok(Math.abs(sum - monthly) < 0.01);
                const names = new Set([...Object.keys(one), ...Object.keys(other)]);
                const differing = [...names].filter(
                    (name) => one[name] !== other[name] || name in one !== name in other,
                );
                assert.deepEqual(items.map(({ name }) => name).toSorted(), differing.toSorted());
            }),
            { numRuns: 200 },
        );
    });

    it("takes items of one name for one", () => {
        const twice = cost({ a: 1 });
        const both = { ...twice, items: [...twice.items, ...twice.items], monthly: 2 };
        const difference = costDifference({ file: "plan.json", stack: "prod", cost: twice }, both);
        assert.deepEqual(difference.items, [{ name: "a", before: 1, after: 2 }]);
    });

    it("says which assumptions are others", () => {
        const before = { ...cost({}), assumptions: assumptionsOf({ ...ASSUMED, kafkaGigabytes: 5 }) };
        const difference = costDifference({ file: "plan.json", stack: "prod", cost: before }, cost({}));
        assert.deepEqual(difference.assumptions, ["kafkaGigabytes (5 and 1000)"]);
        const { assumptions: _none, ...old } = before;
        const baseline = { file: "plan.json", stack: "prod", cost: old as Cost };
        assert.deepEqual(costDifference(baseline, cost({})).assumptions, []);
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
            ["an amount that is none", '{"stack":"prod","cost":{"monthly":1,"items":[{"name":"a","monthly":"1"}]}}'],
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
