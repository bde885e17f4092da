import assert from "node:assert/strict";
import * as fc from "fast-check";
import { ValueError } from "../../../components/support/errors.ts";
import { duration } from "../../../components/values/duration.ts";
import { assertWithin, type RecoveryArgs, recoveryBudget } from "../../../components/values/recovery-budget.ts";

const RESCHEDULE = {
    kind: "reschedule",
    event: "node",
    startUp: "60 seconds",
    volume: false,
    ordered: false,
    room: "spare",
    nodesPerZone: 20,
} as const satisfies RecoveryArgs;

describe("recoveryBudget", () => {
    it("survivors: detection and endpoint removal", () => {
        assert.equal(recoveryBudget({ kind: "survivors", event: "zone" }).seconds, 55 + 5);
    });

    it("promotion: detection, the leader's time to live, promotion", () => {
        const args = {
            kind: "promotion",
            event: "zone",
            leaderTimeToLive: "30 seconds",
            promotion: "10 seconds",
        } as const;
        assert.equal(recoveryBudget(args).seconds, 55 + 30 + 10);
    });

    it("reschedule: detection, one eviction's turn, toleration, room, start-up", () => {
        assert.equal(recoveryBudget(RESCHEDULE).seconds, 55 + 10 + 30 + 20 + 60);
    });

    it("a volume that moves adds its detach and attach", () => {
        assert.equal(recoveryBudget({ ...RESCHEDULE, volume: true }).seconds - recoveryBudget(RESCHEDULE).seconds, 45);
    });

    it("a new node instead of room adds its launch", () => {
        assert.equal(
            recoveryBudget({ ...RESCHEDULE, room: "new-node" }).seconds - recoveryBudget(RESCHEDULE).seconds,
            100,
        );
    });

    it("a StatefulSet's pod waits for the hand that declares its node dead", () => {
        const terms = recoveryBudget({ ...RESCHEDULE, ordered: true }).terms.map((term) => term.name);
        assert.ok(terms.includes("the node is declared out of service by hand"));
    });

    it("rescheduling promises no zone", () => {
        assert.throws(() => recoveryBudget({ ...RESCHEDULE, event: "zone" }), ValueError);
    });

    it("is the sum of its terms, each with a source", () => {
        const args: fc.Arbitrary<RecoveryArgs> = fc.record({
            kind: fc.constant("reschedule" as const),
            event: fc.constant("node" as const),
            startUp: fc.nat({ max: 3600 }).map(duration),
            volume: fc.boolean(),
            ordered: fc.boolean(),
            room: fc.constantFrom("spare" as const, "new-node" as const),
            nodesPerZone: fc.nat({ max: 300 }),
        });
        fc.assert(
            fc.property(args, (a) => {
                const budget = recoveryBudget(a);
                assert.equal(
                    budget.seconds,
                    budget.terms.reduce((sum, term) => sum + term.seconds, 0),
                );
                assert.ok(budget.terms.every((term) => term.seconds >= 0 && term.source.length > 0));
            }),
        );
    });
});

describe("assertWithin", () => {
    const budget = recoveryBudget({ kind: "survivors", event: "zone" });

    it("accepts the sum itself", () => assert.doesNotThrow(() => assertWithin(budget, "60 seconds")));

    it("refuses a second less, with the sum in the message", () => {
        assert.throws(
            () => assertWithin(budget, "59 seconds"),
            /costs 60 s \(the node is found silent 55 s \+ .* 5 s\)/,
        );
    });
});
