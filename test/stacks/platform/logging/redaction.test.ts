import assert from "node:assert/strict";
import { REDACTED, REDACTION, TEXT_RULES, type TextRule } from "../../../../stacks/platform/logging/redaction.ts";

const CLASSES: Readonly<Record<string, string>> = {
    a: "A-Za-z",
    d: "0-9",
    s: String.raw`\s`,
    u: "A-Z",
    w: "A-Za-z0-9",
};

/** A Lua pattern as a regular expression, as far as the rules use it: classes, sets, captures, `*`, `+`, `?`, `.-`. */
function regExp(pattern: string): RegExp {
    let inSet = false;
    let text = "";
    for (let at = 0; at < pattern.length; at += 1) {
        const c = pattern.charAt(at);
        const next = pattern.charAt(at + 1);
        if (c === "%") {
            const members = CLASSES[next];
            const literal = `\\${next}`;
            text += members === undefined ? literal : inSet ? members : `[${members}]`;
            at += 1;
        } else if (c === "." && next === "-" && !inSet) {
            text += String.raw`[\s\S]*?`;
            at += 1;
        } else {
            assert.ok(inSet || !"-^$".includes(c), `${c} in ${pattern}`);
            text += c === "/" ? String.raw`\/` : c;
            inSet = c === "[" ? true : c === "]" ? false : inSet;
        }
    }
    return new RegExp(text, "g");
}

/** What the Lua program makes of a text. */
function clean(text: string): string {
    const lower = text.toLowerCase();
    const behind = ({ captures }: TextRule): string => (captures > 1 ? "$2" : "");
    return TEXT_RULES.filter(({ hint }) => lower.includes(hint)).reduce(
        (rest, rule) =>
            rest.replaceAll(regExp(rule.pattern), `${rule.captures > 0 ? "$1" : ""}${REDACTED}${behind(rule)}`),
        text,
    );
}

const CASES: readonly (readonly [text: string, cleaned: string])[] = [
    ["password=hunter2 user=x", "password=[redacted] user=x"],
    ["DB_PASSWORD: 'hunter2', host", "DB_PASSWORD: '[redacted]', host"],
    ['{"Password": "hunter2", "a": 1}', '{"Password": "[redacted]", "a": 1}'],
    ["Authorization: Bearer abc.def-1", "Authorization: Bearer [redacted]"],
    ["authorization=Basic dXNlcjpw", "authorization=Basic [redacted]"],
    ["sent bearer abc/def== on", "sent bearer [redacted] on"],
    ["postgresql://airflow:s3cr3t@pgbouncer:6432/airflow", "postgresql://airflow:[redacted]@pgbouncer:6432/airflow"],
    ["redis://:pw@cache:6379/0", "redis://:[redacted]@cache:6379/0"],
    ["key AKIAABCDEFGHIJKLMNOP used", "key [redacted] used"],
    ["as ASIAABCDEFGHIJKLMNOP", "as [redacted]"],
    ["token eyJhbGciOi.eyJzdWIi.sig_-x end", "token [redacted] end"],
    ["aws_secret_access_key = abc/def", "aws_secret_access_key = [redacted]"],
    ["GET /a?token=abc&b=1", "GET /a?token=[redacted]&b=1"],
    ["x-api-key: abc", "x-api-key: [redacted]"],
    ["passwd=abc", "passwd=[redacted]"],
    ["client_secret=abc", "client_secret=[redacted]"],
    ["SECRET_KEY=abc", "SECRET_KEY=[redacted]"],
    ["private-key = abc", "private-key = [redacted]"],
    ["-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END", "-----BEGIN RSA PRIVATE KEY-----[redacted]-----END"],
];

const HARMLESS = [
    "Basic auth is on; tokens: 12",
    "http://host:8080/path user@example.com",
    "secretary of state, passwords changed",
    "at 12:00 a key was pressed",
];

describe("the collector's redaction", () => {
    for (const [text, cleaned] of CASES) {
        it(`takes the secret out of ${text}`, () => assert.equal(clean(text), cleaned));
    }

    for (const text of HARMLESS) {
        it(`leaves ${text}`, () => assert.equal(clean(text), text));
    }

    it("has every rule in its program, in their order, and is needed for each", () => {
        const at = TEXT_RULES.map(({ pattern }) => REDACTION.indexOf(`[=[${pattern}]=]`));
        assert.ok(at.every((position, index) => position > (at[index - 1] ?? 0)));
        const needed = (rule: TextRule): boolean =>
            CASES.some(([text]) => text.toLowerCase().includes(rule.hint) && regExp(rule.pattern).test(text));
        assert.deepEqual(
            TEXT_RULES.filter((rule) => !needed(rule)).map(({ pattern }) => pattern),
            [],
        );
    });

    it("does not look into a pod's metadata, and passes on untouched what has no secret", () => {
        assert.match(REDACTION, /record\["kubernetes"\] = nil\n {4}local count = walk\(record, 1\)\n/);
        assert.match(REDACTION, /if count > 0 then\n {8}return 2, timestamp, record\n {4}end\n {4}return 0,/);
    });

    it("has nothing in it that Fluent Bit would replace by a variable", () => {
        assert.ok(!REDACTION.includes("${"));
    });
});
