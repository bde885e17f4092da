import { existsSync, readFileSync } from "node:fs";

const ROOT = new URL("../../", import.meta.url);

/** The text of a page, by its path in the repository. */
export function page(path: string): string {
    return readFileSync(new URL(path, ROOT), "utf8");
}

/** What is written as code, outside of blocks. */
export function codeSpans(text: string): readonly string[] {
    return [...text.replaceAll(/^ *```[^]*?^ *```$/gm, "").matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);
}

/** Cells of the rows of tables, without their heads. */
export function rows(text: string): readonly (readonly string[])[] {
    const tables = [...text.matchAll(/^\|.*\|\n\| ---.*\|\n((?:\|.*\|(?:\n|$))+)/gm)].map(([, body = ""]) => body);
    return tables.flatMap((body) =>
        body
            .trim()
            .split("\n")
            .map((line) =>
                line
                    .slice(1, -1)
                    .split(" | ")
                    .map((cell) => cell.trim()),
            ),
    );
}

/** The part of a page under a heading, up to the next of its level. */
export function under(text: string, heading: string): string {
    const [, level = "", body = ""] = new RegExp(`^(#+) ${heading}\\n([^]*)`, "m").exec(text) ?? [];
    return body.split(new RegExp(`^${level} `, "m"))[0] ?? "";
}

/** Links of a page to files that there are not. */
export function brokenLinks(path: string): readonly string[] {
    const links = [...page(path).matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)].map(([, link = ""]) => link);
    return links.filter((link) => !existsSync(new URL(link, new URL(path, ROOT))));
}
