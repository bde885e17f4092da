import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { POLICIES } from "../../policies/all.ts";

const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, import.meta.url), { encoding: "utf8" }));

const LEVELS: ReadonlySet<unknown> = new Set(["mandatory", "advisory", "disabled"]);

const levelOf = (setting: unknown): unknown =>
    typeof setting === "object" && setting !== null ? Reflect.get(setting, "enforcementLevel") : setting;

describe("the pack", () => {
    it("gives every policy a name of its own, none reserved", () => {
        const names = POLICIES.map(({ name }) => name);
        assert.equal(new Set(names).size, names.length);
        assert.ok(!names.includes("all"));
    });

    for (const { name } of POLICIES) {
        it(`has one file and one page for ${name}`, () => {
            assert.ok(existsSync(new URL(`../../policies/${name}.ts`, import.meta.url)));
            const page = readFileSync(new URL(`../../docs/policies/${name}.md`, import.meta.url), { encoding: "utf8" });
            assert.match(page, new RegExp(`^# ${name}\\n`));
        });
    }

    for (const file of readdirSync(new URL("../../policies/config", import.meta.url))) {
        it(`is configured by ${file} with its own names, levels and properties`, () => {
            for (const [key, setting] of Object.entries(read(`../../policies/config/${file}`) ?? {})) {
                const policy = POLICIES.find(({ name }) => name === key);
                assert.ok(key === "all" || policy !== undefined, key);
                assert.ok(LEVELS.has(levelOf(setting)), key);
                const properties = typeof setting === "object" ? Object.keys(setting ?? {}) : [];
                const known = new Set(["enforcementLevel", ...Object.keys(policy?.configSchema?.properties ?? {})]);
                assert.deepEqual(
                    properties.filter((property) => !known.has(property)),
                    [],
                );
            }
        });
    }

    it("makes everything mandatory in production", () => {
        const prod = Object.entries(read("../../policies/config/prod.json") ?? {});
        assert.deepEqual([...new Set(prod.map(([, setting]) => levelOf(setting)))], ["mandatory"]);
        assert.ok(prod.some(([key]) => key === "all"));
    });

    it("says its version, without which the engine cannot load it", () => {
        assert.match(String(Reflect.get(Object(read("../../policies/package.json")), "version")), /^\d+\.\d+\.\d+$/);
    });
});
