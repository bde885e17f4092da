import assert from "node:assert/strict";
import * as fc from "fast-check";
import { dispensable, disruptionBudget } from "../../../components/specs/disruption-budget.ts";
import { assertValid } from "../../support/schema.ts";
import { OWNER, rendered } from "./arbitraries.ts";

describe("dispensable", () => {
    const table: readonly (readonly [members: number, away: number])[] = [
        [1, 0],
        [2, 0],
        [3, 1],
        [4, 1],
        [5, 2],
        [7, 3],
    ];
    for (const [members, away] of table) {
        it(`${away} of ${members}`, () => assert.equal(dispensable(members), away));
    }

    it("keeps a majority, and as few as one", () => {
        fc.assert(
            fc.property(fc.integer({ min: 1, max: 1001 }), (members) => {
                const away = dispensable(members);
                assert.ok(members - away > members / 2, "a majority stays");
                assert.ok(members - (away + 1) <= members / 2, "one more would lose it");
            }),
        );
    });
});

describe("disruptionBudget", () => {
    it("never blocks a drain for good, whatever is asked", () => {
        fc.assert(
            fc.property(fc.integer({ min: -3, max: 50 }), (asked) => {
                const object = rendered("policy/v1", "PodDisruptionBudget", disruptionBudget("web", OWNER, asked));
                assertValid(object);
                assert.ok(object["spec"].maxUnavailable >= Math.max(1, asked));
            }),
        );
    });
});
