import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Commented, Comments } from "../../tools/configuration-page/comments.ts";

const ROOT = join(import.meta.dirname, "../..");

describe("docs/configuration.md", () => {
    it("is what the schema and its comments say (node tools/configuration-page.ts)", () => {
        const run = spawnSync(process.execPath, ["tools/configuration-page.ts", "--check"], {
            cwd: ROOT,
            encoding: "utf8",
        });
        assert.equal(run.status, 0, `${run.stdout}${run.stderr}`);
    });

    describe("reads comments", () => {
        let folder: string;
        const read = (source: string, name = "schema"): Commented => {
            writeFileSync(join(folder, "a.ts"), source);
            return new Comments().of(join(folder, "a.ts"), name);
        };
        const field = (source: string, ...path: readonly string[]): Commented | undefined =>
            path.reduce<Commented | undefined>((found, key) => found?.fields.get(key), read(source));

        before(() => {
            folder = mkdtempSync(join(tmpdir(), "comments-"));
            const shared =
                "/** How many. */\nconst amount = () => z.int();\n/** A size. */\nexport function size() { return amount(); }\n";
            writeFileSync(join(folder, "b.ts"), shared);
        });
        after(() => rmSync(folder, { recursive: true }));

        it("of a field, with its default, on one line", () => {
            const a = field(
                "const schema = section({\n/**\n * One\n * and two.\n * @default none\n */\na: z.string().min(1).optional() });",
                "a",
            );
            assert.deepEqual([a?.meaning, a?.fallback], ["One and two.", "none"]);
        });

        it("of what a field is made with, where it has none itself", () => {
            const source =
                'import { size } from "./b.ts";\nconst schema = section({ a: size(),\n/** Own. */\nb: size() });';
            assert.deepEqual([field(source, "a")?.meaning, field(source, "b")?.meaning], ["A size.", "Own."]);
        });

        it("not of checks that any field may have", () => {
            const source =
                "/** A check. */\nconst count = () => z.int();\nconst schema = section({ a: count(), b: matching(/x/) });";
            assert.equal(field(source, "a")?.meaning, undefined);
        });

        it("in sections, lists, maps and spreads, however they are checked", () => {
            const source = `
                const more = {
/** Spread. */
s: z.string() };
                const schema = z.strictObject({
                    ...more,
                    a: section({
/** Inner. */
b: z.string() }).superRefine(() => {}),
                    l: z.array(section({
/** Entry. */
e: z.string() })).min(1),
                    m: z.record(z.string(), section({
/** Value. */
v: z.string() })),
                });`;
            const paths = [["s"], ["a", "b"], ["l", "e"], ["m", "v"]];
            assert.deepEqual(
                paths.map((path) => field(source, ...path)?.meaning),
                ["Spread.", "Inner.", "Entry.", "Value."],
            );
        });

        it("of a union's variants", () => {
            const { variants } = read(
                'const schema = z.discriminatedUnion("kind", [\n/** First. */\nsection({}),\nsection({ /** Inner. */ b: z.string() }),\n]);',
            );
            assert.deepEqual(
                variants.map(({ meaning, fields }) => [meaning, [...fields.keys()]]),
                [
                    ["First.", []],
                    [undefined, ["b"]],
                ],
            );
        });

        it("and says which declaration is not there", () => {
            assert.throws(() => read("const other = 1;"), /declares no schema/);
        });
    });
});
