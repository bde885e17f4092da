import { kindOf, kindsText, typeFrequency } from "./labels.ts";
import type { Group, Plan, Unit } from "./model.ts";
import type { RenderOptions } from "./render.ts";
import type { RecordedResource } from "./resource.ts";
import { cell, columnWidth, count, cut, hanging, WIDTH, wrap } from "./text.ts";
import { parseUrn } from "./urn.ts";

const NAME_LIMIT = 32;
const CONTROLLER_LIMIT = 20;

/** Controller and replicas of a workload, or what kind of component it is. */
function unitKind({ component, workload }: Unit): string {
    if (workload === undefined) {
        return component === undefined ? "" : kindOf(component.type);
    }
    const { controller, replicas } = workload.summary;
    return replicas === undefined ? controller : `${controller} ×${replicas}`;
}

/** Kinds of what is in a unit, without a workload's own controller, which stands beside them. */
function unitContent(unit: Unit, frequency: ReadonlyMap<string, number>): string {
    if (unit.component?.remote === true) {
        return "its provider makes its children: not shown";
    }
    const controller = unit.workload === undefined ? undefined : `:${unit.workload.summary.controller}`;
    const types = unit.resources.map(({ type }) => type);
    return kindsText(
        types.filter((type) => controller === undefined || !type.endsWith(controller)),
        frequency,
    );
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

/** A line of a layer: a group, or a component in it. */
interface Row {
    readonly name: string;
    /** Undefined for a group that holds nothing by itself. */
    readonly unit: Unit | undefined;
}

const TITLES: Readonly<Record<Group["layer"], string>> = {
    infrastructure: "infrastructure",
    platform: "platform",
    system: "systems",
    other: "other",
};

/** One row where a group is one thing, else what lies directly in it with its components beneath. */
function groupRows({ name, units }: Group): Row[] {
    const direct = units.find(({ component }) => component === undefined);
    const [only] = units;
    if (units.length === 1 && (direct !== undefined || only?.component?.name === name)) {
        return [{ name, unit: only }];
    }
    return [
        { name, unit: direct },
        ...units.flatMap((unit) => (unit.component === undefined ? [] : [{ name: `  ${unit.component.name}`, unit }])),
    ];
}

/** Groups of the same kinds whose names start with the same word, as one: `pod-identity ×18`. */
function merged(groups: readonly Group[], frequency: ReadonlyMap<string, number>): Group[] {
    const alike = Map.groupBy(groups, ({ name, units }) => {
        const [only] = units;
        const plain = units.length === 1 && only?.component === undefined;
        const [word = "", ...rest] = name.split(" ");
        const types = only?.resources.map(({ type }) => type) ?? [];
        return plain && rest.length > 0 ? `${word} ${kindsText(types, frequency)}` : `${name}/`;
    });
    return [...alike.values()].flatMap((members) => {
        const [first] = members;
        if (first === undefined || members.length === 1) {
            return members;
        }
        const resources = members.flatMap(({ units }) => units.flatMap((unit) => unit.resources));
        const name = `${first.name.split(" ")[0] ?? ""} ×${members.length}`;
        return [{ ...first, name, units: [{ component: undefined, workload: undefined, resources }] }];
    });
}

interface Columns {
    readonly names: number;
    readonly kinds: number;
    readonly frequency: ReadonlyMap<string, number>;
}

function rowLines({ name, unit }: Row, columns: Columns, options: RenderOptions): string[] {
    const { colors, verbose } = options;
    const text = cell(name, columns.names);
    if (unit === undefined) {
        return [`  ${text}`.trimEnd()];
    }
    const number = cell(unit.component?.remote === true ? "" : String(unit.resources.length), 4, "right");
    const start = `  ${text}  ${cell(unitKind(unit), columns.kinds)} ${number}  `;
    const content = unitContent(unit, columns.frequency);
    const [first = "", ...rest] = verbose ? wrap(content, WIDTH - start.length) : [cut(content, WIDTH - start.length)];
    return [
        first === "" ? start.trimEnd() : `${start}${colors.dim(first)}`,
        ...rest.map((line) => `${" ".repeat(start.length)}${colors.dim(line)}`),
        ...(verbose ? details(unit, options) : []),
    ];
}

/** What a plan creates, by layer: a line for each group and each component in it. */
export function renderGroups(plan: Plan, options: RenderOptions): string[] {
    const { colors, verbose } = options;
    const frequency = typeFrequency(plan);
    const layers = [...Map.groupBy(plan.groups, ({ layer }) => layer)].map(([layer, groups]) => ({
        layer,
        resources: groups.flatMap(({ units }) => units.flatMap((unit) => unit.resources)).length,
        rows: (verbose ? groups : merged(groups, frequency)).flatMap(groupRows),
    }));
    const rows = layers.flatMap((layer) => layer.rows);
    const columns = {
        names: columnWidth(
            rows.map(({ name }) => name),
            NAME_LIMIT,
        ),
        kinds: columnWidth(
            rows.map(({ unit }) => (unit === undefined ? "" : unitKind(unit))),
            CONTROLLER_LIMIT,
        ),
        frequency,
    };
    return layers.flatMap((layer) => {
        const title = TITLES[layer.layer];
        const size = count(layer.resources, "resource");
        const gap = " ".repeat(WIDTH - title.length - size.length);
        return [
            "",
            `${colors.bold(title)}${gap}${colors.dim(size)}`,
            ...layer.rows.flatMap((row) => rowLines(row, columns, options)),
        ];
    });
}
