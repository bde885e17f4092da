import type { Colors } from "picocolors/types.js";
import { resourceText } from "./labels.ts";
import type { Plan, Workload } from "./model.ts";
import { capacityErrors, renderCapacity } from "./render-capacity.ts";
import { renderCost, renderDifference } from "./render-cost.ts";
import { renderGroups } from "./render-groups.ts";
import { bytesText, cell, columnWidth, count, cpuText, hanging, wrap } from "./text.ts";

/** How a plan is printed. */
export interface RenderOptions {
    /** From picocolors; a set of identity functions where there is no terminal. */
    readonly colors: Colors;
    /** Every resource with its options, and every term of the recovery budgets. */
    readonly verbose: boolean;
}

const LABEL_WIDTH = 12;
const NAME_LIMIT = 34;

function labelled(label: string, text: string): string[] {
    return hanging(`  ${cell(label, LABEL_WIDTH)}`, text);
}

function section(title: string, lines: readonly string[], { colors }: RenderOptions): string[] {
    return lines.length === 0 ? [] : ["", colors.bold(title), ...lines];
}

function header({ files, judgement }: Plan, { colors }: RenderOptions): string[] {
    const config = judgement.configFile === undefined ? "" : `, ${judgement.configFile}`;
    const pack = `policy pack ${judgement.pack} ${judgement.version}${config}`;
    return [
        `${colors.bold(files.project)} ${colors.dim("·")} ${colors.bold(files.stack)}`,
        ...wrap(`Read: ${files.files.join(", ")}; ${pack}.`, 100),
        ...wrap("Offline: no account, cluster or state was asked. This is what a first deployment would create.", 100),
    ].map((line, index) => (index === 0 ? line : colors.dim(line)));
}

function policies(plan: Plan, { colors }: RenderOptions): string[] {
    const { judgement } = plan;
    const lines = judgement.verdicts
        .toSorted((a, b) => b.level.localeCompare(a.level))
        .flatMap((verdict) => {
            const mark = verdict.level === "mandatory" ? colors.red("✗ mandatory") : colors.yellow("! advisory ");
            const fix = verdict.fix === "" ? [] : hanging("      Fix: ", verdict.fix);
            return [
                `  ${mark}  ${colors.bold(verdict.policy)}`,
                ...hanging("      ", resourceText(plan, verdict.urn)),
                ...hanging("      ", verdict.message),
                ...fix,
            ];
        });
    const violated = new Set(judgement.verdicts.map(({ policy }) => policy));
    const active = judgement.policies.filter(({ level }) => level !== "disabled");
    const disabled = judgement.policies.length - active.length;
    const passed = active.filter(({ name }) => !violated.has(name)).length;
    const off = disabled === 0 ? "" : `, ${disabled} disabled`;
    const mark = passed === active.length ? colors.green("✓") : " ";
    const sum = `${passed} of ${count(active.length, "policy", "policies")} passed${off}`;
    return [...lines, `  ${mark} ${sum}; ${count(judgement.resources, "resource")} judged`];
}

interface RecoveryRow {
    readonly workload: Workload;
    readonly recovery: NonNullable<Workload["summary"]["recovery"]>;
}

function recoveryTable(plan: Plan, { colors, verbose }: RenderOptions): string[] {
    const rows: RecoveryRow[] = plan.workloads.flatMap((workload) =>
        workload.summary.recovery === undefined ? [] : [{ workload, recovery: workload.summary.recovery }],
    );
    if (rows.length === 0) {
        return [];
    }
    const names = columnWidth(["workload", ...rows.map(({ workload }) => workload.name)], NAME_LIMIT);
    const columns = (name: string, how: string, lost: string, numbers: readonly string[]): string =>
        `  ${cell(name, names)}  ${cell(how, 11)}  ${cell(lost, 5)}${numbers.map((n) => cell(n, 10, "right")).join("")}`;
    const head = columns("workload", "how", "loses", ["at worst", "limit", "margin"]);
    const lines = rows.flatMap(({ workload, recovery }) => {
        const { limitSeconds: limit, seconds, terms } = recovery;
        const margin = limit === undefined ? undefined : limit - seconds;
        const numbers = [seconds, limit, margin].map((value) => (value === undefined ? "–" : `${value} s`));
        const line = columns(workload.name, recovery.kind, recovery.event, numbers);
        const sum = verbose
            ? terms.flatMap((term) =>
                  hanging(`    ${cell(`${term.seconds} s`, 6, "right")}  `, `${term.name} (${term.source})`),
              )
            : [];
        return [margin !== undefined && margin < 0 ? colors.red(line) : line, ...sum.map(colors.dim)];
    });
    return [colors.dim(head.trimEnd()), ...lines];
}

function exceptions({ workloads }: Plan): string[] {
    const found = workloads.filter(({ summary }) => (summary.exceptions ?? []).length > 0);
    const names = columnWidth(
        found.map(({ name }) => name),
        NAME_LIMIT,
    );
    return found.flatMap(({ name, summary }) =>
        (summary.exceptions ?? []).flatMap(({ what, why }, index) =>
            hanging(`  ${cell(index === 0 ? name : "", names)}  `, `${what}: ${why}`),
        ),
    );
}

function tallyText(tally: Readonly<Record<string, number>>): string {
    return Object.entries(tally)
        .map(([name, number]) => `${name} ${number}`)
        .join(", ");
}

function totals({ totals: sums, resources }: Plan): string[] {
    const { requests, requestsPerNode: each } = sums;
    const perNode = sums.podsPerNode > 0;
    const charts = resources.filter(({ type }) => type.startsWith("kubernetes:helm.sh/")).length;
    const remote = resources.filter((resource) => resource.remote);
    const unseen = [
        ...remote.map(({ type, name }) => `the children of ${type} ${name}, which its provider makes`),
        ...(charts === 0 ? [] : [`what ${count(charts, "chart")} will install`]),
    ];
    return [
        ...labelled("resources", `${tallyText(sums.byProvider)}; in ${count(sums.components, "component")}`),
        ...labelled("controllers", tallyText(sums.controllers) || "none"),
        ...labelled("pods", `${sums.pods}${perNode ? `, and ${sums.podsPerNode} on every node` : ""}`),
        ...labelled(
            "requests",
            `${cpuText(requests.cpu)}, ${bytesText(requests.memory)} of memory` +
                (perNode ? `; ${cpuText(each.cpu)}, ${bytesText(each.memory)} on every node` : ""),
        ),
        ...labelled("storage", `${bytesText(sums.storage)} in ${count(sums.volumes, "volume")}`),
        ...(unseen.length === 0 ? [] : labelled("not shown", unseen.join("; "))),
    ];
}

function messages(plan: Plan, { colors }: RenderOptions): string[] {
    return plan.messages.flatMap(({ level, text }) => {
        const lines = labelled(level, text);
        return level === "info" ? lines : lines.map(colors.yellow);
    });
}

function outcome({ judgement, capacity }: Plan, { colors }: RenderOptions): string[] {
    const mandatory = judgement.verdicts.filter(({ level }) => level === "mandatory").length;
    const lines = [
        mandatory === 0 ? undefined : `✗ ${count(mandatory, "mandatory violation")}`,
        capacityErrors(capacity),
    ].filter((line) => line !== undefined);
    return lines.length === 0 ? [] : ["", ...lines.map(colors.red)];
}

/** Writes a plan for people, no line wider than 100 columns. */
export function render(plan: Plan, options: RenderOptions): string {
    const lines = [
        ...header(plan, options),
        ...renderGroups(plan, options),
        ...section("Policies", policies(plan, options), options),
        ...section("Recovery", recoveryTable(plan, options), options),
        ...section("Security exceptions", exceptions(plan), options),
        ...section("Totals", totals(plan), options),
        ...section("Capacity", renderCapacity(plan.capacity, options), options),
        ...section("Cost", renderCost(plan.cost, options), options),
        ...section("Difference", renderDifference(plan.costDifference, options), options),
        ...section("Logged by the program", messages(plan, options), options),
        ...outcome(plan, options),
    ];
    return `${lines.join("\n")}\n`;
}
