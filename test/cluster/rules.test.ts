import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { waitOf } from "../components/alerts/samples.ts";
import { changedStack, type RenderedObject, type RenderedStack, renderedStack } from "../stacks/rendered/stack.ts";
import type { Inputs } from "../support/mocks.ts";
import { healthyNodes, healthySeries, type Workload, workloadsOf } from "./rules/exporters.ts";
import { notation } from "./rules/metric.ts";
import { endOf, promtoolTests, type Trial } from "./rules/promtool-test.ts";
import { SCENARIOS } from "./rules/scenarios.ts";
import { type LoadedGroup, Prometheus } from "./support/prometheus.ts";
import { promtool } from "./support/promtool.ts";

/** Stacks, and the one change that brings an alert of its own. */
const STACKS: Readonly<Record<string, () => Promise<RenderedStack>>> = {
    prod: () => renderedStack("prod"),
    staging: () => renderedStack("staging"),
    local: () => renderedStack("local"),
    scaled: () =>
        changedStack("prod", {
            consumers: { membership: { kind: "dynamic", min: 2, max: 4, lagPerReplica: 1000 } },
        }),
};

/** Milliseconds between two questions to Prometheus, which evaluates once a second. */
const POLL_MS = 100;

/** A workload of each kind, whose alerts are put to the test, and what the names of those begin with, if not all. */
const TRIED: readonly (readonly [stack: string, workload: string, only?: string])[] = [
    ["prod", "pgbouncer"],
    ["prod", "kafka-controller"],
    ["prod", "fluent-bit"],
    ["prod", "airflow-statsd", "Airflow"],
    ["prod", "airflow-migrate"],
    ["prod", "nightly-etl"],
    ["scaled", "kafka-consumers", "DeploymentAutoscalerAtLimit"],
];

function rulesIn({ objects }: RenderedStack): readonly RenderedObject[] {
    return objects.filter(({ kind }) => kind === "PrometheusRule");
}

/** Rule files by name, one for each object. */
function filesOf(stack: string, objects: readonly RenderedObject[]): ReadonlyMap<string, Inputs> {
    return new Map(
        objects.map(({ namespace, name, object }) => [
            `${stack}-${namespace}-${name}.json`,
            { groups: object["spec"].groups },
        ]),
    );
}

/** Seconds for which the slowest alert waits. */
function longestWait(files: ReadonlyMap<string, Inputs>): number {
    const groups: readonly Inputs[] = [...files.values()].flatMap((file) => file["groups"]);
    return Math.max(...groups.flatMap(({ rules }) => rules.map(waitOf)));
}

/** All alerts of a workload, put to the test by everything that can happen to it, or only by what one is about. */
function trialsOf(workload: Workload, now: number, only: string | undefined): readonly Trial[] {
    const well = [...healthyNodes(now), ...healthySeries(workload, now)];
    const happening = SCENARIOS.filter(
        ({ kinds, to, alerts }) =>
            kinds.includes(workload.kind) &&
            (to?.(workload) ?? true) &&
            (only === undefined || alerts.some((alert) => alert.startsWith(only))),
    );
    return [
        ["nothing", well, []],
        ...happening.map(({ what, change, alerts }): Trial => [what, change(well, workload), alerts]),
    ];
}

const stacks = new Map<string, RenderedStack>();

function rendered(name: string): RenderedStack {
    const stack = stacks.get(name);
    assert.ok(stack, name);
    return stack;
}

function everyFile(): ReadonlyMap<string, Inputs> {
    return new Map([...stacks].flatMap(([name, stack]) => [...filesOf(name, rulesIn(stack))]));
}

/** A group of rules, in a file or in a Prometheus. */
interface Group {
    readonly name: string;
    readonly rules: readonly { readonly name: string; readonly query: string }[];
}

function groupsIn(rules: ReadonlyMap<string, Inputs>): readonly Group[] {
    return [...rules.values()].flatMap(({ groups }) =>
        groups.map((group: Inputs) => ({
            name: group["name"],
            rules: group["rules"].map(({ alert, expr }: Inputs) => ({ name: alert, query: expr })),
        })),
    );
}

/** Names of groups and of what is in them. */
function contents(groups: readonly Group[]): readonly string[] {
    return groups.map(({ name, rules }) => `${name}: ${rules.map((rule) => rule.name).join(" ")}`).toSorted();
}

function none(problems: readonly string[]): void {
    assert.ok(problems.length === 0, `\n  ${problems.join("\n  ")}`);
}

before(async () => {
    for (const [name, render] of Object.entries(STACKS)) {
        stacks.set(name, await render());
    }
});

describe("alert rules", () => {
    it("pass promtool's checks and lints", async () => {
        const all = everyFile();
        const { ok, output } = await promtool(["check", "rules", "--lint=all", "--lint-fatal", ...all.keys()], all);
        assert.ok(ok, output);
        assert.equal(output.match(/SUCCESS: \d+ rules found/g)?.length, all.size, output);
    });

    it("are all about something that is tried", () => {
        const alerts = new Set(groupsIn(everyFile()).flatMap(({ rules }) => rules.map((rule) => rule.name)));
        assert.deepEqual(alerts, new Set(SCENARIOS.flatMap((scenario) => scenario.alerts)));
    });

    for (const [stack, name, only] of TRIED) {
        it(`of ${name} fire for what they are about and for nothing else`, async () => {
            const { objects } = rendered(stack);
            const workload = workloadsOf(objects).find((one) => one.name === name);
            assert.ok(workload);
            const own = rulesIn(rendered(stack)).filter(
                ({ object }) => object["metadata"].labels["app.kubernetes.io/name"] === name,
            );
            const rules = filesOf(stack, own);
            const wait = longestWait(rules);
            const tests = promtoolTests([...rules.keys()], wait, trialsOf(workload, endOf(wait), only));
            const { ok, output } = await promtool(
                ["test", "rules", "tests.json"],
                new Map([...rules, ["tests.json", tests]]),
            );
            assert.ok(ok, output);
        });
    }
});

/** What exporters say of everything in a stack, which is well. */
function exposition({ objects }: RenderedStack): string {
    const now = Date.now() / 1000;
    const all = [...healthyNodes(now), ...workloadsOf(objects).flatMap((workload) => healthySeries(workload, now))];
    return all.map((one) => `${notation(one)} ${one.value}\n`).join("");
}

/** Every group as it is after it was evaluated on what was scraped. */
async function evaluated(prometheus: Prometheus): Promise<readonly LoadedGroup[]> {
    while ((await prometheus.count('count(kube_node_created{node="node-0"}) == 2')) === 0) {
        await pause(POLL_MS);
    }
    const scraped = Date.now();
    for (;;) {
        const groups = await prometheus.groups();
        if (groups.every(({ lastEvaluation }) => Date.parse(lastEvaluation) > scraped)) {
            return groups;
        }
        await pause(POLL_MS);
    }
}

describe("alert rules in Prometheus", () => {
    const exporter = createServer(({ url = "" }, response) => {
        const body = exposition(rendered(url.slice(1)));
        response.setHeader("Content-Type", "text/plain; version=0.0.4").end(body);
    });
    const running = new Map<string, Prometheus>();
    const of = (name: string): Prometheus => {
        const prometheus = running.get(name);
        assert.ok(prometheus, name);
        return prometheus;
    };
    before(async () => {
        await new Promise<void>((resolve) => exporter.listen(0, "127.0.0.1", resolve));
        const { port } = exporter.address() as AddressInfo;
        // Two of them, as while kube-state-metrics restarts: every series is there twice.
        const targets = ["127.0.0.1", "localhost"].map((host) => `${host}:${port}`);
        const starting = [...stacks].map(async ([name, stack]) => {
            const rules = filesOf(name, rulesIn(stack));
            running.set(name, await Prometheus.start({ rules, targets, metricsPath: `/${name}` }));
        });
        await Promise.all(starting);
    });
    after(async () => {
        await Promise.all([...running.values()].map((prometheus) => prometheus.stop()));
        exporter.close();
    });

    for (const stack of Object.keys(STACKS)) {
        it(`are loaded from ${stack}, every group with every alert`, async () => {
            const loaded = await of(stack).groups();
            const wanted = groupsIn(filesOf(stack, rulesIn(rendered(stack))));
            assert.deepEqual(contents(loaded), contents(wanted));
        });

        it(`of ${stack} are evaluated without an error, on series that are there twice, and are silent`, async () => {
            const groups = await evaluated(of(stack));
            const rules = groups.flatMap((group) => group.rules.map((rule) => ({ ...rule, group: group.name })));
            const bad = rules.filter(({ health }) => health !== "ok");
            none(bad.map(({ group, name, health, lastError }) => `${group} ${name} is ${health}: ${lastError}`));
            const loud = rules.filter(({ alerts }) => alerts.length > 0);
            none(loud.map(({ group, name, alerts }) => `${group} ${name}: ${JSON.stringify(alerts)}`));
        });
    }

    it("have expressions that can be asked for", async () => {
        const queries = new Set(groupsIn(everyFile()).flatMap(({ rules }) => rules.map(({ query }) => query)));
        assert.ok(queries.size > 0);
        await Promise.all([...queries].map((query) => of("prod").count(query)));
    });
});
