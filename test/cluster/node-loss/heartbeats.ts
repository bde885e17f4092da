import type { V1Lease } from "@kubernetes/client-node";
import type { Recorder } from "../../../tools/control-plane/recorder.ts";

/** What has to be recorded for {@link heardAt}. */
export const LEASES = "coordination.k8s.io/v1/leases";

/** When a node's kubelet was heard, each time: milliseconds since the epoch. */
export function heardAt(recorder: Recorder, node: string): readonly number[] {
    return recorder.events
        .filter(({ object }) => object.kind === "Lease" && object.metadata?.name === node)
        .filter(({ object }, index, all) => renewal(object) !== renewal(all[index - 1]?.object))
        .map(({ at }) => at);
}

function renewal(lease: V1Lease | undefined): string {
    return String(lease?.spec?.renewTime);
}
