import assert from "node:assert/strict";
import * as fc from "fast-check";
import { fernetKey } from "../../../../stacks/workloads/airflow/keys.ts";

describe("fernetKey", () => {
    it("is the same 32 bytes in the URL-safe alphabet, with its padding", () => {
        fc.assert(
            fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
                const key = fernetKey(Buffer.from(bytes).toString("base64"));
                assert.match(key, /^[A-Za-z0-9_-]{43}=$/);
                assert.deepEqual(new Uint8Array(Buffer.from(key, "base64url")), bytes);
            }),
        );
    });

    it("refuses another length without repeating the value", () => {
        const short = Buffer.from("0123456789abcdef").toString("base64");
        assert.throws(
            () => fernetKey(short),
            (error) => error instanceof RangeError && !error.message.includes(short),
        );
    });
});
