import assert from "node:assert/strict";
import { type ConsumerSettings, consumerProperties } from "../../../../stacks/workloads/kafka/consumer-properties.ts";

const settings: ConsumerSettings = {
    group: "g",
    protocol: { kind: "consumer", brokerSessionTimeout: "20 seconds" },
    membership: "static",
    lagBudget: "30 seconds",
    zones: true,
    security: { kind: "plaintext" },
};
const classic: ConsumerSettings = { ...settings, protocol: { kind: "classic", sessionTimeout: "12 seconds" } };
const env = (name: string): string => `\${env:${name}}`;

describe("consumerProperties", () => {
    it("names a static member by its pod, and a dynamic one not at all", () => {
        assert.equal(consumerProperties(settings)["group.instance.id"], env("POD_NAME"));
        assert.ok(!("group.instance.id" in consumerProperties({ ...settings, membership: "dynamic" })));
    });

    it("lets the provider read each variable that is used", () => {
        const properties = consumerProperties(settings);
        const allowed = new RegExp(`^(?:${properties["config.providers.env.param.allowlist.pattern"]})$`);
        const used = Object.values(properties).flatMap((value) => /^\$\{env:(.*)\}$/.exec(String(value))?.[1] ?? []);
        assert.deepEqual([...new Set(used)].toSorted(), ["KAFKA_BOOTSTRAP_SERVERS", "POD_NAME", "POD_ZONE"]);
        used.forEach((name) => assert.match(name, allowed));
    });

    it("reads from the copy in its own zone where there are zones", () => {
        assert.equal(consumerProperties(settings)["client.rack"], env("POD_ZONE"));
        assert.ok(!("client.rack" in consumerProperties({ ...settings, zones: false })));
    });

    it("sets the times of the classic protocol", () => {
        const properties = consumerProperties(classic);
        assert.equal(properties["group.protocol"], "classic");
        assert.equal(properties["session.timeout.ms"], 12_000);
        assert.equal(properties["heartbeat.interval.ms"], 3000);
    });

    it("sets nothing of the classic protocol with the new one, whose client would refuse to start", () => {
        const properties = consumerProperties(settings);
        assert.equal(properties["group.protocol"], "consumer");
        for (const key of ["session.timeout.ms", "heartbeat.interval.ms", "partition.assignment.strategy"]) {
            assert.ok(!(key in properties), key);
        }
    });

    it("puts a member out that is not back for more within the lag budget, and skips no record at the start", () => {
        for (const each of [settings, classic]) {
            assert.equal(consumerProperties(each)["max.poll.interval.ms"], 30_000);
            assert.equal(consumerProperties(each)["auto.offset.reset"], "earliest");
        }
    });
});
