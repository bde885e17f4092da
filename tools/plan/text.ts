/** Columns of a plan, indentation included. */
export const WIDTH = 100;

/** Cuts text to a width, with a dot sign for what is missing. */
export function cut(text: string, width: number): string {
    return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}

function broken(word: string, width: number): string[] {
    const parts: string[] = [];
    for (let start = 0; start < word.length; start += width) {
        parts.push(word.slice(start, start + width));
    }
    return parts;
}

/**
 * Breaks text into lines of a width, at spaces; a longer word is broken where the line ends. Line breaks in the text
 * stay, and so does the indentation of what follows them.
 */
export function wrap(text: string, width: number): string[] {
    return text.split("\n").flatMap((paragraph) => {
        const indent = cut(/^ */.exec(paragraph)?.[0] ?? "", Math.floor(width / 2));
        const lines: string[] = [];
        let line = "";
        for (const word of paragraph
            .split(/\s+/)
            .filter(Boolean)
            .flatMap((w) => broken(w, width - indent.length))) {
            if (line !== "" && indent.length + line.length + 1 + word.length > width) {
                lines.push(indent + line);
                line = word;
            } else {
                line = line === "" ? word : `${line} ${word}`;
            }
        }
        return [...lines, line === "" ? "" : indent + line];
    });
}

/** A line that starts with a heading, the following ones aligned under its text; none is wider than a plan. */
export function hanging(head: string, text: string): string[] {
    const [first = "", ...rest] = wrap(text, WIDTH - head.length);
    return [`${head}${first}`.trimEnd(), ...rest.map((line) => `${" ".repeat(head.length)}${line}`.trimEnd())];
}

/** Width of the widest text, or the limit where that is less. */
export function columnWidth(texts: readonly string[], limit: number): number {
    return Math.min(limit, Math.max(0, ...texts.map((text) => text.length)));
}

/** Text cut and filled up to a width. */
export function cell(text: string, width: number, align: "left" | "right" = "left"): string {
    const fitting = cut(text, width);
    return align === "left" ? fitting.padEnd(width) : fitting.padStart(width);
}

/** A count with its noun: `1 pod`, `3 pods`. */
export function count(number: number, singular: string, plural = `${singular}s`): string {
    return `${number} ${number === 1 ? singular : plural}`;
}

const BINARY = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** An amount of bytes in the unit that keeps it short: `1.5 GiB`. */
export function bytesText(bytes: number): string {
    const power = bytes < 1 ? 0 : Math.min(BINARY.length - 1, Math.floor(Math.log2(bytes) / 10));
    return `${Number((bytes / 2 ** (10 * power)).toFixed(1))} ${BINARY[power] ?? ""}`;
}

/** An amount of CPU in cores: `2.25 CPU`. */
export function cpuText(cores: number): string {
    return `${Number(cores.toFixed(2))} CPU`;
}
