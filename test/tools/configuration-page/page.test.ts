import assert from "node:assert/strict";
import { z } from "zod";
import { count, documented, matching, resources, section } from "../../../stacks/config/fields.ts";
import type { Commented } from "../../../tools/configuration-page/comments.ts";
import { configurationPage, type Described, unexplained } from "../../../tools/configuration-page/page.ts";
import { type Row, sectionRows } from "../../../tools/configuration-page/rows.ts";

function commented(meaning: string | undefined, fields: Readonly<Record<string, Commented>> = {}): Commented {
    return { meaning, fallback: undefined, fields: new Map(Object.entries(fields)), variants: [] };
}

function rows(schema: z.ZodType, example?: unknown): Row[] {
    return sectionRows("shop", schema, commented(undefined), [example]);
}

function row(schema: z.ZodType, example?: unknown): Row | undefined {
    return rows(section({ a: schema }), example === undefined ? undefined : { a: example })[0];
}

describe("rows of the configuration's page", () => {
    it("have the type and the values that the schema takes", () => {
        const cases: readonly (readonly [z.ZodType, string, string])[] = [
            [z.string(), "text", ""],
            [z.boolean(), "true or false", ""],
            [count(2, 5), "whole number", "2 to 5"],
            [count(2, 5).superRefine(() => {}), "whole number", "2 to 5"],
            [z.enum(["a", "b"]), "one of", "`a`, `b`"],
            [z.array(count(1, 2)).min(1).max(3), "list of whole number", "at least 1, at most 3; each 1 to 2"],
            [z.record(z.string(), z.union([z.string(), z.number()])), "map of text or number", ""],
            [matching(/x/, "it is no name of a zone", 'Write it like "z1"'), "text", "name of a zone"],
            [documented(z.string(), { type: "size", constraint: "whole GiB" }), "size", "whole GiB"],
        ];
        for (const [schema, type, constraint] of cases) {
            const found = row(schema);
            assert.deepEqual([found?.type, found?.constraint], [type, constraint]);
        }
        assert.equal(row(resources())?.type, "CPU and memory");
    });

    it("show the value of a stack, or else what a message would", () => {
        const zone = matching(/x/, "it is no zone", 'Write it like "z1"');
        assert.deepEqual(
            [row(zone)?.example, row(zone, "z9")?.example, row(z.array(zone))?.example],
            ["z1", "z9", "z1"],
        );
        assert.equal(row(z.array(z.string()), ["a"])?.example, '["a"]');
    });

    it("say what holds where a field is left out", () => {
        assert.deepEqual(
            [z.string(), z.string().optional(), z.string().default("d")].map((schema) => row(schema)?.fallback),
            [undefined, "left out", '"d"'],
        );
        const told = { ...commented(undefined), fields: new Map([["a", { ...commented("A."), fallback: "none" }]]) };
        assert.equal(sectionRows("s", section({ a: z.string().optional() }), told, [])[0]?.fallback, "none");
    });

    it("go into sections, lists, maps and the variants of unions", () => {
        const inner = section({ b: z.string() });
        const union = z.discriminatedUnion("kind", [
            section({ kind: z.literal("x"), n: count(1, 2) }),
            section({ kind: z.literal("y") }),
        ]);
        const schema = section({
            s: inner,
            o: inner.optional(),
            l: z.array(inner),
            m: z.record(z.string(), inner),
            u: union,
        });
        assert.deepEqual(
            rows(schema, { m: { one: { b: "in a map" } }, u: { kind: "x", n: 2 } }).map(({ path, kind, example }) =>
                [path, kind, example].filter(Boolean).join(" "),
            ),
            [
                "shop.s.b",
                "shop.o",
                "shop.o.b",
                "shop.l",
                "shop.l[].b",
                'shop.m {"one":{"b":"in a map"}}',
                "shop.m.KEY.b in a map",
                "shop.u.kind x",
                "shop.u.n kind: x 2",
            ],
        );
    });
});

describe("the configuration's page", () => {
    const shared = section({ a: z.string() });
    const described: readonly Described[] = [
        {
            target: "EKS",
            shape: { region: z.string(), shared, own: shared.optional() },
            commented: commented(undefined, {
                region: commented("Where."),
                shared: commented("Both | have it.", { a: commented("An | a.") }),
                own: commented("One has it.", { a: commented("A.") }),
            }),
            examples: [{ region: "r1" }],
        },
        { target: "another", shape: { shared }, commented: commented(undefined), examples: [] },
    ];

    it("has a chapter for each section, and one for single values, by their full keys", () => {
        const page = configurationPage(described, { region: "aws:region" });
        assert.match(page, /^\| `aws:region` \(EKS\) \| Where\. \| text \| required \| {2}\| `r1` \|$/m);
        assert.match(page, /^## shared\n\nBoth \| have it\.\n\nEvery stack\.\n/m);
        assert.match(page, /^## own\n\nOne has it\.\n\nStacks on EKS; optional: left out\.\n/m);
        assert.match(page, /^\| `shared\.a` \| An \\\| a\. \|/m);
    });

    it("lists what nothing explains", () => {
        assert.deepEqual(unexplained(described), []);
        const silent = described.map((one) => ({ ...one, commented: commented(undefined) }));
        assert.deepEqual(unexplained(silent), ["region", "shared.a", "own.a"]);
    });
});
