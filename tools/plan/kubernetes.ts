import { isRecord } from "./project-config.ts";
import type { RecordedResource } from "./resource.ts";

/** A Kubernetes object as it is sent to the API server. */
export interface KubernetesObject {
    readonly apiVersion: string;
    readonly kind: string;
    readonly [field: string]: unknown;
}

/** The object that a resource makes, or undefined if it makes none (a release, a provider, something of AWS). */
export function kubernetesObject(resource: RecordedResource): KubernetesObject | undefined {
    const { apiVersion, kind } = resource.inputs;
    if (!resource.type.startsWith("kubernetes:") || resource.read) {
        return undefined;
    }
    if (typeof apiVersion !== "string" || typeof kind !== "string") {
        return undefined;
    }
    return { ...resource.inputs, apiVersion, kind };
}

/** A field of nested plain data; undefined where a part is missing, secret or unknown. */
export function field(value: unknown, ...path: readonly string[]): unknown {
    let current = value;
    for (const key of path) {
        current = isRecord(current) ? current[key] : undefined;
    }
    return current;
}

/** A list in nested plain data; empty where it is missing or unknown. */
export function list(value: unknown, ...path: readonly string[]): readonly unknown[] {
    const found = field(value, ...path);
    return Array.isArray(found) ? found : [];
}

const MULTIPLIERS: Readonly<Record<string, number>> = {
    n: 1e-9,
    u: 1e-6,
    m: 1e-3,
    "": 1,
    k: 1e3,
    M: 1e6,
    G: 1e9,
    T: 1e12,
    P: 1e15,
    E: 1e18,
    Ki: 2 ** 10,
    Mi: 2 ** 20,
    Gi: 2 ** 30,
    Ti: 2 ** 40,
    Pi: 2 ** 50,
    Ei: 2 ** 60,
};

/**
 * Reads any quantity that Kubernetes takes, charts' included; the components' own types are narrower.
 *
 * @returns the number of cores or bytes; 0 for what is no quantity
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function quantity(value: unknown): number {
    if (typeof value === "number") {
        return value;
    }
    const match = typeof value === "string" ? /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)([A-Za-z]*)$/.exec(value) : null;
    return match === null ? 0 : Number(match[1]) * (MULTIPLIERS[match[2] ?? ""] ?? 0);
}
