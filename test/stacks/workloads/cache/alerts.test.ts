import assert from "node:assert/strict";
import { cacheAlerts } from "../../../../stacks/workloads/cache/alerts.ts";
import { assertParses, metricNames } from "../../../support/promql.ts";

/** Of redis_exporter 1.88. */
const METRICS = [
    "redis_aof_last_write_status",
    "redis_connected_slaves",
    "redis_instance_info",
    "redis_master_link_up",
    "redis_memory_max_bytes",
    "redis_memory_used_bytes",
    "redis_up",
];

describe("the cache's alerts", () => {
    const { rules } = cacheAlerts({ name: "cache", namespace: "data", system: "cache", containers: [] }, "exporter");

    it("are PromQL on metrics that exist, of this cache's exporter", () => {
        for (const { expr } of rules) {
            assertParses(expr);
            assert.match(expr, /\{namespace="data",container="exporter"/);
        }
        assert.deepEqual([...new Set(rules.flatMap(({ expr }) => metricNames(expr)))].toSorted(), METRICS);
    });

    it("call somebody when nothing can be written", () => {
        const critical = rules.filter(({ labels }) => labels["severity"] === "critical").map(({ alert }) => alert);
        assert.deepEqual(critical, ["CachePrimaries", "CacheWritesRefused", "CacheNotWrittenToDisk"]);
    });
});
