import type { KubernetesObject } from "@kubernetes/client-node";
import { kubernetesObject } from "../../../tools/plan/kubernetes.ts";
import { revealed } from "../../stacks/rendered/stack.ts";
import type { Collected } from "../../support/mocks.ts";

/** The custom resources of the stacks: definitions of others would cost a control plane time alone. */
export const STACK_RESOURCES = [
    "PrometheusRule",
    "PodMonitor",
    "ScaledObject",
    "VolumeSnapshotClass",
    "NodePool",
    "EC2NodeClass",
    "SparkApplication",
] as const;

/** An object that a program asks for, with what the engine does with it. */
export interface Desired {
    readonly urn: string;
    /** With a name, and as the API server gets it. */
    readonly object: KubernetesObject;
    /** Dotted paths whose values stay as they were when it was made. */
    readonly ignoreChanges: readonly string[];
    /** Whether it stays when the program asks for it no more. */
    readonly retained: boolean;
    /** Whether it is taken over if it is there already. */
    readonly upsert: boolean;
}

/**
 * The objects of a program in the order in which the engine makes them: each after all that it depends on.
 *
 * @throws {Error} if a resource comes before one that it depends on
 */
export function desiredObjects(resources: readonly Collected[]): readonly Desired[] {
    const before = new Set<string>();
    const upserting = new Set(
        resources
            .filter(({ inputs }) => String(inputs["upsertExistingObjects"] ?? "") === "true")
            .map(({ urn }) => urn),
    );
    return resources.flatMap((resource) => {
        const missing = resource.dependencies.filter(
            (urn) => !before.has(urn) && resources.some((other) => other.urn === urn),
        );
        if (missing.length > 0) {
            throw new Error(`${resource.urn} is registered before ${missing.join(", ")}, which it depends on`);
        }
        before.add(resource.urn);
        const object = kubernetesObject(resource);
        if (object === undefined) {
            return [];
        }
        // Through JSON, so that what a provider computes becomes text: a name that nobody has, as RDS would give one.
        const text = JSON.stringify(revealed(object)).replaceAll("[computed]", "computed.invalid");
        const plain: KubernetesObject = JSON.parse(text);
        return [
            {
                urn: resource.urn,
                object: { ...plain, metadata: { name: resource.name, ...plain.metadata } },
                ignoreChanges: resource.options.ignoreChanges,
                retained: resource.options.retainOnDelete,
                upsert: resource.provider !== undefined && upserting.has(resource.provider),
            },
        ];
    });
}
