import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseConfig } from "../../../stacks/config.ts";
import { Misuse, Refusal } from "../../../tools/plan/errors.ts";
import { ENCRYPTED, knownStacks, readStack } from "../../../tools/plan/stack-files.ts";

const PROJECT = "name: shop\nmain: index.ts\n";

describe("stack files", () => {
    let folder: string;

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "stack-"));
        writeFileSync(join(folder, "Pulumi.yaml"), PROJECT);
        writeFileSync(join(folder, "Pulumi.prod.yaml"), "config: {}\n");
    });

    afterEach(() => {
        rmSync(folder, { recursive: true });
    });

    function write(project: string, stack: string): void {
        writeFileSync(join(folder, "Pulumi.yaml"), `${PROJECT}${project}`);
        writeFileSync(join(folder, "Pulumi.prod.yaml"), stack);
    }

    it("hands values over as text, and what is structured as JSON", () => {
        write(
            "",
            'config:\n  shop:size: 3\n  shop:on: true\n  shop:id: "007"\n  shop:list: [1, a]\n  aws:region: eu-west-1\n',
        );
        assert.deepEqual(readStack(folder, "prod").config, {
            "shop:size": "3",
            "shop:on": "true",
            "shop:id": "007",
            "shop:list": '[1,"a"]',
            "aws:region": "eu-west-1",
        });
    });

    it("takes the project's defaults where the stack says nothing", () => {
        write(
            "config:\n  size: {type: integer, default: 2}\n  zones: 3\n  aws:region: {value: eu-west-1}\n  own: {default: a}\n",
            "config:\n  shop:own: b\n",
        );
        const expected = { "shop:size": "2", "shop:zones": "3", "aws:region": "eu-west-1", "shop:own": "b" };
        assert.deepEqual(readStack(folder, "prod").config, expected);
    });

    it("puts another file's config over the stack's own, section by section", () => {
        write("", "config:\n  shop:size: {web: 1, db: 1}\n  shop:own: b\n");
        const over = join(folder, "smaller.yaml");
        writeFileSync(over, "config:\n  shop:size: {web: 0}\n  shop:more: c\n");
        const { config, files } = readStack(folder, "prod", over);
        assert.deepEqual(config, { "shop:size": '{"web":0}', "shop:own": "b", "shop:more": "c" });
        assert.deepEqual(files, ["Pulumi.yaml", "Pulumi.prod.yaml", over]);
        writeFileSync(over, "shop:size: 0\n");
        assert.throws(() => readStack(folder, "prod", over), { name: "Misuse", message: /--with .*has no config/ });
        assert.throws(() => readStack(folder, "prod", "none.yaml"), {
            name: "Misuse",
            message: /there is no such file/,
        });
    });

    it("has a smaller installation to put over staging", () => {
        const root = join(import.meta.dirname, "../../..");
        const { config, project } = readStack(root, "staging", join(root, "tools/plan/minimal.yaml"));
        const parsed = parseConfig(config, project);
        assert.deepEqual([parsed.metadataDatabase.kind, parsed.kafka.kind], ["rds", "external"]);
    });

    it("puts a mark in the place of what is encrypted, at any depth, and calls the whole value secret", () => {
        write(
            "config:\n  token: {type: string, secret: true, default: t}\n",
            "encryptionsalt: v1:x\nconfig:\n  shop:key: {secure: v1:abc}\n  shop:deep: {a: [{secure: v1:def}], b: 1}\n",
        );
        const { config, secretKeys } = readStack(folder, "prod");
        assert.equal(config["shop:key"], ENCRYPTED);
        assert.deepEqual(JSON.parse(config["shop:deep"] ?? ""), { a: [ENCRYPTED], b: 1 });
        assert.deepEqual(secretKeys.toSorted(), ["shop:deep", "shop:key", "shop:token"]);
    });

    it("accepts an encrypted value for any declared type", () => {
        write("config:\n  count: {type: integer}\n", "config:\n  shop:count: {secure: v1:abc}\n");
        assert.equal(readStack(folder, "prod").config["shop:count"], ENCRYPTED);
    });

    it("tells all that is missing or of another type at once, without printing a secret", () => {
        write(
            "config:\n  a: {type: integer}\n  b: {type: boolean}\n  c: {type: array}\n  d: {type: object}\n  e: {type: integer, secret: true}\n",
            "config:\n  shop:b: 7\n  shop:c: {}\n  shop:d: []\n  shop:e: hidden\n",
        );
        assert.throws(
            () => readStack(folder, "prod"),
            (error) => {
                assert.ok(error instanceof Refusal);
                assert.deepEqual(
                    error.problems.map((problem) => problem.split(";")[0]),
                    [
                        "shop:a: got nothing",
                        "shop:b: got 7",
                        "shop:c: got {}",
                        "shop:d: got []",
                        "shop:e: got a secret",
                    ],
                );
                return true;
            },
        );
    });

    it("finds the program by Pulumi.yaml, package.json or its usual name", () => {
        assert.equal(readStack(folder, "prod").main, join(folder, "index.ts"));
        writeFileSync(join(folder, "Pulumi.yaml"), "name: shop\n");
        assert.equal(readStack(folder, "prod").main, join(folder, "index.ts"));
        writeFileSync(join(folder, "package.json"), '{"main": "other.ts"}');
        assert.equal(readStack(folder, "prod").main, join(folder, "other.ts"));
    });

    it("lists the stacks, and names the one that was probably meant", () => {
        writeFileSync(join(folder, "Pulumi.staging.yaml"), "");
        assert.deepEqual(knownStacks(folder), ["prod", "staging"]);
        assert.throws(() => readStack(folder, "stagng"), {
            name: "Misuse",
            message: 'unknown stack "stagng": the stacks are prod, staging. Did you mean staging?',
        });
        assert.throws(() => readStack(folder, "elsewhere"), { message: /the stacks are prod, staging\.$/ });
        assert.throws(() => readStack(join(folder, "nowhere"), "prod"), Misuse);
    });

    it("reads a stack's file by its other ending, too", () => {
        writeFileSync(join(folder, "Pulumi.dev.yml"), "config:\n    shop:size: large\n");
        const { files, config } = readStack(folder, "dev");
        assert.deepEqual(files, ["Pulumi.yaml", "Pulumi.dev.yml"]);
        assert.equal(config["shop:size"], "large");
    });

    it("accepts a stack without configuration", () => {
        write("", "");
        assert.deepEqual(readStack(folder, "prod").config, {});
    });

    const malformed: readonly (readonly [string, string, RegExp])[] = [
        ["a list in the place of the settings", "- a\n", /a file of settings is a mapping/],
        ["a list in the place of the values", "config: [a]\n", /config: got \["a"\]; it maps keys to values/],
        ["no YAML", "config: [1\n", /Pulumi\.prod\.yaml: .* at line/],
    ];
    for (const [name, text, message] of malformed) {
        it(`refuses ${name}`, () => {
            write("", text);
            assert.throws(() => readStack(folder, "prod"), { name: "Refusal", message });
        });
    }
});
