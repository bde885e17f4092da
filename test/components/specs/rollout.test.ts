import assert from "node:assert/strict";
import * as fc from "fast-check";
import { awaitTimeout, replicaSeconds, rolloutSeconds, surgeWidth } from "../../../components/specs/rollout.ts";
import { SPARE_ROOM } from "../../../components/values/recovery-budget.ts";
import { HEALTH } from "./arbitraries.ts";

const count = fc.integer({ min: 0, max: 1000 });
const cost = fc.integer({ min: 1, max: 5000 });

describe("surgeWidth", () => {
    // Kubernetes: pkg/controller/deployment/util, ResolveFenceposts rounds maxSurge up.
    const table: readonly (readonly [replicas: number, width: number])[] = [
        [0, 1],
        [1, 1],
        [4, 1],
        [5, 2],
        [8, 2],
        [9, 3],
        [100, 25],
    ];
    for (const [replicas, width] of table) {
        it(`${width} at once of ${replicas}`, () => assert.equal(surgeWidth(replicas), width));
    }

    it("grows with the replicas", () => {
        fc.assert(fc.property(count, (n) => surgeWidth(n) <= surgeWidth(n + 1)));
    });
});

describe("rolloutSeconds", () => {
    it("grows with the replicas and with the cost of each, and falls with the width", () => {
        fc.assert(
            fc.property(count, count, cost, (replicas, width, each) => {
                const time = rolloutSeconds(replicas, width, each);
                assert.ok(time <= rolloutSeconds(replicas + 1, width, each));
                assert.ok(time <= rolloutSeconds(replicas, width, each + 1));
                assert.ok(time >= rolloutSeconds(replicas, width + 1, each));
                assert.ok(time >= each, "one wave at least");
            }),
        );
    });

    it("has a wave for every replica that is not in a former one", () => {
        fc.assert(
            fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 100 }), (replicas, width) => {
                const waves = rolloutSeconds(replicas, width, 1);
                assert.ok(waves * width >= replicas && (waves - 1) * width < replicas);
            }),
        );
    });
});

describe("replicaSeconds", () => {
    it("adds up what a replica goes through: stop, placement, start, settling", () => {
        assert.equal(replicaSeconds(HEALTH, { gracePeriod: "2 minutes" }, 7), 120 + SPARE_ROOM.seconds + 30 + 7);
    });
});

describe("awaitTimeout", () => {
    it("is longer than the rollout, as text", () => {
        fc.assert(
            fc.property(count, (rollout) => {
                const written = awaitTimeout(rollout)["pulumi.com/timeoutSeconds"];
                assert.match(written, /^\d+$/);
                assert.ok(Number(written) > rollout);
            }),
        );
    });
});
