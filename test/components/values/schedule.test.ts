import assert from "node:assert/strict";
import * as fc from "fast-check";
import { ValueError } from "../../../components/support/errors.ts";
import { longestPause } from "../../../components/values/schedule.ts";

const HOUR = 3600;

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
            assert.equal(longestPause({ cron, timeZone }), expected);
        });
    }

    it("of a daily run in UTC is 24 hours, whatever its time", () => {
        fc.assert(
            fc.property(fc.nat({ max: 59 }), fc.nat({ max: 23 }), (minute, hour) => {
                const pause = longestPause({ cron: `${minute} ${hour} * * *`, timeZone: "Etc/UTC" });
                return pause === 24 * HOUR;
            }),
            { numRuns: 3 },
        );
    });

    for (const [cron, timeZone] of [
        ["0 0 30 2 *", "Etc/UTC"],
        ["* * * * * *", "Etc/UTC"],
        ["@hourly", "Etc/UTC"],
        ["0 25 * * *", "Etc/UTC"],
        ["0 2 * * *", "Mars/Olympus"],
    ] as const) {
        it(`${cron} in ${timeZone} is refused`, () => {
            assert.throws(() => longestPause({ cron, timeZone }), ValueError);
        });
    }
});
