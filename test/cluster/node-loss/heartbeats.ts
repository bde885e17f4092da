import type { V1Node } from "@kubernetes/client-node";
import type { Recorder } from "../../../tools/control-plane/recorder.ts";

function lastHeartbeat({ status }: V1Node): string {
    const ready = status?.conditions?.find(({ type }) => type === "Ready");
    return String(ready?.lastHeartbeatTime);
}

/** When a node's kubelet was heard, each time: milliseconds since the epoch. */
export function heardAt(recorder: Recorder, node: string): readonly number[] {
    let last: string | undefined;
    return recorder.events.flatMap(({ object, at }) => {
        if (object.kind !== "Node" || object.metadata?.name !== node) {
            return [];
        }
        const heartbeat = lastHeartbeat(object);
        const isNew = heartbeat !== last;
        last = heartbeat;
        return isNew ? [at] : [];
    });
}
