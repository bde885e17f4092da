/** A condition on an object: every output of a jq expression is looked at; nulls and errors count as no output. */
export interface Requirement {
    /** jq expression on the object. */
    readonly key: string;
    readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
    readonly values?: readonly string[];
}

/** What one kind of object does next, once a stage's conditions hold and its delay is over. */
export interface Stage {
    readonly apiVersion: "kwok.x-k8s.io/v1alpha1";
    readonly kind: "Stage";
    readonly metadata: { readonly name: string };
    readonly spec: {
        readonly resourceRef: { readonly apiGroup: "v1"; readonly kind: "Node" | "Pod" };
        readonly selector: { readonly matchExpressions: readonly { readonly jq: Requirement }[] };
        readonly delay?: Delay;
        readonly steps: readonly Step[];
    };
}

/** How long after its conditions hold a stage plays. An expression gives a duration as text: `1500ms`. */
export interface Delay {
    readonly durationMilliseconds?: number;
    readonly durationFrom?: { readonly jq: { readonly expression: string } };
}

/** What a stage does. */
export type Step =
    | {
          readonly patch: {
              readonly subresource: "status";
              readonly root: "status";
              readonly type: "strategic";
              /** Go template of YAML, on the object. */
              readonly template: string;
          };
      }
    | { readonly delete: true };

/** A stage of nodes or pods. */
export function stage(
    kind: "Node" | "Pod",
    name: string,
    when: readonly Requirement[],
    steps: readonly Step[],
    more: { readonly delay?: Delay } = {},
): Stage {
    return {
        apiVersion: "kwok.x-k8s.io/v1alpha1",
        kind: "Stage",
        metadata: { name: `${kind.toLowerCase()}-${name}` },
        spec: {
            resourceRef: { apiGroup: "v1", kind },
            selector: { matchExpressions: when.map((jq) => ({ jq })) },
            steps,
            ...more,
        },
    };
}

/** A step that changes the status. */
export function status(template: string): Step {
    return { patch: { subresource: "status", root: "status", type: "strategic", template } };
}

/** A condition whose jq expression yields true. */
export function holds(expression: string): Requirement {
    return { key: expression, operator: "In", values: ["true"] };
}

/** Annotation of a node whose kubelet is dead, and of the pods on it: no stage applies to them. */
export const SILENT = "simulation.dataplatform/silent";

const SILENT_KEY = `.metadata.annotations["${SILENT}"]`;

/** Condition: its kubelet lives. */
export const HEARD: Requirement = { key: SILENT_KEY, operator: "DoesNotExist" };

/** Longer than any cluster lives. */
const NEVER_MS = 10 * 365 * 24 * 3600 * 1000;

/**
 * A stage that never plays. A stage that waits for its delay is given up only for another one that applies, so without
 * this one a dead kubelet would still do the next thing.
 */
export function silence(kind: "Node" | "Pod"): Stage {
    return stage(kind, "silent", [{ key: SILENT_KEY, operator: "Exists" }], [status("{}")], {
        delay: { durationMilliseconds: NEVER_MS },
    });
}
