import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { OPTIONAL_SECTIONS } from "../../tools/platform-table/optional-sections.ts";
import { changedStack, type RenderedStack, renderedStack } from "../stacks/rendered/stack.ts";
import { healthyNodes, healthySeries, workloadsOf, workloadsOfCharts } from "./rules/exporters.ts";
import { notation, type Series, valueAfter } from "./rules/metric.ts";
import { contents, filesOf, groupsIn, type RuleFiles, rulesIn, unknownRulesIn } from "./rules/rule-files.ts";
import { SCENARIOS } from "./rules/scenarios.ts";
import { SYSTEMS } from "./rules/systems.ts";
import { ofSystem, ofWorkload, type Tried } from "./rules/tried.ts";
import { type LoadedGroup, Prometheus } from "./support/prometheus.ts";
import { promtool } from "./support/promtool.ts";

/** Stacks, the last one with every system and the one change that brings an alert of its own. */
const STACKS: Readonly<Record<string, () => Promise<RenderedStack>>> = {
    prod: () => renderedStack("prod"),
    staging: () => renderedStack("staging"),
    local: () => renderedStack("local"),
    complete: () =>
        changedStack("prod", {
            ...OPTIONAL_SECTIONS,
            consumers: { membership: { kind: "dynamic", min: 2, max: 4, lagPerReplica: 1000 } },
        }),
};

/** Milliseconds between two questions to Prometheus, which evaluates once a second. */
const POLL_MS = 100;

/** A workload of each kind, whose alerts are put to the test, and what the names of those begin with, if not all. */
const WORKLOADS: readonly (readonly [stack: string, workload: string, only?: string])[] = [
    ["prod", "pgbouncer"],
    ["prod", "kafka-controller"],
    ["prod", "fluent-bit"],
    ["prod", "airflow-migrate"],
    ["prod", "nightly-etl"],
    ["complete", "kafka-consumers", "DeploymentAutoscalerAtLimit"],
    ["complete", "zeppelin", "StatefulSetBlockedByPod"],
];

const stacks = new Map<string, RenderedStack>();

function rendered(name: string): RenderedStack {
    const stack = stacks.get(name);
    assert.ok(stack, name);
    return stack;
}

function everyFile(): RuleFiles {
    return new Map([...stacks].flatMap(([name, stack]) => [...filesOf(name, rulesIn(stack))]));
}

/** The first stack that has a system's alerts. */
function stackWith(rules: string): string {
    const [found] = [...stacks].find(([, stack]) => rulesIn(stack).some(({ name }) => name === rules)) ?? [];
    assert.ok(found, `no stack has the PrometheusRule ${rules}`);
    return found;
}

/** What is tried, by the name that its tests begin with. */
function everythingTried(): ReadonlyMap<string, Tried> {
    return new Map([
        ...WORKLOADS.map(([stack, name, only]) => [name, ofWorkload(stack, rendered(stack), name, only)] as const),
        ...SYSTEMS.map((system) => {
            const stack = stackWith(system.rules);
            return [system.rules, ofSystem(stack, rendered(stack), system)] as const;
        }),
    ]);
}

/** How often each alert is named. */
function counted(alerts: readonly string[]): ReadonlyMap<string, number> {
    return new Map([...Map.groupBy(alerts, (alert) => alert)].map(([alert, all]) => [alert, all.length]));
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

    it("are known before anything is made, but for jobs that are named by what they do to a database", () => {
        const unknown = [...stacks.values()].flatMap((stack) => unknownRulesIn(stack).map(({ name }) => name));
        assert.deepEqual(
            unknown.filter((name) => !name.endsWith("-database-setup")),
            [],
        );
    });

    it("are all about something that is tried", () => {
        const kindOf = (group: string): string => group.replace(/\..*$/, "");
        const ofSystems = new Map(
            SYSTEMS.flatMap(({ rules, misfortunes }) => {
                const own = rulesIn(rendered(stackWith(rules))).filter(({ name }) => name === rules);
                const said = counted(misfortunes.flatMap(({ alerts }) => alerts));
                return groupsIn(filesOf("", own)).map(({ name }) => [kindOf(name), said] as const);
            }),
        );
        const ofWorkloads = new Set(SCENARIOS.flatMap(({ alerts }) => alerts));
        const seen = new Set<string>();
        for (const { name, rules } of groupsIn(everyFile())) {
            const said = ofSystems.get(kindOf(name));
            for (const [alert, times] of counted(rules.map((rule) => rule.name))) {
                seen.add(alert);
                // Two rules of a name have to be tried one by one.
                const enough = said === undefined ? ofWorkloads.has(alert) : (said.get(alert) ?? 0) >= times;
                assert.ok(enough, `${name}: nothing brings ${alert}`);
            }
        }
        const said = [...ofWorkloads, ...[...ofSystems.values()].flatMap((alerts) => [...alerts.keys()])];
        assert.deepEqual(
            said.filter((alert) => !seen.has(alert)),
            [],
        );
    });

    describe("put to the test", () => {
        let output = "";
        let count = 0;
        before(async () => {
            const all = everythingTried();
            const files = [...all].map(([name, { rules, tests }]) => [`tests-${name}.json`, { rules, tests }] as const);
            count = files.length;
            ({ output } = await promtool(
                ["test", "rules", ...files.map(([name]) => name)],
                new Map(files.flatMap(([name, { rules, tests }]) => [...rules, [name, tests] as const])),
            ));
        });

        it("are read", () => {
            assert.equal(output.match(/^ *(SUCCESS|FAILED:)$/gm)?.length, count, output);
        });

        for (const name of [...WORKLOADS.map(([, workload]) => workload), ...SYSTEMS.map(({ rules }) => rules)]) {
            it(`of ${name} fire for what they are about and for nothing else`, () => {
                // promtool shows the comment of an expression, which has the name of the test.
                none(output.split(/^ +(?=expr: )/m).filter((problem) => problem.includes(`# ${name}: `)));
            });
        }
    });
});

/** What exporters say of everything in a stack, which is well. */
function wellSeries(stack: RenderedStack): readonly Series[] {
    const now = Date.now() / 1000;
    const names = new Set(rulesIn(stack).map(({ name }) => name));
    return [
        ...healthyNodes(now),
        ...[...workloadsOf(stack.objects), ...workloadsOfCharts(stack)].flatMap((one) => healthySeries(one, now)),
        ...SYSTEMS.filter(({ rules }) => names.has(rules)).flatMap(({ well }) => well(now)),
    ];
}

/** Every group as it is after it was evaluated on what was scraped. */
async function evaluated(prometheus: Prometheus): Promise<readonly LoadedGroup[]> {
    for (let scraped = Number.POSITIVE_INFINITY; ; await pause(POLL_MS)) {
        // A busy machine may miss a scrape, after which everything is missing for a moment.
        const [here, whole] = await Promise.all([
            prometheus.count('count(kube_node_created{node="node-0"}) == 2'),
            prometheus.count("min_over_time(up[5s]) == 1"),
        ]);
        scraped = here === 1 && whole === 2 ? Math.min(scraped, Date.now()) : Number.POSITIVE_INFINITY;
        const groups = await prometheus.groups();
        if (groups.every(({ lastEvaluation }) => Date.parse(lastEvaluation) > scraped)) {
            return groups;
        }
    }
}

describe("alert rules in Prometheus", () => {
    const started = Date.now();
    const well = new Map<string, readonly Series[]>();
    const exporter = createServer(({ url = "" }, response) => {
        const seconds = (Date.now() - started) / 1000;
        const all = well.get(url.slice(1)) ?? [];
        const body = all.map((one) => `${notation(one)} ${valueAfter(one, seconds)}\n`).join("");
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
            well.set(name, wellSeries(stack));
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
