import { kubernetesPolicy, type Subject } from "./harness.ts";
import { at, UNKNOWN } from "./predicates/plain.ts";

function judge({ object, label, isPatch }: Subject): readonly string[] {
    if (isPatch || at(object, "spec") === UNKNOWN) {
        return [];
    }
    const name = at(object, "spec", "serviceName");
    if (name === UNKNOWN || (typeof name === "string" && name !== "")) {
        return [];
    }
    return [
        `${label}: spec.serviceName is ${name === undefined ? "missing" : JSON.stringify(name)}; without a governing ` +
            "service its pods have no stable DNS names, and peers lose each other on every restart. Name a headless " +
            "Service (clusterIP: None) that selects the pods, or use OrderedStatefulService, which makes it. The " +
            "field is immutable, so set it before the first deployment.",
    ];
}

/** Rejects StatefulSets that name no governing service. */
export const statefulsetGoverningService = kubernetesPolicy(
    {
        name: "statefulset-governing-service",
        description: "A StatefulSet names the headless Service that gives its pods their DNS names.",
        enforcementLevel: "mandatory",
        severity: "high",
    },
    ["StatefulSet"],
    judge,
);
