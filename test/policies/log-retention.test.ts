import assert from "node:assert/strict";
import { logRetention } from "../../policies/log-retention.ts";
import { judgeResource, UNKNOWN_NUMBER, UNKNOWN_STRING } from "./judge.ts";

const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";

type Case = readonly [name: string, props: object, problems: readonly RegExp[], config?: object, type?: string];

const CASES: readonly Case[] = [
    ["compliant", { retentionInDays: 30, skipDestroy: true }, []],
    ["longer", { retentionInDays: 365, skipDestroy: true }, []],
    ["extra fields", { retentionInDays: 30, skipDestroy: true, name: "/x", kmsKeyId: "k" }, []],
    ["retention missing", { skipDestroy: true }, [/retentionInDays is missing/]],
    ["never deleted", { retentionInDays: 0, skipDestroy: true }, [/retentionInDays is 0/]],
    ["too short", { retentionInDays: 14, skipDestroy: true }, [/got 14/]],
    ["not a number", { retentionInDays: "30", skipDestroy: true }, [/got "30"/]],
    ["skipDestroy missing", { retentionInDays: 30 }, [/skipDestroy is missing/]],
    ["deleted with the stack", { retentionInDays: 30, skipDestroy: false }, [/skipDestroy is false/]],
    ["both wrong", {}, [/retentionInDays/, /skipDestroy/]],
    ["a longer rule", { retentionInDays: 30, skipDestroy: true }, [/at least 90 days/], { retentionDays: 90 }],
    ["a shorter rule", { retentionInDays: 7, skipDestroy: true }, [], { retentionDays: 7 }],
    ["may go with the stack", { retentionInDays: 30 }, [], { keepOnDelete: false }],
    ["another kind", {}, [], {}, "aws:cloudwatch/logStream:LogStream"],
    ["retention not known", { retentionInDays: UNKNOWN_NUMBER, skipDestroy: true }, []],
    ["skipDestroy not known", { retentionInDays: 30, skipDestroy: UNKNOWN_STRING }, []],
    ["known violation beside an unknown", { retentionInDays: UNKNOWN_NUMBER }, [/skipDestroy/]],
];

describe("log-retention", () => {
    for (const [name, props, problems, config = {}, type = LOG_GROUP] of CASES) {
        it(`${name}: ${problems.length}`, () => {
            const messages = judgeResource(logRetention, type, props, config);
            assert.equal(messages.length, problems.length, messages.join("\n"));
            for (const [index, problem] of problems.entries()) {
                assert.match(messages[index] ?? "", problem);
            }
        });
    }
});
