import assert from "node:assert/strict";
import { ROLE_LABEL } from "../../stacks/workloads/metadata-database/patroni.ts";
import { OPTIONAL_SECTIONS } from "../../tools/platform-table/optional-sections.ts";
import type { Inputs } from "../support/mocks.ts";
import { assertParses } from "../support/promql.ts";
import { kindsWithoutSchema, schemaProblems } from "../support/schema.ts";
import { chartObjects } from "./connections/world.ts";
import { builtWith } from "./platform/everything.ts";
import { leaks } from "./rendered/leaks.ts";
import { called } from "./rendered/pods.ts";
import { danglingReferences, type Foreign } from "./rendered/references.ts";
import { duplicates, type RunTime, strayingPods, strayingSelectors } from "./rendered/selectors.ts";
import {
    NOT_OBJECTS,
    objectsOf,
    type RenderedObject,
    type RenderedStack,
    renderedStack,
    withGeneratedValues,
} from "./rendered/stack.ts";

interface Subject {
    readonly make: () => Promise<RenderedStack>;
    /** What it expects of a cluster that it does not make. */
    readonly foreign: Foreign;
}

async function withEveryOption(): Promise<RenderedStack> {
    const resources = await withGeneratedValues(() => builtWith(OPTIONAL_SECTIONS));
    return { resources, objects: objectsOf(resources) };
}

const STACKS: Readonly<Record<string, Subject>> = {
    prod: { make: () => renderedStack("prod"), foreign: [] },
    staging: { make: () => renderedStack("staging"), foreign: [] },
    local: { make: () => renderedStack("local"), foreign: ["StorageClass standard"] },
    "prod with every option": { make: withEveryOption, foreign: [] },
};

/** What Patroni does: it points its services at pods, of the leader, of its configuration and of the standby. */
const AT_RUN_TIME: RunTime = {
    selectorless: ["metadata-database", "metadata-database-config", "metadata-database-sync"].map(
        (name) => `Service data/${name}`,
    ),
    labels: [ROLE_LABEL],
};

function none(problems: readonly string[]): void {
    assert.ok(problems.length === 0, `\n  ${problems.join("\n  ")}`);
}

function expressionProblems({ kind, object }: RenderedObject): readonly string[] {
    // Unknown in a first preview are those of a job whose name depends on what RDS will be called.
    const groups: readonly Inputs[] = kind === "PrometheusRule" ? (object["spec"].groups ?? []) : [];
    return groups.flatMap(({ name, rules }) =>
        rules.flatMap(({ alert, expr }: Inputs) => {
            try {
                assertParses(expr);
                return [];
            } catch (error) {
                return [`${name}, ${alert}: ${String(error)}`];
            }
        }),
    );
}

for (const [stack, { make, foreign }] of Object.entries(STACKS)) {
    describe(`what ${stack} makes`, () => {
        let made: RenderedStack;
        before(async () => {
            made = await make();
        });

        it("is objects of the API server, or listed with the reason", () => {
            const kinds = new Set(
                made.resources.map(({ type }) => type).filter((type) => type.startsWith("kubernetes:")),
            );
            const objects = new Set(
                made.objects.map(({ apiVersion, kind }) => {
                    const group = apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`;
                    return `kubernetes:${group}:${kind}`;
                }),
            );
            const rest = [...kinds].filter((type) => !objects.has(type) && !(type in NOT_OBJECTS));
            assert.deepEqual(rest, []);
            assert.deepEqual(kindsWithoutSchema(made.objects), []);
        });

        it("is valid by the closed schemas", () => {
            none(
                made.objects.flatMap((object) =>
                    schemaProblems({ ...object.object, apiVersion: object.apiVersion, kind: object.kind }).map(
                        (problem) => `${called(object)}: ${problem}`,
                    ),
                ),
            );
        });

        it("alerts on expressions that are PromQL", () => none(made.objects.flatMap(expressionProblems)));

        it("names only what is there", () => {
            const releases = made.resources.filter(({ type }) => type in NOT_OBJECTS);
            none(danglingReferences(made.objects, releases, foreign));
        });

        it("selects the pods that it means, at ports that they have", () => {
            none(strayingSelectors([...made.objects, ...chartObjects(made)], AT_RUN_TIME));
        });

        it("runs on pools that are there", () => {
            const groups = made.resources.filter(({ type }) => type === "aws:eks/nodeGroup:NodeGroup");
            const pools = made.objects.filter(({ kind }) => kind === "NodePool");
            const labels = [
                ...groups.map(({ inputs }) => inputs["labels"]),
                ...pools.map(({ object }) => object["spec"].template.metadata.labels),
            ];
            none(strayingPods(made.objects, new Set(labels.map((some) => some.workload))));
        });

        it("has one object of a name", () => none(duplicates(made.objects)));

        it("shows no secret outside of Secrets", () => none(leaks(made.resources)));
    });
}
