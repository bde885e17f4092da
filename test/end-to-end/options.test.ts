import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { planned, startOf, withValues } from "./options/configurations.ts";
import { allOptions } from "./options/options.ts";
import { valueAt, withValue } from "./options/paths.ts";
import { TRIALS } from "./options/table.ts";
import { otherValue } from "./options/values.ts";

describe("a configuration's option", () => {
    const options = allOptions();

    it("has its place in the table only if there is such an option", () => {
        const ids = new Set(options.map(({ id }) => id));
        assert.deepEqual(
            Object.keys(TRIALS).filter((id) => !ids.has(id)),
            [],
        );
    });

    for (const option of options) {
        it(`${option.id} changes the plan`, async () => {
            const trial = TRIALS[option.id] ?? {};
            const start = startOf(option, trial);
            const present = valueAt(start.sections, option.path);
            const other = "value" in trial ? trial.value : otherValue(option, present);
            assert.ok(
                !isDeepStrictEqual(other, present),
                `no other value than ${JSON.stringify(present)} can be made by its type (${option.type}): ` +
                    "test/end-to-end/options/table.ts has to give one",
            );
            const sections = withValue(withValues(start.sections, trial.to), option.path, other);
            const before = await planned(start);
            if (trial.refused !== undefined) {
                await assert.rejects(planned({ ...start, sections }), trial.refused);
                return;
            }
            const after = await planned({ ...start, sections });
            assert.notEqual(after, before, `${JSON.stringify(present)} and ${JSON.stringify(other)} plan the same`);
        });
    }
});
