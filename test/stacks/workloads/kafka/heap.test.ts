import assert from "node:assert/strict";
import { heapOptions } from "../../../../stacks/workloads/kafka/heap.ts";

describe("heapOptions", () => {
    it("gives half of the memory to the heap, in whole MiB", () => {
        assert.equal(heapOptions("8Gi"), "-Xms4096m -Xmx4096m");
        assert.equal(heapOptions("512Mi"), "-Xms256m -Xmx256m");
        assert.equal(heapOptions("3Mi"), "-Xms1m -Xmx1m");
    });
});
