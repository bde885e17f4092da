import type { KubernetesObject } from "@kubernetes/client-node";
import { field, list } from "../../plan/kubernetes.ts";
import { identity, type RecordedEvent } from "./log.ts";

/** Of a status, what tells where an object stands. */
const TELLING = [
    "phase",
    "replicas",
    "readyReplicas",
    "updatedReplicas",
    "unavailableReplicas",
    "desiredNumberScheduled",
    "numberReady",
    "updatedNumberScheduled",
    "attached",
    "disruptionsAllowed",
    "active",
    "succeeded",
    "failed",
] as const;

/** Conditions that are true where all is well; of the others, one that is true tells something. */
const GOOD = new Set([
    "Available",
    "ContainersReady",
    "DisruptionAllowed",
    "Initialized",
    "PodReadyToStartContainers",
    "PodScheduled",
    "Progressing",
]);

/** State of an object in few words: what a reader of a failed test looks for first. */
export function state(object: KubernetesObject): string {
    const node = field(object, "spec", "nodeName");
    const facts = TELLING.flatMap((name) => {
        const value = field(object, "status", name);
        return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
            ? [`${name} ${value}`]
            : [];
    });
    const conditions = list(object, "status", "conditions").flatMap((condition) => {
        const type = String(field(condition, "type"));
        const status = String(field(condition, "status"));
        const told = type === "Ready" || (GOOD.has(type) ? status !== "True" : status === "True");
        return told ? [[type, status, field(condition, "reason")].filter(Boolean).join(" ")] : [];
    });
    const volume = field(object, "spec", "source", "persistentVolumeName") ?? field(object, "spec", "volumeName");
    const size = field(object, "status", "capacity", "storage");
    const leaving = object.metadata?.deletionTimestamp === undefined ? [] : ["terminating"];
    return [
        ...leaving,
        ...facts,
        ...(typeof volume === "string" ? [`volume ${volume}`] : []),
        ...(typeof size === "string" ? [size] : []),
        ...(typeof node === "string" ? [`on ${node}`] : []),
        ...conditions,
    ].join(", ");
}

/**
 * The last events in lines, without those that change nothing of what is told (heartbeats).
 *
 * @param lines how many at most
 */
export function tail(events: readonly RecordedEvent[], lines: number): readonly string[] {
    const last = new Map<string, string>();
    const told = events.flatMap(({ revision, at, type, object }) => {
        const who = identity(object);
        const text = `${type} ${who}: ${state(object)}`;
        // A change of what is not told reads as the ADDED or MODIFIED before it.
        const compared = type === "DELETED" ? type : state(object);
        if (last.get(who) === compared) {
            return [];
        }
        last.set(who, compared);
        return [`${new Date(at).toISOString().slice(11, 23)} ${revision} ${text}`];
    });
    return told.slice(-lines);
}
