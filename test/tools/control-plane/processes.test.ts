import assert from "node:assert/strict";
import { dirname } from "node:path";
import { programsIn, runningProcesses } from "../../../tools/control-plane/processes.ts";

describe("runningProcesses", () => {
    it("has this process, with its arguments", () => {
        const own = runningProcesses().find(({ pid }) => pid === process.pid);
        assert.match(own?.command ?? "", /mocha/);
    });
});

describe("programsIn", () => {
    it("is not misled by a folder that begins alike, or by a file in it that is only an argument", () => {
        assert.deepEqual(programsIn(dirname(import.meta.dirname)), []);
        assert.deepEqual(programsIn("/no/such/folder"), []);
    });
});
