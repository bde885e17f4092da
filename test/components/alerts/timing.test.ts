import assert from "node:assert/strict";
import { guardSeconds, patienceSeconds, stuckSeconds, withinDowntime } from "../../../components/alerts/timing.ts";
import { deployment } from "./samples.ts";

describe("waits of alerts", () => {
    for (const [replica, stuck] of [
        [0, 120],
        [80, 120],
        [81, 122],
        [600, 900],
    ] as const) {
        it(`a rollout whose replicas take ${replica} s each is stuck after ${stuck} s`, () => {
            assert.equal(stuckSeconds({ ...deployment, replicaSeconds: replica }), stuck);
        });
    }

    it("missing replicas wait for half of the promised downtime at most", () => {
        assert.equal(withinDowntime({ downtimeSeconds: 300 }, 900), 150);
        assert.equal(withinDowntime({ downtimeSeconds: 300 }, 120), 120);
        assert.equal(withinDowntime({}, 900), 900);
    });

    it("a guard waits for longer, but within the promise", () => {
        assert.equal(guardSeconds({ downtimeSeconds: 300 }), 240);
        assert.equal(guardSeconds({ downtimeSeconds: 3600 }), 300);
        assert.equal(guardSeconds({}), 300);
    });

    it("a pod has between one and ten minutes to settle", () => {
        assert.deepEqual([0, 90.5, 3600].map(patienceSeconds), [60, 91, 600]);
    });
});
