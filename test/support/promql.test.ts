import assert from "node:assert/strict";
import { assertParses, metricNames, unaggregatedSelectors } from "./promql.ts";

describe("PromQL in tests", () => {
    it("accepts what Prometheus does", () => {
        assertParses('max by (a) (x{b=~"c\\\\.d"}) / on (a) group_left () sum by (a) (rate(y[5m])) > 0.5');
    });

    for (const expr of ["", "max by (a) (x", 'x{a="b}', "x y", "x and", "x[5]m", "nosuchfunction(x)"]) {
        it(`refuses ${JSON.stringify(expr)}`, () => {
            assert.throws(() => assertParses(expr), assert.AssertionError);
        });
    }

    it("lists the metrics of an expression", () => {
        assert.deepEqual(metricNames('max(x{a="{"}) or rate(y[5m])'), ["x", "y"]);
    });

    it("finds what duplicate series break", () => {
        assert.deepEqual(unaggregatedSelectors("max by (a) (x) > on (a) y"), ["y"]);
        assert.deepEqual(unaggregatedSelectors("x and on (a) y"), ["x"]);
        assert.deepEqual(unaggregatedSelectors("max by (a) (x) and on (a) (y == 1) unless on (a) z"), []);
        assert.deepEqual(unaggregatedSelectors("absent(x)"), []);
        assert.deepEqual(unaggregatedSelectors("changes(x[5m]) == 0"), ["x"]);
    });
});
