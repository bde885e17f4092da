import assert from "node:assert/strict";
import * as fc from "fast-check";
import { ValueError } from "../../../components/support/errors.ts";
import { type Duration, duration, prometheusDuration, seconds } from "../../../components/values/duration.ts";

describe("duration", () => {
    const table: readonly (readonly [Duration, number])[] = [
        ["1 second", 1],
        ["90 seconds", 90],
        ["5 minutes", 300],
        ["2 hours", 7200],
        ["1 day", 86_400],
    ];
    for (const [text, expected] of table) {
        it(`${text} is ${expected} s`, () => assert.equal(seconds(text), expected));
    }

    for (const text of [
        "30",
        "30s",
        "-1 seconds",
        "1.5 minutes",
        "1e3 seconds",
        " 1 second",
        "1 fortnight",
        "NaN days",
    ]) {
        it(`"${text}" is refused`, () => assert.throws(() => seconds(text as Duration), ValueError));
    }

    it("is read back as it was written", () => {
        fc.assert(fc.property(fc.nat({ max: 10_000_000 }), (n) => seconds(duration(n)) === n));
    });

    it("is written for Prometheus without losing a second", () => {
        const unit = { s: 1, m: 60, h: 3600 } as const;
        fc.assert(
            fc.property(fc.integer({ min: 1, max: 1_000_000 }), (n) => {
                const match = /^(\d+)([smh])$/.exec(prometheusDuration(n));
                return Number(match?.[1]) * unit[match?.[2] as keyof typeof unit] === n;
            }),
        );
    });
});
