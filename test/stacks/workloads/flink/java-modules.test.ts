import assert from "node:assert/strict";
import { moduleOptions } from "../../../../stacks/workloads/flink/java-modules.ts";

describe("Flink's way into Java's own classes", () => {
    it("is an option of the virtual machine for each package", () => {
        const options = moduleOptions().split(" ");
        assert.equal(options.length, 20);
        for (const option of options) {
            assert.match(option, /^--add-(exports|opens)=[a-z.]+\/[a-z0-9.]+=ALL-UNNAMED$/);
        }
        assert.ok(options.includes("--add-opens=java.base/java.util=ALL-UNNAMED"));
    });
});
