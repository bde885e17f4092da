import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as fc from "fast-check";
import { ArgumentError, describeProblem, Problems, ValueError } from "../../../components/support/errors.ts";

const PROBLEM = { field: "replicas", value: 2, reason: "it is even", fix: "Set 3" };

describe("describeProblem", () => {
    const values: readonly (readonly [value: unknown, shown: string])[] = [
        [2, "2"],
        [Number.NaN, "NaN"],
        [2n, "2"],
        ["2", '"2"'],
        ["", '""'],
        [undefined, "nothing"],
        [null, "null"],
        [{ a: [1] }, '{"a":[1]}'],
        [() => 1, "[object Function]"],
        ["x".repeat(500), `"${"x".repeat(119)}…`],
    ];
    for (const [value, shown] of values) {
        it(`shows ${shown.slice(0, 20)}`, () => {
            assert.equal(describeProblem({ ...PROBLEM, value }), `replicas: got ${shown}; it is even. Set 3.`);
        });
    }

    it("stays on one line of bounded length, whatever the value is", () => {
        fc.assert(
            fc.property(fc.anything({ withBigInt: false }), (value) => {
                const line = describeProblem({ ...PROBLEM, value });
                assert.ok(!line.includes("\n") && line.length < 200);
            }),
        );
    });
});

describe("ArgumentError", () => {
    it("is one line for one problem", () => {
        assert.equal(new ArgumentError('A "b"', [PROBLEM]).message, 'A "b": replicas: got 2; it is even. Set 3.');
    });

    it("is a line each for several", () => {
        const { message, problems } = new ArgumentError('A "b"', [PROBLEM, { ...PROBLEM, field: "max" }]);
        assert.deepEqual(message.split("\n"), [
            'A "b":',
            "  replicas: got 2; it is even. Set 3.",
            "  max: got 2; it is even. Set 3.",
        ]);
        assert.equal(problems.length, 2);
    });
});

describe("Problems", () => {
    it("throw nothing where nothing was found", () => {
        const problems = new Problems();
        problems.check(true, "a", 1, "reason", "Fix");
        assert.equal(
            problems.attempt("a", () => 5),
            5,
        );
        problems.throwIfAny("A");
    });

    it("keep the order in which they were found, and the same complaint once", () => {
        const problems = new Problems();
        problems.check(false, "b", 1, "first", "Fix");
        problems.check(false, "a", 1, "second", "Fix");
        problems.check(false, "b", 2, "first", "Fix");
        problems.check(false, "c", 1, "first", "Fix");
        assert.deepEqual(
            problems.found.map((problem) => `${problem.field}: ${problem.reason}`),
            ["b: first", "a: second", "c: first"],
        );
        assert.throws(() => problems.throwIfAny("A"), ArgumentError);
    });

    it("put the field to a value that cannot be read", () => {
        const problems = new Problems();
        const read = problems.attempt("size", () => {
            throw new ValueError("much", "it is no size", "Write a number");
        });
        assert.equal(read, undefined);
        assert.deepEqual(problems.found, [
            { field: "size", value: "much", reason: "it is no size", fix: "Write a number" },
        ]);
    });

    it("hide no defect of the program", () => {
        const defect = new TypeError("defect");
        assert.throws(
            () =>
                new Problems().attempt("size", () => {
                    throw defect;
                }),
            defect,
        );
    });
});

describe("ValueError", () => {
    it("prints without a stack trace", () => {
        const error = new ValueError("much", "it is no size", "Write a number");
        assert.ok(pulumi.RunError.isInstance(error));
        assert.equal(error.message, 'got "much"; it is no size. Write a number.');
    });
});
