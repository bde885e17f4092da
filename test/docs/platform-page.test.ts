import assert from "node:assert/strict";
import { everything } from "../stacks/platform/everything.ts";
import { objectsOf, type RenderedObject, renderedStack } from "../stacks/rendered/stack.ts";
import { brokenLinks, codeSpans, page, rows, under } from "./markdown.ts";

const PATH = "docs/platform.md";
const TEXT = under(page(PATH), "Priorities and quotas");

/** Namespaces whose pods together have a limit. */
function limited(objects: readonly RenderedObject[]): readonly string[] {
    return objects
        .filter(({ kind, object }) => kind === "ResourceQuota" && object["spec"].scopeSelector === undefined)
        .map(({ namespace }) => namespace)
        .toSorted();
}

describe(PATH, () => {
    let objects: readonly RenderedObject[] = [];
    let least: readonly RenderedObject[] = [];
    before(async function () {
        this.timeout("120s");
        objects = objectsOf(await everything());
        ({ objects: least } = await renderedStack("staging"));
    });

    it("names the namespaces that have quotas: those of every stack, and those that some stacks have", () => {
        const [, all = "", some = ""] = /Each of the namespaces (.*?), and of (.*?) may ask/.exec(TEXT) ?? [];
        assert.deepEqual(codeSpans(all).toSorted(), limited(least));
        assert.deepEqual([...codeSpans(all), ...codeSpans(some)].toSorted(), limited(objects));
    });

    it("has what is asked for where nobody says anything, in all of them", () => {
        const ranges = objects.filter(({ kind }) => kind === "LimitRange");
        assert.deepEqual(ranges.map(({ namespace }) => namespace).toSorted(), limited(objects));
        const [, cpu, memory] = /get (\S+) of CPU and (\d+) MiB as requests/.exec(TEXT) ?? [];
        for (const { object } of ranges) {
            const [{ defaultRequest }] = object["spec"].limits;
            assert.deepEqual(defaultRequest, { cpu, memory: `${memory}Mi` });
        }
    });

    it("has the priority classes with their values", () => {
        const classes = objects.filter(({ kind }) => kind === "PriorityClass");
        const written = rows(TEXT).map(([name = "", value = ""]) => [
            ...codeSpans(name),
            Number.parseInt(value.replaceAll(/,(?=\d)/g, ""), 10),
        ]);
        assert.deepEqual(
            Object.fromEntries(written),
            Object.fromEntries(classes.map(({ name, object }) => [name, object["value"]])),
        );
    });

    it("links to what there is", () => {
        assert.deepEqual(brokenLinks(PATH), []);
    });
});
