import assert from "node:assert/strict";
import { databaseWindows } from "../../../stacks/infrastructure/windows.ts";

describe("databaseWindows", () => {
    for (const [day, start, maintenance, backup] of [
        ["monday", "07:00", "mon:07:00-mon:08:00", "19:00-20:00"],
        ["wednesday", "11:45", "wed:11:45-wed:12:45", "23:45-00:45"],
        ["saturday", "23:30", "sat:23:30-sun:00:30", "11:30-12:30"],
        ["sunday", "23:00", "sun:23:00-mon:00:00", "11:00-12:00"],
    ] as const) {
        it(`are ${maintenance} and ${backup} for ${day} ${start}`, () => {
            assert.deepEqual(databaseWindows({ day, start }), { maintenance, backup });
        });
    }
});
