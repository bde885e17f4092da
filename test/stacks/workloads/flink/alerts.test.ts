import assert from "node:assert/strict";
import { flinkAlerts } from "../../../../stacks/workloads/flink/alerts.ts";
import { assertParses, metricNames } from "../../../support/promql.ts";

const SUBJECT = {
    name: "flink-jobmanager",
    namespace: "flink",
    system: "flink",
    containers: ["flink-jobmanager"],
    taskManagers: 3,
    checkpointSeconds: 60,
    promotionSeconds: 75,
};

/** In Flink's documentation, "Metrics": Cluster, Checkpointing, Availability; after `flink_` and the scope. */
const KNOWN = new Set([
    "flink_jobmanager_numRegisteredTaskManagers",
    "flink_jobmanager_job_numberOfFailedCheckpoints",
    "flink_jobmanager_job_numRestarts",
]);

describe("Flink's alerts", () => {
    const rules = (change = {}) => flinkAlerts({ ...SUBJECT, ...change }).rules;
    const named = (name: string, change = {}) => rules(change).find(({ alert }) => alert === name);

    it("are PromQL on metrics that Flink has", () => {
        for (const { expr } of rules()) {
            assertParses(expr);
            assert.deepEqual(
                metricNames(expr).filter((metric) => !KNOWN.has(metric)),
                [],
            );
        }
    });

    it("do not take an election for a missing leader", () => {
        assert.equal(named("FlinkLeaderMissing")?.for, "150s");
        assert.equal(named("FlinkLeaderMissing", { promotionSeconds: 30 })?.for, "1m");
    });

    it("look back for as long as three checkpoints take", () => {
        assert.match(named("FlinkCheckpointsFailing")?.expr ?? "", /\[9m\]\)\) >= 3$/);
        assert.match(named("FlinkCheckpointsFailing", { checkpointSeconds: 600 })?.expr ?? "", /\[45m\]/);
    });

    it("count the task managers that are asked for", () => {
        assert.match(named("FlinkTaskManagersMissing", { taskManagers: 7 })?.expr ?? "", / < 7$/);
    });
});
