import { kindOf, kindsText, typeFrequency } from "./labels.ts";
import type { Group, Plan, Unit } from "./model.ts";
import type { RenderOptions } from "./render.ts";
import type { RecordedResource } from "./resource.ts";
import { cell, columnWidth, count, cut, hanging, WIDTH, wrap } from "./text.ts";
import { parseUrn } from "./urn.ts";

const NAME_LIMIT = 30;
const CONTROLLER_LIMIT = 20;

function unitName({ component }: Unit): string {
    return component?.name ?? "–";
}

/** Controller and replicas of a workload, or what kind of component it is. */
function unitKind({ component, workload }: Unit): string {
    if (workload === undefined) {
        return component === undefined ? "" : kindOf(component.type);
    }
    const { controller, replicas } = workload.summary;
    return replicas === undefined ? controller : `${controller} ×${replicas}`;
}

/** Kinds of what is in a unit: all of them, but for a workload, whose children are much the same, those that fit. */
function unitContent(unit: Unit, frequency: ReadonlyMap<string, number>, width: number): string[] {
    if (unit.component?.remote === true) {
        return ["its provider makes its children: not shown"];
    }
    const types = unit.resources.map(({ type }) => type);
    if (unit.workload === undefined) {
        return wrap(kindsText(types, frequency), width);
    }
    const controller = `:${unit.workload.summary.controller}`;
    return [
        cut(
            kindsText(
                types.filter((type) => !type.endsWith(controller)),
                frequency,
            ),
            width,
        ),
    ];
}

/** The options that decide what happens to a resource, in words; "" where there are none. */
function optionsText({ name, options, read }: RecordedResource): string {
    // SDKs add aliases for former types by themselves; a former name is the program's own doing.
    const formerNames = new Set(
        options.aliases.map((alias) => parseUrn(alias).name).filter((former) => former !== name),
    );
    return [
        read ? "read, not created" : "",
        options.protect ? "protect" : "",
        options.retainOnDelete ? "retain on delete" : "",
        options.ignoreChanges.length === 0 ? "" : `ignore changes of ${options.ignoreChanges.join(", ")}`,
        options.replaceOnChanges.length === 0 ? "" : `replace on changes of ${options.replaceOnChanges.join(", ")}`,
        formerNames.size === 0 ? "" : `formerly ${[...formerNames].join(", ")}`,
    ]
        .filter(Boolean)
        .join("; ");
}

function details({ resources }: Unit, { colors }: RenderOptions): string[] {
    return resources.flatMap((resource) => {
        const options = optionsText(resource);
        return [
            cut(`      ${resource.type}  ${resource.name}`, WIDTH),
            ...(options === "" ? [] : hanging("        ", options)),
        ].map(colors.dim);
    });
}

function groupLines(group: Group, plan: Plan, options: RenderOptions, frequency: Map<string, number>): string[] {
    const { colors, verbose } = options;
    const names = columnWidth(
        plan.groups.flatMap(({ units }) => units.map(unitName)),
        NAME_LIMIT,
    );
    const kinds = columnWidth(
        plan.groups.flatMap(({ units }) => units.map(unitKind)),
        CONTROLLER_LIMIT,
    );
    const resources = group.units.reduce((sum, unit) => sum + unit.resources.length, 0);
    const size = count(resources, "resource");
    const title = cut(group.layer === "other" ? "other" : `${group.layer} ${group.name}`, WIDTH - size.length - 2);
    const gap = " ".repeat(WIDTH - title.length - size.length);
    return [
        "",
        `${colors.bold(title)}${gap}${colors.dim(size)}`,
        ...group.units.flatMap((unit) => {
            const head = `  ${cell(unitName(unit), names)}  ${cell(unitKind(unit), kinds)} `;
            const number = cell(unit.component?.remote === true ? "" : String(unit.resources.length), 4, "right");
            const start = `${head}${number}  `;
            const [first = "", ...rest] = unitContent(unit, frequency, WIDTH - start.length);
            return [
                first === "" ? start.trimEnd() : `${start}${colors.dim(first)}`,
                ...rest.map((line) => `${" ".repeat(start.length)}${colors.dim(line)}`),
                ...(verbose ? details(unit, options) : []),
            ];
        }),
    ];
}

/** What a plan creates, by layer and system, a line for each component. */
export function renderGroups(plan: Plan, options: RenderOptions): string[] {
    const frequency = typeFrequency(plan);
    return plan.groups.flatMap((group) => groupLines(group, plan, options, frequency));
}
