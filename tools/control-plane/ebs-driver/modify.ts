import type { V1PersistentVolumeClaim } from "@kubernetes/client-node";
import { boundVolume, withConditions } from "./bound.ts";
import { DRIVER } from "./facts.ts";
import { attributesProblem } from "./parameters.ts";
import { problem, type Step } from "./step.ts";
import type { World } from "./world.ts";

const CONDITIONS = ["ModifyingVolume", "ModifyVolumeError"];

/**
 * Gives the volume of a claim the attributes of another VolumeAttributesClass.
 *
 * @see https://github.com/kubernetes-csi/external-resizer/blob/master/pkg/modifycontroller/modify_volume.go
 */
export function modify(claim: V1PersistentVolumeClaim, world: World): Step | undefined {
    const volume = boundVolume(claim, world);
    const target = claim.spec?.volumeAttributesClassName;
    if (volume === undefined || !target || target === claim.status?.currentVolumeAttributesClassName) {
        return undefined;
    }
    const under = claim.status?.modifyVolumeStatus;
    const stage = under?.targetVolumeAttributesClassName === target ? under.status : undefined;
    const mark = (status: string, condition?: { readonly type: string; readonly message: string }) =>
        ({
            verb: "patch",
            object: claim,
            change: {
                status: {
                    modifyVolumeStatus: { targetVolumeAttributesClassName: target, status },
                    ...(condition && { conditions: withConditions(claim, CONDITIONS, condition) }),
                },
            },
            subresource: "status",
        }) as const;

    const attributes = world.find("VolumeAttributesClass", target);
    if (attributes?.driverName !== DRIVER) {
        const missing = `cannot modify: there is no VolumeAttributesClass "${target}" of ${DRIVER}`;
        return stage === "Pending" ? problem(missing) : problem(missing, mark("Pending"));
    }
    const wrong = attributesProblem(attributes.parameters ?? {});
    if (wrong !== undefined) {
        const message = `ModifyVolume failed with error: ${wrong}. Waiting for retry.`;
        const infeasible = mark("Infeasible", { type: "ModifyVolumeError", message });
        return stage === "Infeasible"
            ? problem(`cannot modify: ${wrong}`)
            : problem(`cannot modify: ${wrong}`, infeasible);
    }
    if (stage !== "InProgress") {
        const message = "ModifyVolume operation in progress.";
        return {
            does: `begins to modify to ${target}`,
            writes: [mark("InProgress", { type: "ModifyingVolume", message })],
        };
    }
    return {
        does: `modifies the disk to ${target}`,
        after: "expand",
        writes: [
            { verb: "patch", object: volume, change: { spec: { volumeAttributesClassName: target } } },
            {
                verb: "patch",
                object: claim,
                change: {
                    status: {
                        currentVolumeAttributesClassName: target,
                        modifyVolumeStatus: null,
                        conditions: withConditions(claim, CONDITIONS),
                    },
                },
                subresource: "status",
            },
        ],
    };
}
