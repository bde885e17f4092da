import type { V1PersistentVolumeClaim } from "@kubernetes/client-node";
import { boundVolume, withConditions } from "./bound.ts";
import { diskSize, larger } from "./size.ts";
import type { Step } from "./step.ts";
import type { World } from "./world.ts";

const CONDITIONS = ["Resizing", "FileSystemResizePending"];

/**
 * Grows the volume of a claim in the steps of the real resizer: marked, the disk itself, then the file system by the
 * kubelet, which needs a running pod that has it mounted.
 *
 * @see https://github.com/kubernetes-csi/external-resizer/blob/master/pkg/controller/expand_and_recover.go
 */
export function resize(claim: V1PersistentVolumeClaim, world: World): Step | undefined {
    const volume = boundVolume(claim, world);
    if (volume === undefined) {
        return undefined;
    }
    const { spec, status } = claim;
    const requested = spec?.resources?.requests?.["storage"];
    const capacity = status?.capacity?.["storage"];
    const stage = status?.allocatedResourceStatuses?.["storage"];
    const patchStatus = (change: object) =>
        ({ verb: "patch", object: claim, change: { status: change }, subresource: "status" }) as const;

    if (stage === undefined) {
        return larger(requested, capacity)
            ? {
                  does: `begins to grow from ${capacity} to ${requested}`,
                  writes: [
                      patchStatus({
                          allocatedResources: { storage: requested },
                          allocatedResourceStatuses: { storage: "ControllerResizeInProgress" },
                          conditions: withConditions(claim, CONDITIONS, { type: "Resizing" }),
                      }),
                  ],
              }
            : undefined;
    }
    const size = diskSize(status?.allocatedResources?.["storage"] ?? requested);
    const finished = patchStatus({
        capacity: { storage: size },
        allocatedResourceStatuses: { storage: null },
        conditions: withConditions(claim, CONDITIONS),
    });
    if (stage === "ControllerResizeInProgress") {
        const pending = patchStatus({
            allocatedResourceStatuses: { storage: "NodeResizePending" },
            conditions: withConditions(claim, CONDITIONS, {
                type: "FileSystemResizePending",
                message: "Waiting for user to (re-)start a pod to finish file system resize of volume on node.",
            }),
        });
        return {
            does: `grows the disk to ${size}`,
            after: "expand",
            writes: [
                ...(larger(size, volume.spec?.capacity?.["storage"])
                    ? [{ verb: "patch", object: volume, change: { spec: { capacity: { storage: size } } } } as const]
                    : []),
                spec?.volumeMode === "Block" ? finished : pending,
            ],
        };
    }
    return stage === "NodeResizePending" && world.mounted(claim)
        ? { does: `grows the file system to ${size}`, writes: [finished] }
        : undefined;
}
