import assert from "node:assert/strict";
import * as fc from "fast-check";
import { shares } from "../../../../tools/control-plane/nodes/shares.ts";

const WEIGHTS = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 6 });

describe("shares", () => {
    it("splits by weights, the largest remainders first", () => {
        assert.deepEqual(shares(60, [9, 3, 4, 44], 0), [9, 3, 4, 44]);
        assert.deepEqual(shares(10, [1, 1, 1], 0), [4, 3, 3]);
        assert.deepEqual(shares(5, [1, 2], 0), [2, 3]);
    });

    it("gives everybody the least", () => {
        assert.deepEqual(shares(1, [9, 3], 3), [3, 3]);
        assert.deepEqual(shares(30, [9, 3, 4, 44], 3), [4, 3, 3, 20]);
    });

    it("gives no more than all, unless the least of everybody is more", () => {
        fc.assert(
            fc.property(
                fc.integer({ min: 0, max: 1000 }),
                WEIGHTS,
                fc.integer({ min: 0, max: 5 }),
                (all, weights, least) => {
                    const parts = shares(all, weights, least);
                    assert.ok(parts.every((part) => part >= least));
                    const sum = parts.reduce((one, other) => one + other, 0);
                    assert.equal(sum, Math.max(all, least * weights.length));
                },
            ),
        );
    });

    it("always gives all, within one of the exact share", () => {
        fc.assert(
            fc.property(fc.integer({ min: 0, max: 1000 }), WEIGHTS, (all, weights) => {
                const parts = shares(all, weights, 0);
                const total = weights.reduce((sum, weight) => sum + weight, 0);
                assert.equal(
                    parts.reduce((sum, part) => sum + part, 0),
                    all,
                );
                parts.forEach((part, index) =>
                    assert.ok(Math.abs(part - (all * (weights[index] ?? 0)) / total) < 1 + 1e-9),
                );
            }),
        );
    });
});
