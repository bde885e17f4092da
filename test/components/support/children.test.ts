import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as fc from "fast-check";
import { contentHash, transformed } from "../../../components/support/children.ts";
import { collect } from "../../support/mocks.ts";

function hashOf(content: object): Promise<string> {
    return new Promise((resolve, reject) => {
        collect(() => {
            contentHash(content).apply(resolve);
        }).catch(reject);
    });
}

describe("contentHash", () => {
    it("is the same for the same content, known at once or later", async () => {
        const [plain, later] = [await hashOf({ a: "1" }), await hashOf({ a: pulumi.output("1") })];
        assert.equal(plain, later);
        assert.match(plain, /^[0-9a-f]{16}$/);
    });

    it("is another one for another name, value or order", async () => {
        const contents = [
            { a: "1", b: "2" },
            { a: "1", b: "3" },
            { a: "1", c: "2" },
            { b: "2", a: "1" },
        ];
        const hashes: string[] = [];
        for (const content of contents) {
            hashes.push(await hashOf(content));
        }
        assert.equal(new Set(hashes).size, hashes.length);
    });
});

describe("transformed", () => {
    it("is the arguments themselves without a transform, and what it returns with one", () => {
        fc.assert(fc.property(fc.object(), (args) => transformed(args, undefined) === args));
        assert.deepEqual(
            transformed({ a: 1 }, (args) => ({ ...args, a: 2 })),
            { a: 2 },
        );
    });
});
