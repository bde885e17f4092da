import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseDocument } from "yaml";
import { nearest } from "../../stacks/config/nearest.ts";
import { Misuse, Refusal } from "./errors.ts";
import { isRecord, projectConfig } from "./project-config.ts";

/** A stack as its files describe it, ready to be given to the program. */
export interface StackFiles {
    /** Folder of `Pulumi.yaml`. */
    readonly directory: string;
    readonly project: string;
    readonly stack: string;
    /** Absolute path of the program. */
    readonly main: string;
    /** Names of the files that were read. */
    readonly files: readonly string[];
    /** Configuration as the engine hands it over: full keys; text, or JSON for what is structured. */
    readonly config: Readonly<Record<string, string>>;
    /** Keys of `config` whose values are secret. */
    readonly secretKeys: readonly string[];
}

/** Stands in for a value that is encrypted in the stack's file; a plan decrypts nothing. */
export const ENCRYPTED = "[secret]";

function readYaml(directory: string, file: string): Record<string, unknown> {
    const document = parseDocument(readFileSync(resolve(directory, file), "utf8"), { prettyErrors: true });
    const [error] = document.errors;
    if (error !== undefined) {
        throw new Refusal([`${file}: ${error.message.trim()}`]);
    }
    const content: unknown = document.toJS();
    if (content === null) {
        return {};
    }
    if (!isRecord(content)) {
        throw new Refusal([
            `${file}: got ${JSON.stringify(content)}; a file of settings is a mapping. Write KEY: VALUE.`,
        ]);
    }
    return content;
}

/** Files of the stacks in a folder, by the stack's name; the CLI takes both endings. */
function stackFiles(directory: string): ReadonlyMap<string, string> {
    return new Map(
        readdirSync(directory)
            .toSorted()
            .flatMap((file) => {
                const stack = /^Pulumi\.(.+)\.ya?ml$/.exec(file)?.[1];
                return stack === undefined ? [] : [[stack, file] as const];
            }),
    );
}

/** Names of the stacks that have a file in a folder. */
export function knownStacks(directory: string): string[] {
    return [...stackFiles(directory).keys()];
}

function unknownStack(directory: string, stack: string): Misuse {
    const known = knownStacks(directory);
    const meant = nearest(stack, known);
    const hint = meant === undefined ? "" : ` Did you mean ${meant}?`;
    const list = known.length === 0 ? "there is no Pulumi.STACK.yaml here" : `the stacks are ${known.join(", ")}`;
    return new Misuse(`unknown stack "${stack}": ${list}.${hint}`);
}

function mainOf(directory: string, settings: Record<string, unknown>): string {
    const named = settings["main"];
    if (typeof named === "string") {
        return resolve(directory, named);
    }
    const manifest = join(directory, "package.json");
    const content: unknown = existsSync(manifest) ? JSON.parse(readFileSync(manifest, "utf8")) : {};
    const main = isRecord(content) && typeof content["main"] === "string" ? content["main"] : "index.ts";
    return resolve(directory, main);
}

/** Replaces what is encrypted, at any depth. */
function decrypted(value: unknown): { readonly value: unknown; readonly secret: boolean } {
    if (Array.isArray(value)) {
        const items = value.map(decrypted);
        return { value: items.map((item) => item.value), secret: items.some((item) => item.secret) };
    }
    if (!isRecord(value)) {
        return { value, secret: false };
    }
    if (typeof value["secure"] === "string" && Object.keys(value).length === 1) {
        return { value: ENCRYPTED, secret: true };
    }
    const entries = Object.entries(value).map(([key, inner]) => [key, decrypted(inner)] as const);
    return {
        value: Object.fromEntries(entries.map(([key, inner]) => [key, inner.value])),
        secret: entries.some(([, inner]) => inner.secret),
    };
}

/** The configuration that goes over a stack's own: in the form of a stack's file. */
function overlay(file: string | undefined): Record<string, unknown> {
    if (file === undefined) {
        return {};
    }
    if (!existsSync(file)) {
        throw new Misuse(`--with ${file}: there is no such file.`);
    }
    const config = readYaml(".", file)["config"];
    if (!isRecord(config)) {
        throw new Misuse(`--with ${file}: it has no config. Write it in the form of Pulumi.STACK.yaml.`);
    }
    return config;
}

/** Text as it is, everything else as JSON: what `pulumi.Config` parses back. */
function handedOver(value: unknown): string {
    return typeof value === "string" ? value : JSON.stringify(value);
}

/**
 * Reads a stack as the CLI does: the project's schema with its defaults, and over it the stack's own values.
 *
 * @param directory folder of `Pulumi.yaml`
 * @param stack name of the stack, as in `Pulumi.NAME.yaml`
 * @param over a YAML file whose `config` goes over the stack's own, section by section, for what-if questions
 * @throws {Misuse} if there is no project, or no such stack: the message lists those that there are
 * @throws {Refusal} if a file is not YAML, or configuration is missing or of another type than declared
 */
export function readStack(directory: string, stack: string, over?: string): StackFiles {
    if (!existsSync(join(directory, "Pulumi.yaml"))) {
        throw new Misuse(`${directory} has no Pulumi.yaml: run this in the project's folder.`);
    }
    const stackFile = stackFiles(directory).get(stack);
    if (stackFile === undefined) {
        throw unknownStack(directory, stack);
    }
    const settings = readYaml(directory, "Pulumi.yaml");
    const project = settings["name"];
    if (typeof project !== "string") {
        throw new Refusal([
            `Pulumi.yaml, name: got ${JSON.stringify(project)}; a project needs a name. Set name: TEXT.`,
        ]);
    }
    const own = readYaml(directory, stackFile)["config"] ?? {};
    const merged = projectConfig(
        project,
        settings["config"],
        isRecord(own) ? { ...own, ...overlay(over) } : own,
        stackFile,
    );
    const config: Record<string, string> = {};
    const secretKeys: string[] = [];
    for (const [key, entry] of merged) {
        const plain = decrypted(entry.value);
        config[key] = handedOver(plain.value);
        if (plain.secret || entry.secret) {
            secretKeys.push(key);
        }
    }
    const files = ["Pulumi.yaml", stackFile, ...(over === undefined ? [] : [over])];
    return {
        directory: resolve(directory),
        project,
        stack,
        main: mainOf(directory, settings),
        files,
        config,
        secretKeys,
    };
}
