import assert from "node:assert/strict";
import type { EksConfig } from "../../../../stacks/config.ts";
import { ASSUMED } from "../../../../tools/plan/cost/assumptions.ts";
import { kafkaItems } from "../../../../tools/plan/cost/kafka.ts";
import { eksConfig } from "../eks.ts";

describe("the cost of Kafka", () => {
    const config = eksConfig();
    const external: EksConfig = {
        ...config,
        kafka: {
            kind: "external",
            bootstrapServers: ["b:9096"],
            security: { kind: "tls" },
            topic: config.kafka.topic,
        },
    };
    const named = (items: ReturnType<typeof kafkaItems>): (readonly [string, number | null])[] =>
        items.map(({ name, monthly }) => [name, monthly]);

    it("is what crosses zones: two thirds on the way to leaders, and two copies, at both ends", () => {
        // 1,000 GB × (2/3 + 2) × 2 × $0.01.
        assert.deepEqual(named(kafkaItems(config, ASSUMED)), [["Kafka's traffic between zones", 53.33]]);
        const { network } = config;
        const two = { ...config, network: { ...network, zones: network.zones.slice(0, 2) } };
        assert.deepEqual(named(kafkaItems(two, ASSUMED)), [["Kafka's traffic between zones", 30]]);
    });

    it("is that of brokers elsewhere, where there are such, as far as they are assumed", () => {
        assert.deepEqual(named(kafkaItems(external, ASSUMED)), [
            ["Kafka's traffic between zones", 26.67],
            ["brokers elsewhere, machines", 535.46],
            ["brokers elsewhere, storage", 35.7],
        ]);
        assert.deepEqual(kafkaItems(external, { ...ASSUMED, externalBrokers: 0, kafkaGigabytes: 0 }), []);
    });
});
