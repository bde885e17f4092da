import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import type { KubernetesObject, V1PersistentVolume, V1PersistentVolumeClaim, V1Pod } from "@kubernetes/client-node";
import { identity, type RecordedEvent } from "../../../tools/control-plane/recorder/log.ts";
import type { Recorder } from "../../../tools/control-plane/recorder.ts";
import { zonesOf } from "../support/placement.ts";

function line({ at, revision, type, object }: RecordedEvent, what: string): string {
    return `${new Date(at).toISOString().slice(14, 23)} ${revision} ${type} ${identity(object)} ${what}`.trimEnd();
}

/** Asserts that there are no such lines, and shows them if there are. */
export function none(lines: readonly string[]): void {
    assert.equal(lines.length, 0, `\n  ${lines.join("\n  ")}`);
}

/** The claim and the volume of each claim's name, with the volume's zone: what a replica has to find again. */
export function bindings(recorder: Recorder): Readonly<Record<string, string>> {
    const volumes = recorder.current("PersistentVolume") as readonly V1PersistentVolume[];
    const claims = recorder.current("PersistentVolumeClaim") as readonly V1PersistentVolumeClaim[];
    return Object.fromEntries(
        claims.map(({ metadata, spec }) => {
            const volume = volumes.find((one) => one.metadata?.name === spec?.volumeName);
            const bound = `${volume?.metadata?.uid} in ${zonesOf(volume).join()}`;
            return [`${metadata?.namespace}/${metadata?.name}`, `${metadata?.uid} on ${bound}`];
        }),
    );
}

/** Claims and volumes that went, or were let go of, in lines. */
export function losses(events: readonly RecordedEvent[]): readonly string[] {
    return events.flatMap((event) => {
        const { kind, status } = event.object as V1PersistentVolumeClaim;
        const phase = status?.phase ?? "without a phase";
        const isVolume = kind === "PersistentVolumeClaim" || kind === "PersistentVolume";
        return isVolume && (event.type === "DELETED" || phase !== "Bound") ? [line(event, phase)] : [];
    });
}

/** What a claim went through, told at each event and once for each change of what is told. */
export function course(
    events: readonly RecordedEvent[],
    name: string,
    tell: (claim: V1PersistentVolumeClaim) => string,
): readonly string[] {
    return events
        .filter(({ object }) => object.kind === "PersistentVolumeClaim" && object.metadata?.name === name)
        .map(({ object }) => tell(object))
        .filter((state, index, states) => state !== states[index - 1]);
}

/** What a claim has of what it asks for. */
export function sizes({ spec, status }: V1PersistentVolumeClaim): string {
    return `${status?.capacity?.["storage"]} of ${spec?.resources?.requests?.["storage"]}`;
}

/** What was done to pods since a mark, their status and their owner apart, in lines. */
export function interventions(
    recorder: Recorder,
    mark: number,
    chosen: (object: KubernetesObject) => boolean,
): readonly string[] {
    const before = new Map<string, V1Pod>();
    return recorder.events.flatMap((event) => {
        const pod = event.object as V1Pod;
        if (pod.kind !== "Pod" || !chosen(pod)) {
            return [];
        }
        const former = before.get(identity(pod));
        before.set(identity(pod), pod);
        if (event.revision <= mark) {
            return [];
        }
        const restarts = (pod.status?.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0);
        const changed = (["spec", "labels", "deletionTimestamp"] as const).filter(
            (field) => !isDeepStrictEqual(fieldOf(pod, field), former && fieldOf(former, field)),
        );
        return event.type !== "MODIFIED" || changed.length > 0 || restarts > 0
            ? [line(event, `${changed.join(", ")} ${restarts} restarts`)]
            : [];
    });
}

function fieldOf({ spec, metadata }: V1Pod, field: "spec" | "labels" | "deletionTimestamp"): unknown {
    return field === "spec" ? spec : metadata?.[field];
}

/**
 * The first event that holds.
 *
 * @throws {Error} if there is none
 */
export function firstEvent(
    events: readonly RecordedEvent[],
    what: string,
    holds: (event: RecordedEvent) => unknown,
): RecordedEvent {
    const found = events.find(holds);
    if (found === undefined) {
        throw new Error(`not seen: ${what}, among ${events.length} events`);
    }
    return found;
}
