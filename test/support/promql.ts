import assert from "node:assert/strict";
import { parser } from "@prometheus-io/lezer-promql";

type Node = ReturnType<typeof parser.parse>["topNode"];

function nodes(expr: string): Node[] {
    const found: Node[] = [];
    parser.parse(expr).iterate({
        enter: (node) => {
            found.push(node.node);
        },
    });
    return found;
}

/** Fails unless an expression is PromQL. Syntax only: the parser knows no types and no metrics. */
export function assertParses(expr: string): void {
    assert.notEqual(expr.trim(), "", "an expression is empty");
    parser.parse(expr).iterate({
        enter: ({ type, from, to }) => {
            if (type.isError) {
                assert.fail(`not PromQL at ${from}: …${expr.slice(Math.max(0, from - 20), to + 20)}… in ${expr}`);
            }
        },
    });
}

/** The vector selectors of an expression, as written. */
export function vectorSelectors(expr: string): readonly string[] {
    return nodes(expr)
        .filter((node) => node.name === "VectorSelector")
        .map((node) => expr.slice(node.from, node.to));
}

/** The metrics that an expression reads. */
export function metricNames(expr: string): readonly string[] {
    return vectorSelectors(expr).map((selector) => selector.replace(/\{.*$/s, ""));
}

/** Whether a node only filters: it stands on the right of `and` or `unless`, where duplicate series do no harm. */
function onlyFilters(node: Node): boolean {
    const parent = node.parent;
    return (
        parent?.name === "BinaryExpr" &&
        (parent.getChild("And") !== null || parent.getChild("Unless") !== null) &&
        parent.lastChild?.from === node.from
    );
}

function withstandsDuplicates(selector: Node): boolean {
    for (let node: Node | null = selector; node !== null; node = node.parent) {
        const absent = node.name === "FunctionCall" && node.getChild("FunctionIdentifier")?.getChild("Absent") != null;
        if (node.name === "AggregateExpr" || absent || onlyFilters(node)) {
            return true;
        }
    }
    return false;
}

/**
 * Selectors whose series reach the result, or a join, as they were scraped. During a restart of kube-state-metrics each
 * of its series is there twice, which breaks such an expression (kubernetes-mixin#1092).
 */
export function unaggregatedSelectors(expr: string): readonly string[] {
    return nodes(expr)
        .filter((node) => node.name === "VectorSelector" && !withstandsDuplicates(node))
        .map((node) => expr.slice(node.from, node.to));
}
