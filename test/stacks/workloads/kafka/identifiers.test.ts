import assert from "node:assert/strict";
import * as fc from "fast-check";
import { kafkaUuid } from "../../../../stacks/workloads/kafka/identifiers.ts";

describe("kafkaUuid", () => {
    it("is a UUID of 16 bytes as Kafka reads it, and never looks like an option", () => {
        fc.assert(
            fc.property(fc.string(), (seed) => {
                const uuid = kafkaUuid(seed);
                assert.match(uuid, /^[A-Za-z0-9_][A-Za-z0-9_-]{21}$/);
                assert.equal(Buffer.from(uuid, "base64url").length, 16);
            }),
        );
    });

    it("replaces the hyphen that a seed's hash begins with", () => {
        const seeds = Array.from({ length: 2000 }, (_, i) => `seed ${i}`);
        const replaced = seeds.filter((seed) => kafkaUuid(seed).startsWith("A"));
        // One of 64 hashes begins with A and one with a hyphen.
        assert.ok(replaced.length > 2000 / 64, `${replaced.length} of 2000`);
        assert.ok(seeds.every((seed) => !kafkaUuid(seed).startsWith("-")));
    });

    it("stays the same for a seed and differs between seeds", () => {
        assert.equal(kafkaUuid("data-platform/prod/kafka/kafka"), kafkaUuid("data-platform/prod/kafka/kafka"));
        assert.notEqual(kafkaUuid("data-platform/prod/kafka/kafka"), kafkaUuid("data-platform/staging/kafka/kafka"));
    });
});
