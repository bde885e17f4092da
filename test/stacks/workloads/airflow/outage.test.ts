import assert from "node:assert/strict";
import * as fc from "fast-check";
import { duration } from "../../../../components/values/duration.ts";
import {
    ATTEMPT_SECONDS,
    expectedWait,
    RETRY_WAIT,
    requestAttempts,
    TASK_HEARTBEAT_SECONDS,
    tokenLife,
} from "../../../../stacks/workloads/airflow/outage.ts";

/** Outages from what Kubernetes needs to find a lost node to far more than prod allows, in seconds. */
const outages = fc.integer({ min: 60, max: 7200 });

describe("a task's request", () => {
    it("waits longer and longer, up to the longest wait, and not after the last attempt", () => {
        const { min, max } = RETRY_WAIT;
        const waits = [1, 2, 4, 8, 16, 32, 64, max, max].map((longest) => (min + longest) / 2);
        const sums = waits.map((_, index) => waits.slice(0, index + 1).reduce((sum, wait) => sum + wait, 0));
        assert.deepEqual(
            [0, ...sums],
            Array.from({ length: 10 }, (_, index) => expectedWait(index + 1)),
        );
    });

    it("would be given up after 158 s on average with ten attempts", () => {
        assert.equal(expectedWait(10), 158);
    });

    it("is made twenty times to outlast five minutes twice over", () => {
        assert.equal(requestAttempts("5 minutes"), 20);
        assert.equal(expectedWait(20), 613);
        assert.ok(expectedWait(19) < 600);
    });

    it("outlasts any outage twice over on average, with no attempt more than that takes", () => {
        fc.assert(
            fc.property(outages, (seconds) => {
                const attempts = requestAttempts(duration(seconds));
                assert.ok(expectedWait(attempts) >= 2 * seconds);
                assert.ok(expectedWait(attempts - 1) < 2 * seconds);
            }),
        );
    });
});

describe("a task's token", () => {
    it("is good for 2000 s where five minutes have to be outlasted", () => {
        assert.equal(tokenLife("5 minutes"), 2000);
    });

    it("has enough left before it is renewed for the outage, the last wait and one more attempt", () => {
        fc.assert(
            fc.property(outages, (seconds) => {
                // Airflow renews at `valid_left <= max(int(lifetime * 0.20), 30)`; one heartbeat may have been just before.
                const renewed = Math.max(Math.trunc(tokenLife(duration(seconds)) * 0.2), 30);
                const left = renewed - TASK_HEARTBEAT_SECONDS;
                assert.ok(left >= seconds + RETRY_WAIT.max + ATTEMPT_SECONDS);
            }),
        );
    });
});
