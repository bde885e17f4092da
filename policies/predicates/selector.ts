import { at, entries, list, type Plain, text, texts, UNKNOWN } from "./plain.ts";

/** Whether a selector takes an object's labels; `undefined` when that depends on a value that is not known. */
export type Match = boolean | undefined;

function all(matches: readonly Match[]): Match {
    if (matches.includes(false)) {
        return false;
    }
    return matches.includes(undefined) ? undefined : true;
}

function matchesLabel(labels: Plain, key: string, wanted: Plain): Match {
    const label = at(labels, key);
    return label === UNKNOWN || wanted === UNKNOWN ? undefined : label === wanted;
}

function matchesExpression(labels: Plain, expression: Plain): Match {
    const key = text(expression, "key");
    const operator = text(expression, "operator");
    const values = at(expression, "values");
    const label = key === undefined ? UNKNOWN : at(labels, key);
    if (label === UNKNOWN || operator === undefined) {
        return undefined;
    }
    if (operator === "Exists" || operator === "DoesNotExist") {
        return (label !== undefined) === (operator === "Exists");
    }
    if (values === UNKNOWN || list(values).includes(UNKNOWN)) {
        return undefined;
    }
    const isIn = typeof label === "string" && texts(values).includes(label);
    return operator === "In" ? isIn : !isIn;
}

/**
 * Whether equality labels, as a Service has, take `labels`. An empty selector takes nothing, as the Service's does.
 */
export function matchesLabels(selector: Plain, labels: Plain): Match {
    if (selector === UNKNOWN || labels === UNKNOWN) {
        return undefined;
    }
    const wanted = entries(selector);
    return wanted.length > 0 && all(wanted.map(([key, value]) => matchesLabel(labels, key, value)));
}

/**
 * Whether a label selector (`matchLabels`, `matchExpressions`) takes `labels`. An empty selector takes everything, as
 * in policy/v1 (https://kubernetes.io/docs/tasks/run-application/configure-pdb/).
 */
export function matchesSelector(selector: Plain, labels: Plain): Match {
    if (selector === UNKNOWN || labels === UNKNOWN || at(selector, "matchLabels") === UNKNOWN) {
        return undefined;
    }
    return all([
        ...entries(selector, "matchLabels").map(([key, value]) => matchesLabel(labels, key, value)),
        ...list(selector, "matchExpressions").map((expression) => matchesExpression(labels, expression)),
    ]);
}

function namespaceOf(object: Plain): string | typeof UNKNOWN {
    const namespace = at(object, "metadata", "namespace");
    if (namespace === UNKNOWN) {
        return UNKNOWN;
    }
    return typeof namespace === "string" ? namespace : "default";
}

/** Whether two objects are in one namespace; `undefined` when one's is not known. */
export function sameNamespace(one: Plain, other: Plain): Match {
    const first = namespaceOf(one);
    const second = namespaceOf(other);
    return first === UNKNOWN || second === UNKNOWN ? undefined : first === second;
}
