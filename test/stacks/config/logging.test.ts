import assert from "node:assert/strict";
import { logCollector } from "../../../stacks/config/logging.ts";

const issues = (memory: string) =>
    logCollector().safeParse({ image: "acme/fluent-bit:4.2.2", resources: { cpu: "100m", memory } }).error?.issues ??
    [];

describe("fluentBit.resources.memory", () => {
    it("takes what has room for the chunks in hand", () => assert.deepEqual(issues("48Mi"), []));

    it("refuses less, and says how much it takes", () => {
        const [issue, ...others] = issues("32Mi");
        assert.deepEqual(others, []);
        assert.deepEqual(issue?.path, ["resources", "memory"]);
        assert.match(JSON.stringify(issue), /holds 4 chunks.*have 6 in hand.*at least \\"48Mi\\"/);
    });
});
