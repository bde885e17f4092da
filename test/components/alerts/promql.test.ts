import assert from "node:assert/strict";
import * as fc from "fast-check";
import { escapeRegExp, maxBy, selector } from "../../../components/alerts/promql.ts";
import { assertParses } from "../../support/promql.ts";

describe("PromQL", () => {
    it("writes each kind of matcher", () => {
        assert.equal(
            selector("up", { a: "x", b: { not: "" }, c: { pattern: "x-[0-9]+" }, d: { oneOf: ["x.y", "z"] } }),
            String.raw`up{a="x",b!="",c=~"x-[0-9]+",d=~"x\\.y|z"}`,
        );
    });

    it("compares with a single value for equality", () => {
        assert.equal(selector("up", { a: { oneOf: ["x.y"] } }), 'up{a="x.y"}');
    });

    it("aggregates to the labels it is given", () => {
        assert.equal(maxBy(["a", "b"], "x"), "max by (a, b) (x)");
    });

    it("escapes text so that it matches itself and nothing else", () => {
        fc.assert(
            fc.property(fc.string(), fc.string(), (text, other) => {
                const pattern = new RegExp(`^(?:${escapeRegExp(text)})$`);
                assert.ok(pattern.test(text));
                assert.equal(pattern.test(other), text === other);
            }),
        );
    });

    it("quotes any text", () => {
        fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => assertParses(selector("up", { a: text }))));
    });
});
