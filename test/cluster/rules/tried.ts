import assert from "node:assert/strict";
import type { RenderedStack } from "../../stacks/rendered/stack.ts";
import { healthyNodes, healthySeries, type Workload, workloadsOf } from "./exporters.ts";
import { endOf, promtoolTests, type Trial } from "./promtool-test.ts";
import { filesOf, longestWait, type RuleFiles, rulesIn } from "./rule-files.ts";
import { SCENARIOS } from "./scenarios.ts";
import type { System } from "./system.ts";

/** Rules, and the tests that they are put to. */
export interface Tried {
    readonly rules: RuleFiles;
    /** A file of promtool's tests; the names of all of them begin with what is tried. */
    readonly tests: object;
}

/** The rules of an object, by its name. */
function rulesNamed(stack: string, rendered: RenderedStack, name: string): RuleFiles {
    const files = filesOf(
        stack,
        rulesIn(rendered).filter((object) => object.name === name),
    );
    assert.equal(files.size, 1, `PrometheusRules ${name} in ${stack}`);
    return files;
}

function tried(name: string, rules: RuleFiles, trials: (now: number) => readonly Trial[]): Tried {
    const wait = longestWait(rules);
    const named = trials(endOf(wait)).map(([what, ...rest]): Trial => [`${name}: ${what}`, ...rest]);
    return { rules, tests: promtoolTests([...rules.keys()], wait, named) };
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

/** The alerts of a workload. */
export function ofWorkload(stack: string, rendered: RenderedStack, name: string, only?: string): Tried {
    const workload = workloadsOf(rendered.objects).find((one) => one.name === name);
    assert.ok(workload, name);
    return tried(name, rulesNamed(stack, rendered, name), (now) => trialsOf(workload, now, only));
}

/** The alerts on what a system does. */
export function ofSystem(stack: string, rendered: RenderedStack, { rules, well, misfortunes }: System): Tried {
    return tried(rules, rulesNamed(stack, rendered, rules), (now) => {
        const series = well(now);
        return [
            ["nothing", series, []],
            ...misfortunes.flatMap(({ what, alerts, change, nearly }): Trial[] => [
                [what, change(series), alerts],
                [`${what}, but ${nearly.what}`, nearly.change(series), []],
            ]),
        ];
    });
}
