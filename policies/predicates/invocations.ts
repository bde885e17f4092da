/** One program that a container starts, with its arguments. */
export interface Invocation {
    /** The program's name without directory and `.sh`; empty for whatever the image starts by itself. */
    readonly program: string;
    /** All words, the program included as it was written. */
    readonly words: readonly string[];
}

/** Programs that only start another: supervisors, user switchers and the entry points of official images. */
const WRAPPERS: ReadonlySet<string> = new Set([
    "catatonit",
    "chpst",
    "docker-entrypoint",
    "dumb-init",
    "entrypoint",
    "docker-run",
    "exec",
    "env",
    "gosu",
    "nice",
    "nohup",
    "numactl",
    "run-service",
    "setpriv",
    "setsid",
    "stdbuf",
    "su-exec",
    "sudo",
    "s6-setuidgid",
    "time",
    "tini",
]);

/** Wrappers whose first word names a user. */
const USER_SWITCHERS: ReadonlySet<string> = new Set(["chpst", "gosu", "su-exec", "s6-setuidgid"]);

/** Programs that run a script given by `-c`. */
const SHELLS: ReadonlySet<string> = new Set(["ash", "bash", "busybox", "dash", "ksh", "runuser", "sh", "su", "zsh"]);

const KEYWORDS = /^(if|then|else|elif|fi|while|until|do|done|esac|!|\{|\}|\(|\))$/;

const ASSIGNMENT = /^[A-Za-z_][A-Za-z0-9_]*=/;

/** The program's own name: no directory, no `.sh`. */
function programName(word: string): string {
    return (word.split("/").at(-1) ?? "").replace(/\.(sh|bash)$/, "");
}

/** Splits a line of shell into words; quotes keep words together and are taken off. */
function shellWords(line: string): readonly string[] {
    return (line.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? []).map((word) => word.replaceAll(/["']/g, ""));
}

/** A command substitution without another one in it, outside of arithmetic. */
const SUBSTITUTION = /\$\(([^()]*)\)/;

/** Takes command substitutions out of a script, so that the words around them stay one command. */
function withoutSubstitutions(script: string): readonly string[] {
    const inner: string[] = [];
    let outer = script;
    for (let found = SUBSTITUTION.exec(outer); found !== null; found = SUBSTITUTION.exec(outer)) {
        inner.push(found[1] ?? "");
        outer = outer.replace(found[0], "_");
    }
    return [outer, ...inner];
}

/** Splits a script into its simple commands. Text in quotes is not a command, so separators in it do not count. */
function simpleCommands(script: string): readonly (readonly string[])[] {
    const lines = script.replaceAll(/\\\r?\n/g, " ").split(/\r?\n/);
    const code = withoutSubstitutions(lines.filter((line) => !/^\s*#/.test(line)).join("\n")).join("\n");
    const pieces = code.match(/(?:[^\n;&|"'`()]|"[^"]*"|'[^']*')+/g) ?? [];
    return pieces.map(shellWords).filter((words) => words.length > 0);
}

/** Words of shell whose line names a variable or a function, not a program. */
const HEADERS: ReadonlySet<string> = new Set(["for", "select", "case", "function"]);

function unwrap(words: readonly string[]): readonly string[] {
    if (HEADERS.has(words[0] ?? "")) {
        return [];
    }
    let rest = words;
    while (rest[0] !== undefined && (KEYWORDS.test(rest[0]) || ASSIGNMENT.test(rest[0]))) {
        rest = rest.slice(1);
    }
    const program = programName(rest[0] ?? "");
    if (!WRAPPERS.has(program)) {
        return rest;
    }
    let inner = rest.slice(1);
    if (program === "docker-entrypoint" || program === "entrypoint" || program === "docker-run") {
        return inner.length === 0 || inner[0]?.startsWith("-") ? ["", ...inner] : unwrap(inner);
    }
    while (inner[0]?.startsWith("-")) {
        inner = inner.slice(1);
    }
    return unwrap(USER_SWITCHERS.has(program) ? inner.slice(1) : inner);
}

function invocationsOf(words: readonly string[]): readonly Invocation[] {
    const unwrapped = unwrap(words);
    const first = unwrapped[0];
    if (first === undefined) {
        return [];
    }
    const program = programName(first);
    if (!SHELLS.has(program)) {
        return [{ program, words: unwrapped }];
    }
    const flag = unwrapped.findIndex((word, index) => index > 0 && /^-[a-z]*c$/.test(word));
    const script = flag === -1 ? undefined : unwrapped[flag + 1];
    if (script !== undefined) {
        return simpleCommands(script).flatMap((command) => invocationsOf(command));
    }
    const file = unwrapped.slice(1).filter((word) => !/^[-+]/.test(word));
    return file.length === 0 ? [] : invocationsOf(file);
}

/**
 * The programs that a container starts, seen through shells and wrappers. A container without `command` starts what
 * its image says, with `args` as arguments where these begin with a dash; official entry points run `args` as a
 * program otherwise. A shell without a script gives none.
 */
export function invocations(command: readonly string[], args: readonly string[]): readonly Invocation[] {
    if (command.length > 0) {
        return invocationsOf([...command, ...args]);
    }
    if (args.length === 0 || args[0]?.startsWith("-")) {
        return [{ program: "", words: ["", ...args] }];
    }
    return invocationsOf(args);
}
