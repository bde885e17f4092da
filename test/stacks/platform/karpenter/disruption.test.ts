import assert from "node:assert/strict";
import { Cron } from "croner";
import * as fc from "fast-check";
import { disruption } from "../../../../stacks/platform/karpenter/disruption.ts";
import { schemaProblems } from "../../../support/schema.ts";

const DAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"] as const;
const MINUTE = 60_000;
const WEEK = 7 * 24 * 60;
/** A Sunday at midnight. */
const SUNDAY = Date.UTC(2026, 0, 4);

type Window = Parameters<typeof disruption>[0];
type Budget = NonNullable<ReturnType<typeof disruption>["budgets"]>[number];

const MONDAY: Window = { day: "monday", start: "07:00", duration: "4 hours" };

function minutesOf(duration: string): number {
    const [, hours = "0", minutes = "0"] = /^(\d+)h(?:(\d+)m)?$/.exec(duration) ?? [];
    return Number(hours) * 60 + Number(minutes);
}

/** Whether a budget is in force, as Karpenter decides it (`Budget.IsActive`): the schedule was hit within the duration. */
function inForce({ schedule, duration }: Budget, at: number): boolean {
    if (schedule === undefined || duration === undefined) {
        return true;
    }
    const hit = new Cron(schedule, { timezone: "UTC" }).nextRun(new Date(at - minutesOf(duration) * MINUTE));
    return hit !== null && hit.getTime() <= at;
}

/** Nodes that may go at a time for a reason: the strictest of the budgets in force. */
function allowed(window: Window, reason: "Empty" | "Drifted" | "Underutilized", at: number): string {
    const budgets = disruption(window).budgets ?? [];
    const nodes = budgets
        .filter((budget) => budget.reasons?.includes(reason) === true && inForce(budget, at))
        .map((budget) => budget.nodes);
    return nodes.includes("0") ? "0" : (nodes[0] ?? "any");
}

const at = (day: number, hours: number, minutes = 0): number => SUNDAY + ((day * 24 + hours) * 60 + minutes) * MINUTE;

describe("voluntary disruption", () => {
    it("of nodes with pods happens in the window alone, a tenth at once", () => {
        for (const reason of ["Drifted", "Underutilized"] as const) {
            assert.equal(allowed(MONDAY, reason, at(1, 6, 59)), "0");
            assert.equal(allowed(MONDAY, reason, at(1, 7, 1)), "10%");
            assert.equal(allowed(MONDAY, reason, at(1, 10, 59)), "10%");
            assert.equal(allowed(MONDAY, reason, at(1, 11, 1)), "0");
            assert.equal(allowed(MONDAY, reason, at(4, 9)), "0");
        }
    });

    it("of empty nodes happens at any time", () => {
        for (let day = 0; day < 7; day += 1) {
            assert.equal(allowed(MONDAY, "Empty", at(day, 9)), "100%");
        }
    });

    it("follows the window wherever it lies in the week, over midnight and Saturday as well", () => {
        fc.assert(
            fc.property(
                fc.nat({ max: 6 }),
                fc.nat({ max: 24 * 60 - 1 }),
                fc.integer({ min: 60, max: 3 * 24 * 60 }),
                fc.nat({ max: WEEK - 1 }),
                (day, start, length, moment) => {
                    const clock = [Math.floor(start / 60), start % 60].map((part) => String(part).padStart(2, "0"));
                    const window: Window = {
                        day: DAYS[day] ?? "sunday",
                        start: clock.join(":"),
                        duration: `${length} minutes`,
                    };
                    const since = (moment - (day * 24 * 60 + start) + WEEK) % WEEK;
                    // At the minute of a change both may be said.
                    fc.pre(since !== 0 && since !== length);
                    const expected = since < length ? "10%" : "0";
                    assert.equal(allowed(window, "Drifted", SUNDAY + moment * MINUTE), expected);
                },
            ),
            { numRuns: 200 },
        );
    });

    it("is written as the API takes it", () => {
        const spec = {
            disruption: disruption({ ...MONDAY, start: "07:15", duration: "90 minutes" }),
            template: {
                spec: { nodeClassRef: { group: "g", kind: "k", name: "n" }, requirements: [] },
            },
        };
        const pool = { apiVersion: "karpenter.sh/v1", kind: "NodePool", metadata: { name: "n" }, spec };
        assert.deepEqual(schemaProblems(pool), []);
        assert.deepEqual(spec.disruption.budgets?.at(-1), {
            nodes: "0",
            reasons: ["Drifted", "Underutilized"],
            schedule: "45 8 * * 1",
            duration: "166h30m",
        });
    });
});
