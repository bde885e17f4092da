import assert from "node:assert/strict";
import * as fc from "fast-check";
import { ValueError } from "../../../components/support/errors.ts";
import {
    type Bytes,
    bytes,
    type Cpu,
    gibibytes,
    millicores,
    type VolumeSize,
} from "../../../components/values/quantity.ts";

describe("quantity", () => {
    it("reads binary units", () => {
        assert.deepEqual((["1Ki", "1Mi", "2Gi", "1Ti"] as const).map(bytes), [2 ** 10, 2 ** 20, 2 ** 31, 2 ** 40]);
    });

    it("orders sizes as their numbers do, across units", () => {
        const size = fc.tuple(fc.integer({ min: 1, max: 4096 }), fc.constantFrom("Ki", "Mi", "Gi", "Ti"));
        const factor = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 } as const;
        fc.assert(fc.property(size, ([n, unit]) => bytes(`${n}${unit as "Gi"}`) === n * factor[unit]));
    });

    for (const text of ["0Gi", "-1Gi", "1.5Gi", "1GB", "1", "Gi", "1e3Mi", "01Gi"]) {
        it(`"${text}" is no amount of bytes`, () => assert.throws(() => bytes(text as Bytes), ValueError));
    }

    it("reads CPU in cores and millicores", () => {
        assert.deepEqual((["250m", "2", "0.5", "1.125"] as const).map(millicores), [250, 2000, 500, 1125]);
    });

    it("reads millicores and cores alike", () => {
        fc.assert(
            fc.property(fc.integer({ min: 1, max: 256_000 }), (m) => millicores(`${m}m`) === millicores(`${m / 1000}`)),
        );
    });

    for (const text of ["0", "0m", "-1", "1.5m", "two", "", "1.0001"]) {
        it(`"${text}" is no amount of CPU`, () => assert.throws(() => millicores(text as Cpu), ValueError));
    }

    it("counts volumes in GiB", () => {
        assert.deepEqual([gibibytes("20Gi"), gibibytes("2Ti")], [20, 2048]);
    });

    it("refuses a volume larger than gp3 takes", () => {
        assert.equal(gibibytes("64Ti"), 65_536);
        assert.throws(() => gibibytes("65Ti"), ValueError);
        assert.throws(() => gibibytes("500Mi" as VolumeSize), ValueError);
    });
});
