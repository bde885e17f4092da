import type { Inputs } from "../../support/mocks.ts";
import type { RenderedPod } from "./rendered-pod.ts";
import { expandVariables } from "./substitution.ts";

/** `metadata.labels['KEY']`, `metadata.annotations['KEY']`. */
const SUBSCRIPT = /^metadata\.(labels|annotations)\['([^']+)'\]$/;

/** What the downward API gives for a field of the pod. */
export function fieldOf(pod: RenderedPod, path: string): string {
    const [, map, key] = SUBSCRIPT.exec(path) ?? [];
    if (map !== undefined && key !== undefined) {
        return (map === "labels" ? pod.labels : pod.annotations)[key] ?? "";
    }
    switch (path) {
        case "metadata.name":
            return pod.name;
        case "metadata.namespace":
            return pod.namespace;
        case "status.podIP":
        case "status.podIPs":
        case "status.hostIP":
            return pod.address;
        case "spec.nodeName":
            return `node-of-${pod.name}`;
        case "spec.serviceAccountName":
            return String(pod.spec["serviceAccountName"] ?? "default");
        default:
            throw new Error(`${pod.name}: no field ${path}`);
    }
}

/** The suffixes of a quantity (apimachinery, pkg/api/resource/suffix.go) that resources and divisors have. */
const UNITS: Readonly<Record<string, number>> = {
    "": 1,
    m: 1e-3,
    k: 1e3,
    M: 1e6,
    G: 1e9,
    Ki: 2 ** 10,
    Mi: 2 ** 20,
    Gi: 2 ** 30,
    Ti: 2 ** 40,
};

function amount(quantity: string): number {
    const [, number, suffix = ""] = /^([\d.]+)(\w*)$/.exec(quantity) ?? [];
    const unit = UNITS[suffix];
    if (unit === undefined) {
        throw new Error(`${quantity} is no quantity that is known here`);
    }
    return Number(number) * unit;
}

/** In units of the divisor, rounded up. */
function resourceOf({ name, container }: RenderedPod, { resource, divisor = "1" }: Inputs): string {
    const [part, key] = String(resource).split(".");
    const value = container["resources"]?.[part ?? ""]?.[key ?? ""];
    if (value === undefined) {
        throw new Error(`${name}: ${resource} is not set, which then is the node's`);
    }
    return String(Math.ceil(amount(String(value)) / amount(divisor === "0" ? "1" : String(divisor))));
}

/** Undefined for a reference that may lead nowhere and does. */
function valueOf(pod: RenderedPod, { name, value, valueFrom }: Inputs): string | undefined {
    if (valueFrom === undefined) {
        if (value !== undefined && typeof value !== "string") {
            throw new Error(`${pod.name}, variable ${name}: unknown before a deployment`);
        }
        return value ?? "";
    }
    const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = valueFrom;
    if (fieldRef !== undefined) {
        return fieldOf(pod, fieldRef.fieldPath);
    }
    if (resourceFieldRef !== undefined) {
        return resourceOf(pod, resourceFieldRef);
    }
    const reference = configMapKeyRef ?? secretKeyRef;
    const kind = configMapKeyRef === undefined ? "Secret" : "ConfigMap";
    const found = pod.keysOf(kind, reference.name, reference.optional).get(reference.key);
    if (found === undefined && reference.optional !== true) {
        throw new Error(`${pod.name}, variable ${name}: ${kind} ${reference.name} has no key ${reference.key}`);
    }
    return found?.toString();
}

/** The environment of a container, references resolved and `$(VAR)` replaced. */
export function environmentOf(pod: RenderedPod, container: Inputs = pod.container): ReadonlyMap<string, string> {
    const environment = new Map<string, string>();
    for (const { prefix = "", configMapRef, secretRef } of container["envFrom"] ?? []) {
        const { name, optional } = configMapRef ?? secretRef;
        for (const [key, value] of pod.keysOf(configMapRef === undefined ? "Secret" : "ConfigMap", name, optional)) {
            environment.set(`${prefix}${key}`, value.toString());
        }
    }
    for (const variable of container["env"] ?? []) {
        const value = valueOf(pod, variable);
        if (value !== undefined) {
            // References are to what stands before it; what others gave is not looked through.
            const literal = variable.valueFrom === undefined;
            environment.set(variable.name, literal ? expandVariables(value, environment) : value);
        }
    }
    return environment;
}

/** Command and arguments of a container, without those of its image. */
export function commandOf(container: Inputs, environment: ReadonlyMap<string, string>): readonly string[] {
    return [...(container["command"] ?? []), ...(container["args"] ?? [])].map((part: string) =>
        expandVariables(part, environment),
    );
}
