import assert from "node:assert/strict";
import * as fc from "fast-check";
import { ValueError } from "../../../components/support/errors.ts";
import { longestPause } from "../../../components/values/schedule.ts";

const HOUR = 3600;
const SPRING = new Date("2026-01-01T00:00:00Z");

describe("longestPause", () => {
    const table: readonly (readonly [string, string, number])[] = [
        ["*/15 * * * *", "Etc/UTC", HOUR / 4],
        ["0 2 * * *", "Etc/UTC", 24 * HOUR],
        // The day on which the clock is set back has 25 hours.
        ["0 12 * * *", "Europe/Berlin", 25 * HOUR],
        ["0 0 * * 1-5", "Etc/UTC", 72 * HOUR],
        ["0 0 1 * *", "Etc/UTC", 31 * 24 * HOUR],
    ];
    for (const [cron, timeZone, expected] of table) {
        it(`${cron} in ${timeZone}: ${expected} s`, () => {
            assert.equal(longestPause({ cron, timeZone }, SPRING), expected);
        });
    }

    it("of a daily run is 24 or 25 hours, whatever its time", () => {
        fc.assert(
            fc.property(fc.nat({ max: 59 }), fc.nat({ max: 23 }), (minute, hour) => {
                const pause = longestPause({ cron: `${minute} ${hour} * * *`, timeZone: "Etc/UTC" }, SPRING);
                return pause === 24 * HOUR;
            }),
            { numRuns: 20 },
        );
    });

    it("does not depend on the day it is computed, over a year", () => {
        const pauses = [0, 100, 200, 300].map((day) =>
            longestPause(
                { cron: "0 12 * * *", timeZone: "Europe/Berlin" },
                new Date(SPRING.getTime() + day * 24 * HOUR * 1000),
            ),
        );
        assert.equal(new Set(pauses).size, 1);
    });

    for (const [cron, timeZone] of [
        ["0 0 30 2 *", "Etc/UTC"],
        ["* * * * * *", "Etc/UTC"],
        ["@hourly", "Etc/UTC"],
        ["0 25 * * *", "Etc/UTC"],
        ["0 2 * * *", "Mars/Olympus"],
    ] as const) {
        it(`${cron} in ${timeZone} is refused`, () => {
            assert.throws(() => longestPause({ cron, timeZone }, SPRING), ValueError);
        });
    }
});
