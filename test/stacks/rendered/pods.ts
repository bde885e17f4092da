import type { Inputs } from "../../support/mocks.ts";
import { sparkTemplates } from "./spark-pods.ts";
import type { RenderedObject } from "./stack.ts";

/** The pods of a controller, or a pod by itself. */
export interface Pods {
    readonly owner: RenderedObject;
    readonly labels: Readonly<Record<string, unknown>>;
    readonly spec: Inputs;
}

const CONTROLLERS = new Set(["Deployment", "StatefulSet", "DaemonSet", "Job"]);

function templatesOf({ kind, object }: RenderedObject): readonly Inputs[] {
    switch (kind) {
        case "Pod":
            return [object];
        case "CronJob":
            return [object["spec"].jobTemplate.spec.template];
        case "SparkApplication":
            return sparkTemplates(object);
        default:
            return CONTROLLERS.has(kind) ? [object["spec"].template] : [];
    }
}

/** Everything among objects that makes pods. */
export function podsOf(objects: readonly RenderedObject[]): readonly Pods[] {
    return objects.flatMap((owner) =>
        templatesOf(owner).map((template) => ({
            owner,
            labels: template["metadata"]?.labels ?? {},
            spec: template["spec"],
        })),
    );
}

/** The containers of a pod, those that run before the main one included. */
export function containersOf({ spec }: Pods): readonly Inputs[] {
    return [...(spec["initContainers"] ?? []), ...spec["containers"]];
}

/** The ports of a pod. */
export function portsOf(pods: Pods): readonly Inputs[] {
    return containersOf(pods).flatMap((container) => container["ports"] ?? []);
}

/** Whether a label selector matches labels; an empty one matches all. */
export function matches(selector: Inputs, labels: Readonly<Record<string, unknown>>): boolean {
    const equal = Object.entries(selector["matchLabels"] ?? {}).every(([key, value]) => labels[key] === value);
    return (
        equal &&
        (selector["matchExpressions"] ?? []).every(({ key, operator, values = [] }: Inputs) => {
            switch (operator) {
                case "In":
                    return values.includes(labels[key]);
                case "NotIn":
                    return !values.includes(labels[key]);
                case "Exists":
                    return key in labels;
                case "DoesNotExist":
                    return !(key in labels);
                default:
                    throw new Error(`${operator} is no operator of a label selector`);
            }
        })
    );
}

/** How an object is called in a message. */
export function called({ kind, namespace, name }: RenderedObject): string {
    return `${kind} ${namespace === "" ? name : `${namespace}/${name}`}`;
}
