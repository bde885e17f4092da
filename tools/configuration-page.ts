/** Writes `docs/configuration.md` from the schema and its comments. `--check` changes nothing, and exits with 1 if it differs. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { Command } from "commander";
import { schemas } from "../stacks/config/schema.ts";
import { PROVIDER_KEYS } from "../stacks/config.ts";
import { Comments } from "./configuration-page/comments.ts";
import { configurationPage, type Described, unexplained } from "./configuration-page/page.ts";
import { readStack } from "./plan/stack-files.ts";
import { OPTIONAL_SECTIONS } from "./platform-table/optional-sections.ts";

const ROOT = resolve(import.meta.dirname, "..");
const PAGE = resolve(ROOT, "docs/configuration.md");
const SCHEMA = resolve(ROOT, "stacks/config/schema.ts");

/** A stack's values by the keys of the schema. */
function example(stack: string): Record<string, unknown> {
    const { project, config } = readStack(ROOT, stack);
    const provider = new Map(Object.entries(PROVIDER_KEYS).map(([key, full]) => [full, key]));
    return Object.fromEntries(
        Object.entries(config).map(([full, text]) => [
            provider.get(full) ?? full.slice(project.length + 1),
            /^[[{]/.test(text) ? (JSON.parse(text) as unknown) : text,
        ]),
    );
}

const { check } = new Command()
    .name("node tools/configuration-page.ts")
    .description("Writes docs/configuration.md from the configuration's schema and its comments.")
    .option("--check", "change nothing; exit with 1 if the page is not current")
    .parse()
    .opts<{ check?: boolean }>();

const comments = new Comments();
const described: readonly Described[] = [
    {
        target: "EKS",
        shape: schemas.eks.shape,
        commented: comments.of(SCHEMA, "eksSchema"),
        examples: [example("prod"), OPTIONAL_SECTIONS, example("staging")],
    },
    {
        target: "a cluster that is there",
        shape: schemas.kubeconfig.shape,
        commented: comments.of(SCHEMA, "kubeconfigSchema"),
        examples: [example("local")],
    },
];
const missing = unexplained(described);
if (missing.length > 0) {
    throw new Error(`Nothing says what these mean; write it above them in stacks/config:\n${missing.join("\n")}`);
}
const page = configurationPage(described, PROVIDER_KEYS);
if (existsSync(PAGE) && readFileSync(PAGE, "utf8") === page) {
    console.log("docs/configuration.md is current.");
} else if (check) {
    console.error("docs/configuration.md is not current. Run: node tools/configuration-page.ts");
    process.exitCode = 1;
} else {
    writeFileSync(PAGE, page);
    console.log("docs/configuration.md is rewritten.");
}
