import assert from "node:assert/strict";
import { existsSync, globSync } from "node:fs";
import { recoveryBudget } from "../../components/values/recovery-budget.ts";
import { simulatedBudget } from "../cluster/node-loss/simulated-budget.ts";
import type { RenderedObject } from "../stacks/rendered/stack.ts";
import { brokenLinks, codeSpans, page, rows, under } from "./markdown.ts";
import { alertNames, everyObject } from "./stacks.ts";

const PATH = "docs/controllers.md";
const TEXT = page(PATH);
const ROOT = new URL("../../", import.meta.url);

/** What each component makes. */
const KINDS: Readonly<Record<string, string>> = {
    StatelessService: "Deployment",
    OrderedStatefulService: "StatefulSet",
    NodeAgent: "DaemonSet",
    BatchJob: "Job",
    ScheduledJob: "CronJob",
};

/** Components, and the systems that are components, by the classes that files have. */
const CLASSES = new Set(
    globSync(["components/*.ts", "stacks/**/*.ts"], { cwd: ROOT }).flatMap((file) =>
        [...page(file).matchAll(/^export class (\w+)/gm)].map(([, name = ""]) => name),
    ),
);

/** The name that a workload is known by; that of a Job's object ends with a hash. */
function nameOf({ object, name }: RenderedObject): string {
    return String(object["metadata"]?.labels?.["app.kubernetes.io/name"] ?? name);
}

describe(PATH, () => {
    let objects: readonly RenderedObject[] = [];
    before(async function () {
        this.timeout("60s");
        objects = await everyObject();
    });
    const workloads = (): ReadonlyMap<string, string> =>
        new Map(
            objects
                .filter(({ kind }) => Object.values(KINDS).includes(kind))
                .map((object) => [nameOf(object), object.kind]),
        );
    const systems = rows(under(TEXT, "Which system runs on which"));

    it("has every workload of the stacks in its map, once", () => {
        const named = systems.flatMap(([, , names = ""]) => codeSpans(names));
        assert.deepEqual(named.toSorted(), [...workloads().keys()].toSorted());
    });

    it("says of each what it runs on", () => {
        for (const [system, kind = "", names = ""] of systems) {
            const allowed = new Set(codeSpans(kind).flatMap((component) => KINDS[component] ?? []));
            for (const name of codeSpans(names)) {
                assert.ok(allowed.has(workloads().get(name) ?? ""), `${system}: ${name} is a ${workloads().get(name)}`);
            }
        }
    });

    it("names components and alerts that there are", () => {
        const names = codeSpans(TEXT).filter((code) => /^(?:[A-Z][a-z]+){2,}$/.test(code));
        const alerts = alertNames(objects);
        assert.ok(names.some((name) => alerts.has(name)));
        assert.deepEqual(
            names.filter((name) => !CLASSES.has(name) && !alerts.has(name)),
            [],
        );
    });

    it("names files that there are, and links to some", () => {
        assert.deepEqual(brokenLinks(PATH), []);
        const files = codeSpans(TEXT).filter((code) => /^[\w-]+\/[\w*/.-]+\.(ts|md|yaml)$/.test(code));
        assert.deepEqual(
            files.filter((file) => globSync(file, { cwd: ROOT }).length === 0),
            [],
        );
    });

    it("has a test beside every figure that was observed, and budgets as they are computed", () => {
        for (const [what = "", , budget = "", observed = "", source = ""] of rows(
            under(TEXT, "What a node's death costs"),
        )) {
            const [, test = ""] = /\]\(\.\.\/(test\/cluster\/[\w-]+\.test\.ts)\)/.exec(source) ?? [];
            assert.equal(/\d/.test(observed), existsSync(new URL(test || "none", ROOT)), `${what}: ${source}`);
            const seconds = Number(/^(\d+) s/.exec(budget)?.[1]);
            const [, most = observed] = / to (.*)/.exec(observed) ?? [];
            assert.ok(Number.isNaN(seconds) || Number.parseInt(most, 10) <= seconds, what);
        }
        const alone = { kind: "reschedule", event: "node", volume: false, ordered: false, room: "spare" } as const;
        const computed = [
            recoveryBudget({ kind: "survivors", event: "node" }),
            // Node loss scales 500 s to 10 s.
            simulatedBudget(recoveryBudget({ ...alone, startUp: "500 seconds", nodesPerZone: 1 }), 0.02),
        ].map(({ seconds }) => `${seconds} s`);
        const written = rows(under(TEXT, "What a node's death costs")).map(([, , budget = ""]) => budget);
        assert.deepEqual(
            computed.filter((seconds) => !written.some((budget) => budget.startsWith(seconds))),
            [],
        );
    });
});
