import assert from "node:assert/strict";
import { formsOf } from "./encodings.ts";

const TEXT = "generated-value-of";

const FORMS = formsOf(TEXT);

const base64 = (text: string): string => Buffer.from(text).toString("base64");

const ROWS: readonly (readonly [what: string, write: (text: string) => string])[] = [
    ["as it is", (text) => text],
    ["in an URL", (text) => `postgresql://user:${encodeURIComponent(`${text}/+ %`)}@host/`],
    ["in JSON", (text) => JSON.stringify({ password: `"${text}"` })],
    ["in base64", base64],
    ["in base64 for URLs", (text) => Buffer.from(`~~~${text}~~~`).toString("base64url")],
    ["in base64 of base64", (text) => base64(`key: ${base64(`a:${text}`)}`)],
    ["in hexadecimal", (text) => Buffer.from(text).toString("hex")],
    ["in hexadecimal of upper case", (text) => Buffer.from(text).toString("hex").toUpperCase()],
];

describe("the forms of a text", () => {
    for (const [what, write] of ROWS) {
        it(`are found ${what}, whatever stands around it`, () => {
            for (const before of ["", "a", "ab", "abc"]) {
                for (const after of ["", "z", "yz"]) {
                    const written = write(`${before}${TEXT}${after}`);
                    assert.ok(
                        FORMS.some((form) => written.includes(form)),
                        written,
                    );
                }
            }
        });
    }

    it("are not found in another text", () => {
        const other = "generated-values-of";
        for (const [, write] of ROWS) {
            assert.ok(!FORMS.some((form) => write(other).includes(form)));
        }
    });
});
