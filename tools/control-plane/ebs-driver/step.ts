import type { KubernetesObject } from "@kubernetes/client-node";

/** A request to the API server. */
export type Write =
    | { readonly verb: "create"; readonly object: KubernetesObject }
    | {
          readonly verb: "patch";
          /** As it was decided on: the patch fails if it has changed since. */
          readonly object: KubernetesObject;
          readonly change: object;
          readonly subresource?: "status";
      }
    | { readonly verb: "remove"; readonly object: KubernetesObject };

/** What the driver does next about an object. Follows from the objects alone, so that any number of drivers agree. */
export interface Step {
    /** In words; the same words are the same step. */
    readonly does: string;
    /** What of AWS has to be waited for first. @default nothing */
    readonly after?: "expand" | "attach";
    /** Whether it tells of something that cannot be done as things are. @default false */
    readonly problem?: boolean;
    /** In order. */
    readonly writes: readonly Write[];
}

/** Something that cannot be done as things are; looked at again when they change. */
export function problem(does: string, ...writes: readonly Write[]): Step {
    return { does, problem: true, writes };
}
