import assert from "node:assert/strict";
import * as fc from "fast-check";
import { bytesText, cell, columnWidth, count, cpuText, cut, hanging, WIDTH, wrap } from "../../../tools/plan/text.ts";

const PROSE = fc.array(fc.string({ maxLength: 40 }), { maxLength: 40 }).map((words) => words.join(" "));

describe("text", () => {
    it("never wraps wider than it may, and loses no word", () => {
        fc.assert(
            fc.property(PROSE, fc.integer({ min: 8, max: 120 }), (text, width) => {
                const lines = wrap(text, width);
                assert.ok(lines.every((line) => line.length <= width));
                assert.equal(lines.join("").replaceAll(/[\s…]/g, ""), text.replaceAll(/[\s…]/g, ""));
            }),
        );
    });

    it("hangs text under its heading within the width of a plan", () => {
        fc.assert(
            fc.property(PROSE, fc.integer({ min: 0, max: 40 }), (text, indent) => {
                const lines = hanging(" ".repeat(indent), text);
                assert.ok(lines.every((line) => line.length <= WIDTH && line === line.trimEnd()));
            }),
        );
        assert.deepEqual(hanging("Fix: ", `${"a".repeat(90)} then`), [`Fix: ${"a".repeat(90)} then`]);
        assert.deepEqual(hanging("Fix: ", `${"a".repeat(92)} then`), [`Fix: ${"a".repeat(92)}`, "     then"]);
    });

    it("keeps line breaks and indentation", () => {
        assert.deepEqual(wrap("one\n  two three", 8), ["one", "  two", "  three"]);
    });

    it("cuts, fills and aligns", () => {
        assert.equal(cut("abcdef", 4), "abc…");
        assert.equal(cut("abcd", 4), "abcd");
        assert.equal(cell("ab", 4), "ab  ");
        assert.equal(cell("ab", 4, "right"), "  ab");
        assert.equal(columnWidth(["a", "abc"], 2), 2);
        assert.equal(columnWidth([], 9), 0);
    });

    it("writes amounts in the unit that keeps them short", () => {
        assert.deepEqual([0, 512, 1536, 2 ** 30, 1.5 * 2 ** 40].map(bytesText), [
            "0 B",
            "512 B",
            "1.5 KiB",
            "1 GiB",
            "1.5 TiB",
        ]);
        assert.deepEqual([0, 0.25, 2, 1 / 3].map(cpuText), ["0 CPU", "0.25 CPU", "2 CPU", "0.33 CPU"]);
        assert.deepEqual(
            [count(1, "policy", "policies"), count(2, "policy", "policies"), count(0, "pod")],
            ["1 policy", "2 policies", "0 pods"],
        );
    });
});
