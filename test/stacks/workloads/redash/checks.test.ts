import assert from "node:assert/strict";
import { REDIS_VARIABLE, schedulerCheck, workerCheck } from "../../../../stacks/workloads/redash/checks.ts";

describe("Redash's checks", () => {
    it("ask the cache that Redash uses", () => {
        for (const check of [schedulerCheck(), workerCheck()]) {
            assert.ok(check.includes(`redis.from_url(os.environ["${REDIS_VARIABLE}"])`));
            assert.match(check, /raise SystemExit\(not /);
        }
    });

    it("tell this pod's workers from those of others", () => {
        assert.match(workerCheck(), /cache\.hget\(worker, "hostname"\) == host/);
        assert.doesNotMatch(schedulerCheck(), /== host/);
    });
});
