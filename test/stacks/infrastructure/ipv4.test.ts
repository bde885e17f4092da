import assert from "node:assert/strict";
import * as fc from "fast-check";
import { format, overlaps, parseBlock, part, size } from "../../../stacks/infrastructure/ipv4.ts";

const blocks = fc
    .record({ address: fc.integer({ min: 0, max: 2 ** 32 - 1 }), prefix: fc.integer({ min: 0, max: 32 }) })
    .map(({ address, prefix }) => ({ first: address - (address % 2 ** (32 - prefix)), prefix }));

describe("IPv4 blocks", () => {
    it("reads what it writes", () => {
        fc.assert(fc.property(blocks, (block) => assert.deepEqual(parseBlock(format(block)), block)));
    });

    it("cuts a block into parts that fill it", () => {
        const block = parseBlock("10.20.0.0/16");
        const parts = [0, 1, 2, 3].map((index) => part(block, 2, index));
        assert.equal(
            parts.reduce((sum, one) => sum + size(one), 0),
            size(block),
        );
        assert.deepEqual(parts.map(format), ["10.20.0.0/18", "10.20.64.0/18", "10.20.128.0/18", "10.20.192.0/18"]);
    });

    it("finds a shared address from either side", () => {
        const [outer, inner, other] = ["10.0.0.0/8", "10.20.0.0/16", "11.0.0.0/8"].map(parseBlock);
        assert.ok(outer && inner && other);
        assert.ok(overlaps(outer, inner) && overlaps(inner, outer));
        assert.ok(!overlaps(outer, other));
    });

    for (const text of ["10.0.0.0", "10.0.0/8", "10.0.0.256/8", "10.0.0.0/33", "10.0.0.0/8 ", "fd00::/8", ""]) {
        it(`refuses ${JSON.stringify(text)}`, () => assert.throws(() => parseBlock(text), /no IPv4 range/));
    }

    it("says which block an address with bits behind its prefix lies in", () => {
        assert.throws(() => parseBlock("10.20.30.40/16"), /Write "10\.20\.0\.0\/16"/);
    });
});
