/**
 * Writes what the README quotes: examples from `docs/examples.ts` and the output of commands. `--check` changes nothing
 * and exits with 1 if the README differs.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Command } from "commander";

const ROOT = new URL("../", import.meta.url);
const README = new URL("README.md", ROOT);
/** A marker, and the fenced block after it, empty or not. */
const BLOCK = /<!-- (example|output): (.+) -->\n```(\w+)\n(?:(?!```)[^\n]*\n)*```(?=\n|$)/g;

function example(name: string): string {
    const source = readFileSync(new URL("docs/examples.ts", ROOT), "utf8");
    const region = new RegExp(`^ *// #region ${name}\\n([\\s\\S]*?)^ *// #endregion$`, "m").exec(source)?.[1];
    if (region === undefined) {
        throw new Error(`README.md: docs/examples.ts has no region ${name}. Correct the marker, or add the region.`);
    }
    // The examples stand in a function, four spaces in.
    return region.replaceAll(/^ {4}/gm, "").trimEnd();
}

function output(command: string): string {
    const run = spawnSync(command, { cwd: fileURLToPath(ROOT), shell: true, encoding: "utf8" });
    if (run.status !== 0) {
        throw new Error(`README.md: ${command} ended with ${run.status ?? run.signal}.\n${run.stderr}`);
    }
    return run.stdout.trimEnd();
}

function current(readme: string): string {
    return readme.replaceAll(BLOCK, (_block, kind: string, name: string, language: string) => {
        const content = kind === "example" ? example(name) : output(name);
        return `<!-- ${kind}: ${name} -->\n\`\`\`${language}\n${content}\n\`\`\``;
    });
}

const { check } = new Command()
    .name("npm run docs --")
    .description("Writes the examples and outputs that the README quotes.")
    .option("--check", "change nothing; exit with 1 if the README is not current")
    .parse()
    .opts<{ check?: boolean }>();
const before = readFileSync(README, "utf8");
const after = current(before);
if (before === after) {
    console.log("README.md is current.");
} else if (check) {
    console.error("README.md is not current. Run: npm run docs");
    process.exitCode = 1;
} else {
    writeFileSync(README, after);
    console.log("README.md is rewritten.");
}
