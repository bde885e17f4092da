import { kubernetesStackPolicy, type Subject } from "./harness.ts";
import { at, has, text, UNKNOWN } from "./predicates/plain.ts";
import { type Match, matchesLabels, sameNamespace } from "./predicates/selector.ts";

function isHeadless(service: Subject): Match {
    const clusterIp = at(service.object, "spec", "clusterIP");
    return clusterIp === UNKNOWN ? undefined : clusterIp === "None";
}

/** Why none of the services governs the StatefulSet; `undefined` when one does or may. */
function problem(statefulSet: Subject, serviceName: string, services: readonly Subject[]): string | undefined {
    const named = services.filter(
        ({ object }) =>
            sameNamespace(object, statefulSet.object) !== false &&
            (at(object, "metadata", "name") === UNKNOWN || text(object, "metadata", "name") === serviceName),
    );
    if (named.length === 0) {
        return `no Service ${serviceName} is in the stack in its namespace`;
    }
    if (named.every((service) => isHeadless(service) === false)) {
        return `Service ${serviceName} is not headless, so it gives pods no names; set clusterIP: None`;
    }
    const labels = at(statefulSet.object, "spec", "template", "metadata", "labels");
    const selects = ({ object }: Subject) => matchesLabels(at(object, "spec", "selector"), labels);
    return named.every((service) => selects(service) === false)
        ? `the selector of Service ${serviceName} does not take the pods' labels; make them equal`
        : undefined;
}

/** Reports StatefulSets whose governing service is not in the stack, not headless, or selects other pods. */
export const governingServiceExists = kubernetesStackPolicy(
    {
        name: "governing-service-exists",
        description: "A StatefulSet's governing service is in the stack, headless, and selects its pods.",
        enforcementLevel: "mandatory",
        severity: "high",
    },
    ["StatefulSet", "Service"],
    (subjects) => {
        const services = subjects.filter(({ kind, group }) => kind === "Service" && group.endsWith("v1"));
        return subjects
            .filter(({ kind, isPatch, object }) => kind === "StatefulSet" && !isPatch && has(object, "spec"))
            .flatMap((statefulSet) => {
                const serviceName = text(statefulSet.object, "spec", "serviceName");
                const found = serviceName && problem(statefulSet, serviceName, services);
                return found
                    ? [
                          {
                              urn: statefulSet.urn,
                              message: `${statefulSet.label}: spec.serviceName: ${found}. OrderedStatefulService makes both together.`,
                          },
                      ]
                    : [];
            });
    },
);
