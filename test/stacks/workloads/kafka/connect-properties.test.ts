import assert from "node:assert/strict";
import { type WorkerSettings, workerProperties } from "../../../../stacks/workloads/kafka/connect-properties.ts";
import { BROKERS } from "./brokers.ts";

const CONFIG: WorkerSettings["config"] = {
    image: "apache/kafka:4.3.1",
    replicas: 3,
    resources: { cpu: "1", memory: "2Gi" },
};
const settings = (config: Partial<WorkerSettings["config"]> = {}, registry = false, brokers = BROKERS) =>
    workerProperties({ config: { ...CONFIG, ...config }, brokers, registry });

describe("workerProperties", () => {
    const usual = settings();

    it("keeps three copies of the three internal topics", () => {
        for (const topic of ["config", "offset", "status"]) {
            assert.equal(usual[`${topic}.storage.replication.factor`], 3);
        }
        assert.equal(usual["config.storage.topic"], "kafka-connect-configs");
    });

    it("names group and topics alike, so that two clusters share nothing", () => {
        const other = settings({ group: "lake" });
        assert.deepEqual(
            ["group.id", "config.storage.topic", "offset.storage.topic", "status.storage.topic"].map(
                (key) => other[key],
            ),
            ["lake", "lake-configs", "lake-offsets", "lake-status"],
        );
    });

    it("waits for a worker for a minute, not for Kafka's five", () => {
        assert.equal(usual["scheduled.rebalance.max.delay.ms"], 60_000);
        assert.ok(Number(usual["heartbeat.interval.ms"]) * 3 < Number(usual["session.timeout.ms"]));
    });

    it("reads and writes JSON unless told otherwise", () => {
        assert.equal(usual["value.converter"], "org.apache.kafka.connect.json.JsonConverter");
        assert.equal(usual["value.converter.schemas.enable"], false);
        const chosen = settings({ converters: { key: "a.Key", value: "a.Value" } });
        assert.deepEqual([chosen["key.converter"], chosen["value.converter"]], ["a.Key", "a.Value"]);
        assert.ok(!("value.converter.schemas.enable" in chosen));
    });

    it("has the directories of connectors, and no path where there are none", () => {
        assert.ok(!("plugin.path" in usual));
        assert.equal(settings({ pluginPath: ["/opt/a", "/opt/b"] })["plugin.path"], "/opt/a,/opt/b");
    });

    it("takes further settings", () => {
        assert.equal(settings({ settings: { "producer.linger.ms": 20 } })["producer.linger.ms"], 20);
    });

    it("lets connectors put in mounted Secrets and the registry's address, and nothing else", () => {
        assert.ok(!Object.keys(usual).some((key) => key.startsWith("config.providers")));
        const both = settings({ secrets: ["orders"] }, true);
        assert.equal(both["config.providers"], "env,secrets");
        assert.equal(both["config.providers.secrets.param.allowed.paths"], "/etc/kafka-connect/secrets");
        assert.equal(both["config.providers.env.param.allowlist.pattern"], "SCHEMA_REGISTRY_URL");
        assert.equal(settings({ secrets: ["orders"] })["config.providers"], "secrets");
    });
});
