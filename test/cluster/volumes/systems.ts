import type { V1StatefulSet } from "@kubernetes/client-node";
import type { Desired } from "../support/desired.ts";

/** Systems of `prod` whose replicas have a volume each. */
export const SYSTEMS = [
    { namespace: "kafka", name: "kafka-broker", volume: "data", ordinals: [100, 101, 102] },
    { namespace: "kafka", name: "kafka-controller", volume: "data", ordinals: [0, 1, 2] },
    { namespace: "data", name: "metadata-database", volume: "data", ordinals: [0, 1, 2] },
] as const;

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

/** Whether an object is a StatefulSet that has volumes. */
export function hasVolumes(object: Desired["object"]): object is V1StatefulSet {
    const { spec } = object as V1StatefulSet;
    return object.kind === "StatefulSet" && (spec?.volumeClaimTemplates ?? []).length > 0;
}

/** A stack without what has no volumes: its systems that have some, as they are, and all that is around them. */
export function systemsWithVolumes(stack: readonly Desired[]): readonly Desired[] {
    return stack.filter(
        ({ object }) => !LEFT_OUT.has(object.kind ?? "") && (object.kind !== "StatefulSet" || hasVolumes(object)),
    );
}
