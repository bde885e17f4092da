import assert from "node:assert/strict";
import type { KubernetesObject, V1CSINode, V1VolumeAttachment } from "@kubernetes/client-node";
import { stackNodes } from "../../../tools/control-plane/nodes.ts";
import type { RecordedEvent } from "../../../tools/control-plane/recorder/log.ts";
import { stackConfig } from "../../stacks/raw-config.ts";
import { CROWDED } from "./program.ts";

/** The objects of a node in each zone, as `prod` has them, but in a pool of their own. */
export function crowdedNodes(): readonly (readonly KubernetesObject[])[] {
    const text = JSON.stringify(stackNodes(stackConfig("prod"), { nodes: 3 }));
    const objects: readonly KubernetesObject[] = JSON.parse(text.replaceAll("infra", CROWDED.pool));
    return [...Map.groupBy(objects, ({ metadata }) => metadata?.name).values()];
}

/** How many volumes a node takes, as the storage driver says. */
export function volumeLimit(objects: readonly KubernetesObject[]): number {
    const csiNode: V1CSINode | undefined = objects.find(({ kind }) => kind === "CSINode") as V1CSINode | undefined;
    const limit = csiNode?.spec.drivers[0]?.allocatable?.count;
    assert.ok(limit !== undefined);
    return limit;
}

/** The most attachments that a node had at any time, attached or under way. */
export function mostAttachments(events: readonly RecordedEvent[], node: string): number {
    const present = new Set<string>();
    return events.reduce((most, { type, object }) => {
        const { metadata, spec } = object as V1VolumeAttachment;
        if (spec.nodeName !== node) {
            return most;
        }
        if (type === "DELETED") {
            present.delete(metadata?.name ?? "");
        } else {
            present.add(metadata?.name ?? "");
        }
        return Math.max(most, present.size);
    }, 0);
}
