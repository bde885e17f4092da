import assert from "node:assert/strict";
import { zookeeperAlerts } from "../../../../stacks/workloads/zookeeper/alerts.ts";
import { assertParses, metricNames } from "../../../support/promql.ts";

describe("ZooKeeper's alerts", () => {
    const { rules } = zookeeperAlerts({ name: "zk", namespace: "data", system: "zk", containers: ["zk"] }, 3);

    it("are PromQL on metrics that ZooKeeper 3.9 has, of this ensemble", () => {
        for (const { expr } of rules) {
            assertParses(expr);
            assert.match(expr, /\{namespace="data",container="zk"\}/);
        }
        assert.deepEqual(rules.flatMap(({ expr }) => metricNames(expr)).toSorted(), [
            "leader_uptime",
            "outstanding_requests",
            "synced_followers",
        ]);
    });

    it("miss every follower but the leader itself", () => {
        assert.ok(rules.some(({ expr }) => expr.endsWith(" < 2")));
    });
});
