import type { KubernetesObject, V1PersistentVolumeClaim, V1StatefulSet } from "@kubernetes/client-node";
import type { Desired } from "../support/desired.ts";
import { podsOf } from "../support/history.ts";

/** Systems of `prod` whose replicas have a volume each. */
export const SYSTEMS = [
    { namespace: "kafka", name: "kafka-broker", volume: "data", ordinals: [100, 101, 102] },
    { namespace: "kafka", name: "kafka-controller", volume: "data", ordinals: [0, 1, 2] },
    { namespace: "data", name: "metadata-database", volume: "data", ordinals: [0, 1, 2] },
] as const;

/** Of all of them together. */
export const REPLICAS = SYSTEMS.flatMap(({ ordinals }) => ordinals).length;

/** Whether an object is a pod of one of them. */
export function ofSystems(object: KubernetesObject): boolean {
    return SYSTEMS.some(({ namespace, name }) => podsOf(namespace, name)(object));
}

/** The claims of a system, by ordinal. */
export function claimNames({ name, volume, ordinals }: (typeof SYSTEMS)[number]): readonly string[] {
    return ordinals.map((ordinal) => `${volume}-${name}-${ordinal}`);
}

/** What their volumes grow to. */
export const LARGER = {
    kafka: { brokerStorage: "600Gi", controllerStorage: "40Gi" },
    metadataDatabase: { storage: "80Gi" },
} as const;

/** What runs other pods, and the monitoring operator's objects, whose definitions cost a start of seconds. */
const LEFT_OUT = new Set(["DaemonSet", "Deployment", "Job", "CronJob", "PodMonitor", "PrometheusRule", "ScaledObject"]);

/** Whether an object is a claim. */
export function isClaim(object: KubernetesObject): object is V1PersistentVolumeClaim {
    return object.kind === "PersistentVolumeClaim";
}

/** Whether an object is a StatefulSet that has volumes. */
export function hasVolumes(object: KubernetesObject): object is V1StatefulSet {
    const { spec } = object as V1StatefulSet;
    return object.kind === "StatefulSet" && (spec?.volumeClaimTemplates ?? []).length > 0;
}

/** A stack without what has no volumes: its systems that have some, as they are, and all that is around them. */
export function systemsWithVolumes(stack: readonly Desired[]): readonly Desired[] {
    return stack.filter(
        ({ object }) => !LEFT_OUT.has(object.kind ?? "") && (object.kind !== "StatefulSet" || hasVolumes(object)),
    );
}

/** The claims that a program asks for, by name. */
export function askedFor(stack: readonly Desired[]): ReadonlyMap<string, V1PersistentVolumeClaim> {
    return new Map(
        stack.flatMap(({ object }) => (isClaim(object) ? [[object.metadata?.name ?? "", object] as const] : [])),
    );
}
