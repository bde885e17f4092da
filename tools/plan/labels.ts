import type { Plan } from "./model.ts";
import { ownType, parseUrn } from "./urn.ts";

/** The last part of a type: `kubernetes:apps/v1:Deployment` → `Deployment`; that of a provider with its role. */
export function kindOf(type: string): string {
    const kind = type.slice(type.lastIndexOf(":") + 1);
    return type.startsWith("pulumi:providers:") ? `${kind} provider` : kind;
}

/** Kinds with their numbers, the rarest in the plan first: what sets a component apart leads. */
export function kindsText(types: readonly string[], frequency: ReadonlyMap<string, number>): string {
    const counts = new Map<string, number>();
    for (const type of types) {
        counts.set(type, (counts.get(type) ?? 0) + 1);
    }
    return [...counts]
        .toSorted(([a], [b]) => (frequency.get(a) ?? 0) - (frequency.get(b) ?? 0) || a.localeCompare(b))
        .map(([type, number]) => (number === 1 ? kindOf(type) : `${kindOf(type)} ×${number}`))
        .join(", ");
}

/** How often each type stands in a plan. */
export function typeFrequency(plan: Plan): Map<string, number> {
    const frequency = new Map<string, number>();
    for (const { type } of plan.resources) {
        frequency.set(type, (frequency.get(type) ?? 0) + 1);
    }
    return frequency;
}

/** A resource in words: `Deployment scheduler (airflow)`. */
export function resourceText(plan: Plan, urn: string): string {
    if (urn === "") {
        return "the stack as a whole";
    }
    const group = plan.groups.find(({ units }) =>
        units.some(({ component, resources }) => component?.urn === urn || resources.some((r) => r.urn === urn)),
    );
    const where = group === undefined ? "" : ` (${group.name})`;
    return `${kindOf(ownType(urn))} ${parseUrn(urn).name}${where}`;
}
