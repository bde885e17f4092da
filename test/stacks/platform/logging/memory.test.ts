import assert from "node:assert/strict";
import * as fc from "fast-check";
import { bytes } from "../../../../components/values/quantity.ts";
import { LEAST_CHUNKS, LEAST_COLLECTOR_MEMORY, maxChunksUp } from "../../../../stacks/platform/logging/memory.ts";
import { pipeline } from "../../../../stacks/platform/logging/pipeline.ts";

describe("the collector's memory", () => {
    it("holds chunks in at most a quarter, and at least one chunk", () => {
        fc.assert(
            fc.property(fc.integer({ min: 8, max: 65_536 }), (mebi) => {
                const chunks = maxChunksUp(`${mebi}Mi`);
                assert.ok(chunks >= 1 && chunks * 2 * 2 ** 20 <= bytes(`${mebi}Mi`) / 4);
            }),
        );
        assert.equal(maxChunksUp("1Mi"), 1);
    });

    it("is at least what has room for a chunk of every input and output", () => {
        assert.equal(LEAST_COLLECTOR_MEMORY, "48Mi");
        assert.deepEqual([maxChunksUp("48Mi"), maxChunksUp("47Mi")], [LEAST_CHUNKS, LEAST_CHUNKS - 1]);
        const everywhere = pipeline({
            memory: "256Mi",
            destination: {
                kind: "cloudwatch",
                region: "eu-central-1",
                groups: { application: "a", dataplane: "d", host: "h" },
                loki: { host: "loki", port: 3100 },
            },
        });
        const inputsAndOutputs = everywhere.match(/^    - name: (tail|systemd|cloudwatch_logs|loki)$/gm);
        assert.equal(inputsAndOutputs?.length, LEAST_CHUNKS);
    });
});
