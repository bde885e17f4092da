import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { everyGroup } from "../components/alerts/samples.ts";
import type { Inputs } from "../support/mocks.ts";
import { assertParses, vectorSelectors } from "../support/promql.ts";
import { EXPORTERS } from "./metrics/exporters.ts";
import { everything } from "./platform/everything.ts";
import { objectsOf, renderedStack } from "./rendered/stack.ts";

/** Labels that every series has, whoever reports it: of its target, or of what it is about. */
const OF_TARGETS = new Set(["namespace", "pod", "container"]);

/** Expressions in which only names differ, once each: to read one takes a millisecond. */
function shapes(rules: readonly Inputs[]): readonly string[] {
    return [...new Map(rules.map(({ expr }) => [String(expr).replaceAll(/"[^"]*"|\d+/g, "0"), String(expr)])).values()];
}

/** What an expression reads: each metric with the labels that it is selected by. */
function reads(expr: string): readonly (readonly [metric: string, labels: readonly string[]])[] {
    return vectorSelectors(expr).map((selector) => {
        const [, metric = "", matchers = ""] = /^([^{]*)(?:\{(.*)\})?$/s.exec(selector) ?? [];
        return [metric, [...matchers.matchAll(/(\w+)(?:=~|!~|!=|=)"/g)].map(([, label = ""]) => label)];
    });
}

/** A page of ours that a text names, with the heading that it is asked to look at. */
function pages(text: string): readonly (readonly [page: string, heading: string | undefined])[] {
    return [...text.matchAll(/\b(docs\/[\w/.-]+\.md)(?:, "([^"]+)")?/g)].map(([, page = "", heading]) => [
        page,
        heading,
    ]);
}

describe("every alert of a stack", () => {
    let rules: readonly Inputs[] = [];
    before(async function () {
        this.timeout("60s");
        const objects = [...(await renderedStack("prod")).objects, ...objectsOf(await everything())];
        const groups = objects.flatMap(({ kind, object }) =>
            kind === "PrometheusRule" && Array.isArray(object["spec"].groups) ? object["spec"].groups : [],
        );
        rules = groups.flatMap((group: Inputs) => group["rules"]);
        assert.ok(rules.length > 500);
    });

    it("reads metrics, by labels, that somebody reports", () => {
        const known = new Map(Object.values(EXPORTERS).flatMap(({ metrics }) => Object.entries(metrics)));
        const problems = shapes(rules).flatMap((expr) => {
            assertParses(expr);
            return reads(expr).flatMap(([metric, labels]) => {
                const own = known.get(metric);
                return own === undefined
                    ? [`${metric}: reported by nobody`]
                    : labels
                          .filter((label) => !own.includes(label) && !OF_TARGETS.has(label))
                          .map((label) => `${metric} has no label ${label}`);
            });
        });
        assert.deepEqual([...new Set(problems)], []);
    });

    it("is why a metric is on record: none is there that no alert reads", () => {
        // The one alert on an autoscaler is in no stack.
        const all = [...rules, ...everyGroup().flatMap((group) => group.rules)];
        const read = new Set(shapes(all).flatMap((expr) => reads(expr).map(([metric]) => metric)));
        const { "JMX exporter": made, ...others } = EXPORTERS;
        assert.ok(made);
        const recorded = Object.values(others).flatMap(({ metrics }) => Object.keys(metrics));
        assert.deepEqual(
            recorded.filter((metric) => !read.has(metric)),
            [],
        );
    });

    it("says what was found, what it means and what to do first", () => {
        for (const { alert, annotations, labels } of rules) {
            assert.match(labels.severity, /^(critical|warning)$/, alert);
            assert.ok(annotations.summary, alert);
            assert.match(annotations.description, /\bFirst\b/, alert);
        }
    });

    it("points at pages that there are", () => {
        const found = new Set<string>();
        for (const { alert, annotations } of rules) {
            for (const [page, heading] of pages(JSON.stringify(annotations).replaceAll(String.raw`\"`, '"'))) {
                const file = new URL(`../../${page}`, import.meta.url);
                assert.ok(existsSync(file), `${alert}: there is no ${page}`);
                const headings = readFileSync(file, "utf8").match(/^#+ .*$/gm) ?? [];
                assert.ok(
                    heading === undefined || headings.some((one) => one.replace(/^#+ /, "") === heading),
                    `${alert}: ${page} has no "${heading}"`,
                );
                found.add(page);
            }
        }
        assert.ok(found.size > 0);
    });

    it("links, where it does, to an address", () => {
        for (const { alert, annotations } of rules) {
            const { runbook_url: url = "https://example.com/" } = annotations;
            assert.ok(URL.canParse(url), `${alert}: ${url}`);
        }
    });
});
