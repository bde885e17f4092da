import type { WorkloadSummary } from "../../components/support/summary.ts";
import type { Judgement } from "./analyzer.ts";
import type { System } from "./capacity/demand.ts";
import { type Capacity, capacityOf } from "./capacity.ts";
import type { Assumed } from "./cost/assumptions.ts";
import { type Baseline, type CostDifference, costDifference } from "./cost/compare.ts";
import { type Cost, costOf } from "./cost.ts";
import { eksConfigOf } from "./eks-config.ts";
import { isRecord } from "./project-config.ts";
import type { RecordedResource } from "./resource.ts";
import type { StackFiles } from "./stack-files.ts";
import { type Totals, totalsOf } from "./totals.ts";

/** A workload, and what its component says of it. */
export interface Workload {
    readonly urn: string;
    readonly name: string;
    /** Name of the group that it belongs to. */
    readonly group: string;
    readonly summary: WorkloadSummary;
}

/** What is printed as one line: a component with everything in it, or what lies directly in a group. */
export interface Unit {
    /** The component, or undefined for what lies directly in the group. */
    readonly component: RecordedResource | undefined;
    readonly workload: Workload | undefined;
    /** Resources of providers, in the order of registration. */
    readonly resources: readonly RecordedResource[];
}

/** A layer's part or a system: `infrastructure network`, `system airflow`. */
export interface Group {
    readonly layer: "infrastructure" | "platform" | "system" | "other";
    readonly name: string;
    readonly units: readonly Unit[];
}

/** Everything that a plan says. */
export interface Plan {
    readonly files: StackFiles;
    readonly resources: readonly RecordedResource[];
    readonly groups: readonly Group[];
    readonly workloads: readonly Workload[];
    readonly judgement: Judgement;
    readonly totals: Totals;
    /** Undefined for a stack that makes no cluster on EKS. */
    readonly cost: Cost | undefined;
    /** Undefined unless there is another plan to compare with. */
    readonly costDifference: CostDifference | undefined;
    readonly capacity: Capacity | undefined;
    /** What the program logged, without its marker for the level. */
    readonly messages: readonly Message[];
}

/** A line that the program logged. */
export interface Message {
    readonly level: "info" | "warning" | "error";
    readonly text: string;
}

const GROUP_TYPE = /^dataplatform:(infrastructure|platform|system):/;
const WORKLOAD_TYPE = /^dataplatform:workload:/;
const LAYERS: readonly Group["layer"][] = ["infrastructure", "platform", "system", "other"];

function isSummary(inputs: unknown): inputs is WorkloadSummary {
    return isRecord(inputs) && typeof inputs["controller"] === "string";
}

function layerOf(group: RecordedResource | undefined): Group["layer"] {
    const layer = GROUP_TYPE.exec(group?.type ?? "")?.[1];
    return LAYERS.find((known) => known === layer) ?? "other";
}

/** The resource itself and the components around it, from the inside out. */
function lineage(resource: RecordedResource, byUrn: ReadonlyMap<string, RecordedResource>): RecordedResource[] {
    const result: RecordedResource[] = [];
    for (let current: RecordedResource | undefined = resource; current !== undefined; ) {
        result.push(current);
        current = current.parent === undefined ? undefined : byUrn.get(current.parent);
    }
    return result;
}

/** The component that a resource is counted with: its workload, or else the outermost one below its group. */
function ownerOf(inner: readonly RecordedResource[]): RecordedResource | undefined {
    return inner.find(({ type }) => WORKLOAD_TYPE.test(type)) ?? inner.findLast(({ custom }) => !custom);
}

interface Draft {
    readonly group: RecordedResource | undefined;
    readonly units: Map<RecordedResource | undefined, RecordedResource[]>;
}

function draftGroups(resources: readonly RecordedResource[]): Draft[] {
    const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
    const drafts = new Map<RecordedResource | undefined, Draft>();
    for (const resource of resources) {
        const line = lineage(resource, byUrn);
        const depth = line.findIndex(({ type }) => GROUP_TYPE.test(type));
        const group = depth === -1 ? undefined : line[depth];
        const draft = drafts.get(group) ?? { group, units: new Map() };
        drafts.set(group, draft);
        if (resource === group) {
            continue;
        }
        const owner = ownerOf(depth === -1 ? line : line.slice(0, depth));
        const members = draft.units.get(owner) ?? [];
        draft.units.set(owner, members);
        if (resource.custom) {
            members.push(resource);
        }
    }
    return [...drafts.values()];
}

/** `PodIdentity` → `pod-identity`. */
function kebab(text: string): string {
    return text.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, "-").toLowerCase();
}

/** A system is called by its name; a part of the layers below by its kind, and by its name where there are several. */
function groupName(group: RecordedResource | undefined, drafts: readonly Draft[]): string {
    if (group === undefined) {
        return "other";
    }
    const kind = kebab(group.type.slice(group.type.lastIndexOf(":") + 1));
    const several = drafts.filter((draft) => draft.group?.type === group.type).length > 1;
    return layerOf(group) === "system" ? group.name : several ? `${kind} ${group.name}` : kind;
}

function groupOf({ group, units }: Draft, drafts: readonly Draft[]): Group {
    const layer = layerOf(group);
    const name = groupName(group, drafts);
    return {
        layer,
        name,
        units: [...units]
            .filter(
                ([component, resources]) => resources.length > 0 || component?.remote || workloadOf(component, name),
            )
            .map(([component, resources]) => ({ component, workload: workloadOf(component, name), resources })),
    };
}

function workloadOf(component: RecordedResource | undefined, group: string): Workload | undefined {
    if (component === undefined || !WORKLOAD_TYPE.test(component.type) || !isSummary(component.inputs)) {
        return undefined;
    }
    return { urn: component.urn, name: component.name, group, summary: component.inputs };
}

/**
 * Sorts what a program registered into layers, systems and components.
 *
 * A group is a component of type `dataplatform:infrastructure:*`, `dataplatform:platform:*` or
 * `dataplatform:system:*`; a resource belongs to the nearest one around it, and to "other" if there is none.
 */
export function groupsOf(resources: readonly RecordedResource[]): Group[] {
    const drafts = draftGroups(resources);
    return drafts
        .map((draft) => groupOf(draft, drafts))
        .filter(({ units }) => units.length > 0)
        .toSorted((a, b) => LAYERS.indexOf(a.layer) - LAYERS.indexOf(b.layer));
}

/** A group as its pods are counted: workloads with a limit to their recovery have promised something. */
function systemOf({ name, units }: Group): System {
    const promised = units
        .map(({ workload }) => workload)
        .filter((workload) => workload?.summary.recovery?.limitSeconds !== undefined)
        .map((workload) => `${workload?.summary.namespace}/${workload?.name}`);
    return { name, resources: units.flatMap((unit) => unit.resources), promised: new Set(promised) };
}

/** What a plan's cost is counted and compared with. */
export interface Costing {
    /** @default nothing to compare with */
    readonly baseline?: Baseline | undefined;
    /** @default the assumptions' defaults */
    readonly assumed?: Assumed;
}

/** Puts together what a plan says of what was recorded, before it is judged. */
export function unjudgedPlan(
    files: StackFiles,
    resources: readonly RecordedResource[],
    messages: readonly Message[],
    { baseline, assumed }: Costing = {},
): Omit<Plan, "judgement"> {
    const groups = groupsOf(resources);
    const workloads = groups
        .flatMap(({ units }) => units.map(({ workload }) => workload))
        .filter((workload) => workload !== undefined);
    const config = eksConfigOf(files);
    const cost = config && costOf(config, resources, assumed);
    return {
        files,
        resources,
        groups,
        workloads,
        totals: totalsOf(resources),
        cost,
        costDifference: baseline && cost && costDifference(baseline, cost),
        capacity: config && capacityOf(config, resources, groups.map(systemOf)),
        messages,
    };
}
