/**
 * What a label has to be: this value, anything but this value, one of these values (at least one), or a regular
 * expression (RE2, which Prometheus anchors at both ends; literal parts go through {@link escapeRegExp}).
 */
export type Matcher =
    | string
    | { readonly not: string }
    | { readonly oneOf: readonly string[] }
    | { readonly pattern: string };

/** Makes text match itself in RE2. The same characters as Go's `regexp.QuoteMeta`. */
export function escapeRegExp(text: string): string {
    return text.replaceAll(/[\\.+*?()|[\]{}^$]/g, String.raw`\$&`);
}

/** Writes a string literal. PromQL reads Go's escapes, of which JSON's are a part once the text is valid Unicode. */
function literal(text: string): string {
    return JSON.stringify(text.toWellFormed());
}

function matcher(label: string, wanted: Matcher): string {
    if (typeof wanted === "string") {
        return `${label}=${literal(wanted)}`;
    }
    if ("not" in wanted) {
        return `${label}!=${literal(wanted.not)}`;
    }
    if ("pattern" in wanted) {
        return `${label}=~${literal(wanted.pattern)}`;
    }
    const [only, ...others] = wanted.oneOf;
    return only !== undefined && others.length === 0
        ? `${label}=${literal(only)}`
        : `${label}=~${literal(wanted.oneOf.map(escapeRegExp).join("|"))}`;
}

/** Writes an instant vector selector: `selector("up", { job: "a" })` → `up{job="a"}`. */
export function selector(metric: string, matchers: Readonly<Record<string, Matcher>>): string {
    return `${metric}{${Object.entries(matchers)
        .map(([label, wanted]) => matcher(label, wanted))
        .join(",")}}`;
}

/**
 * Aggregates to the labels that an alert is known by. Every metric goes through this before it is compared or joined:
 * while kube-state-metrics restarts, each of its series is there twice, which otherwise breaks a join
 * (kubernetes-mixin#1092), and labels of the scrape would tell the alerts of two Prometheus replicas apart.
 */
export function maxBy(labels: readonly string[], expr: string): string {
    return `max by (${labels.join(", ")}) (${expr})`;
}

/** Writes an expression over several lines, as a reader of the rule finds it. */
export function lines(...parts: readonly string[]): string {
    return parts.join("\n");
}
