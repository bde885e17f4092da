import type { Problems } from "./errors.ts";

/** The label (and the taint's key) by which a pool of nodes is known. */
export const POOL_LABEL = "workload";

/** A DNS label, as Kubernetes names most things (RFC 1123). */
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
/** A port's name (RFC 6335): at most 15 characters, one of them a letter. */
const PORT_NAME = /^(?=.*[a-z])[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const MAX_LABEL = 63;
const MAX_PORT_NAME = 15;

/** Labels that select a workload's pods; immutable, so they are made from the name alone. */
export function selectorLabels(name: string): { "app.kubernetes.io/name": string } {
    return { "app.kubernetes.io/name": name };
}

/** Labels of a workload's objects. */
export function workloadLabels(name: string, system: string): Record<string, string> {
    return { ...selectorLabels(name), "app.kubernetes.io/part-of": system, "app.kubernetes.io/managed-by": "pulumi" };
}

/** The name by which other pods reach a Service of that name. */
export function serviceAddress(name: string, namespace: string): string {
    return `${name}.${namespace}.svc.cluster.local`;
}

/**
 * Checks a name that becomes a Kubernetes object's.
 *
 * @param reserved characters that the controller appends: 11 for a StatefulSet's revision label and a CronJob's time
 */
export function checkName(problems: Problems, field: string, name: string, reserved = 0): void {
    const max = MAX_LABEL - reserved;
    problems.check(
        DNS_LABEL.test(name),
        field,
        name,
        "a Kubernetes name has lower-case letters, digits and hyphens, and a letter or digit at both ends",
        "Rename it",
    );
    problems.check(
        name.length <= max,
        field,
        name,
        `it has ${name.length} characters; ${max} fit, because a label takes ${MAX_LABEL}${reserved > 0 ? ` and the controller appends ${reserved}` : ""}`,
        "Shorten it",
    );
}

/** Checks the name of a port. */
export function checkPortName(problems: Problems, field: string, name: string): void {
    problems.check(
        PORT_NAME.test(name) && name.length <= MAX_PORT_NAME && !name.includes("--"),
        field,
        name,
        "a port's name has at most 15 lower-case letters, digits and single hyphens, and one letter",
        "Rename it",
    );
}
