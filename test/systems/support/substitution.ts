/** Texts by what takes their place. A key that begins with a slash is a path, and stands for what lies below it as well. */
export type Replacements = Readonly<Record<string, string>>;

/** What may stand before and after a path that is not part of a longer name. */
const PATH_START = "(?<![\\w.\\-/])";
const PATH_END = "(?![\\w\\-]|\\.\\w)";

function pattern(key: string): string {
    const literal = key.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
    return key.startsWith("/") ? `${PATH_START}${literal}${PATH_END}` : literal;
}

/**
 * Makes a function that puts the replacements into a text, in one pass: what was put in is not looked at again. Of two keys
 * that match at the same place, the longer one counts.
 */
export function substitution(replacements: Replacements): (text: string) => string {
    const keys = Object.keys(replacements).toSorted((a, b) => b.length - a.length);
    if (keys.length === 0) {
        return (text) => text;
    }
    const any = new RegExp(keys.map(pattern).join("|"), "g");
    return (text) => text.replaceAll(any, (key) => replacements[key] ?? key);
}

/**
 * Replaces `$(NAME)` by a variable as the kubelet does: an unknown one stays as it is, `$$` is a single dollar.
 * Source: k8s.io/kubernetes, third_party/forked/golang/expansion/expand.go.
 */
export function expandVariables(text: string, environment: ReadonlyMap<string, string>): string {
    return text.replaceAll(/\$(?:(\$)|\(([^)]*)\))/g, (whole, dollar: string | undefined, name: string) =>
        dollar === undefined ? (environment.get(name) ?? whole) : "$",
    );
}
