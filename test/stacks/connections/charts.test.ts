import assert from "node:assert/strict";
import { CHARTS as PINNED } from "../../../stacks/platform/charts.ts";
import { chartRecords, valueProblems } from "../../support/chart-values.ts";
import { CHARTS } from "./charts.ts";

/** A value at the end of a path. */
function at(path: string, value: unknown): unknown {
    return path.split(".").reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
}

describe("what is assumed of charts", () => {
    it("is about every chart in use, and about no other", () => {
        const used = Object.values(PINNED).map(({ chart }) => chart);
        assert.deepEqual(Object.keys(CHARTS).toSorted(), used.toSorted());
    });

    it("depends on values that the charts have", () => {
        const problems = Object.entries(CHARTS).flatMap(([chart, { edges, readers = [] }]) => {
            const record = chartRecords().get(chart);
            assert.ok(record !== undefined, chart);
            const values = [
                ...edges.flatMap(({ when }) => (when === undefined ? [] : [at(when, true)])),
                ...readers.map((reader) => at(reader.values, [])),
            ];
            return values.flatMap((value) => valueProblems(record, value).map((problem) => `${chart}: ${problem}`));
        });
        assert.deepEqual(problems, []);
    });
});
