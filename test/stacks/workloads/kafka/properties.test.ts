import assert from "node:assert/strict";
import { loggingConfiguration } from "../../../../stacks/workloads/kafka/logging.ts";
import { propertiesFile } from "../../../../stacks/workloads/kafka/properties.ts";

describe("propertiesFile", () => {
    it("writes one setting a line, in order", () => {
        assert.equal(propertiesFile({ b: "text", a: 1, c: false }), "b=text\na=1\nc=false\n");
    });

    it("doubles backslashes, which the format would take for an escape", () => {
        assert.equal(propertiesFile({ pattern: String.raw`a\.b\d` }), `${String.raw`pattern=a\\.b\\d`}\n`);
    });
});

describe("loggingConfiguration", () => {
    it("has one appender, the console, and the root logger writes to it", () => {
        const lines = loggingConfiguration().split("\n");
        assert.deepEqual(
            lines.filter((line) => /^appender\.\w+\.type=/.test(line)),
            ["appender.console.type=Console"],
        );
        assert.ok(lines.includes("appender.console.name=STDOUT"));
        assert.ok(lines.includes("rootLogger.appenderRef.stdout.ref=STDOUT"));
    });
});
