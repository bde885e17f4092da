import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { ArgumentError } from "../../components/support/errors.ts";
import { GENERATED } from "../stacks/rendered/stack.ts";
import { formsOf } from "../support/encodings.ts";
import type { Report } from "./canaries/report.ts";
import { byFullKey, checked, startOf, withEverySystem } from "./options/configurations.ts";
import { allOptions } from "./options/options.ts";
import { withValue } from "./options/paths.ts";
import { TRIALS } from "./options/table.ts";

const REPOSITORY = resolve(import.meta.dirname, "../..");
const PLANT = join(import.meta.dirname, "canaries", "plant.ts");

const STACKS = ["prod", "staging", "local"] as const;

function contentOf(folder: string): Map<string, string> {
    return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

/** Runs a plan whose generated values are known, and tells what became of them. */
async function plan(folder: string, args: readonly string[]) {
    const file = join(folder, "report.json");
    const child = spawn(process.execPath, ["--import", PLANT, join(REPOSITORY, "tools", "plan.ts"), ...args], {
        cwd: REPOSITORY,
        env: { ...process.env, REPORT: file },
        stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = once(child, "close");
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    return { out, err, report: JSON.parse(readFileSync(file, "utf8")) as Report };
}

/** Where the forms of a text stand in another, each with what stands before it. Output may break lines anywhere. */
function traces(where: string, content: string, forms: readonly string[]): readonly string[] {
    const unbroken = content.replaceAll(/\s+/g, "");
    return forms.flatMap((form) => {
        const at = unbroken.indexOf(form);
        return at === -1 ? [] : [`${where}: …${unbroken.slice(Math.max(0, at - 80), at + form.length + 20)}…`];
    });
}

function none(problems: readonly string[]): void {
    assert.equal(problems.length, 0, `\n  ${problems.join("\n  ")}`);
}

describe("secrets", () => {
    let folder: string;

    before(() => {
        folder = mkdtempSync(join(tmpdir(), "canaries-"));
    });

    after(() => rmSync(folder, { recursive: true }));

    for (const stack of STACKS) {
        describe(`that ${stack} generates, with every system`, () => {
            let report: Report;
            const written = new Map<string, string>();

            before(async () => {
                const over = join(folder, `${stack}.yaml`);
                // JSON is YAML too.
                writeFileSync(over, JSON.stringify({ config: byFullKey(withEverySystem(stack)) }));
                const out = join(folder, stack);
                const args = ["--stack", stack, "--with", over];
                const shown = await plan(folder, [...args, "--verbose", "--out", out]);
                assert.ok(shown.out.length > 10_000, shown.err);
                ({ report } = shown);
                const json = await plan(folder, [...args, "--json"]);
                written.set("--verbose", shown.out).set("--json", json.out);
                written.set("standard error", `${shown.err}${json.err}`);
                contentOf(out).forEach((content, name) => written.set(name, content));
            });

            it("stand nowhere in what is printed and written", () => {
                const forms = formsOf(GENERATED);
                none([...written].flatMap(([where, content]) => traces(where, content, forms)));
            });

            it("are marked where they would stand", () => {
                const manifests = [...written].filter(([name]) => name.endsWith(".yaml"));
                assert.ok(manifests.some(([, content]) => content.includes('"[secret]"')));
                assert.ok(written.get("--json")?.includes('"[secret]"'));
                assert.equal(written.get("plan.json"), written.get("--json"));
            });

            it("go into Secrets and charts, each of them, and nowhere else", () => {
                assert.ok(report.planted.length > 3, report.planted.join());
                none(report.lost);
                none(report.exposed);
            });
        });
    }

    it("that stand anywhere in the configuration are not in what is said of them", () => {
        const forms = formsOf(GENERATED);
        const refused = allOptions().flatMap((option) => {
            const { sections } = startOf(option, TRIALS[option.id] ?? {});
            try {
                checked(withValue(sections, option.path, GENERATED), true);
                return [];
            } catch (error) {
                assert.ok(error instanceof ArgumentError, String(error));
                return [[option.id, error.message] as const];
            }
        });
        // Where any text is right, there is nothing to say.
        assert.ok(refused.length > 200, String(refused.length));
        none(refused.flatMap(([id, message]) => traces(id, message, forms)));
    });
});
