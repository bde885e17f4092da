import type { V1VolumeAttachment } from "@kubernetes/client-node";
import { ATTACHMENT_FINALIZER, DRIVER, ZONE_LABEL } from "./facts.ts";
import { problem, type Step } from "./step.ts";
import type { World } from "./world.ts";

/**
 * Attaches a volume to a node, or detaches it, as the attach-detach controller asks.
 *
 * @see https://github.com/kubernetes-csi/external-attacher/blob/master/pkg/controller/csi_handler.go
 */
export function attach(attachment: V1VolumeAttachment, world: World): Step | undefined {
    const { metadata, spec, status } = attachment;
    if (spec.attacher !== DRIVER) {
        return undefined;
    }
    const finalizers = metadata?.finalizers ?? [];
    const held = finalizers.includes(ATTACHMENT_FINALIZER);
    const volume = spec.source.persistentVolumeName ?? "";
    if (metadata?.deletionTimestamp !== undefined) {
        const others = finalizers.filter((one) => one !== ATTACHMENT_FINALIZER);
        return held
            ? {
                  does: `detaches ${volume} from ${spec.nodeName}`,
                  after: "attach",
                  writes: [{ verb: "patch", object: attachment, change: { metadata: { finalizers: others } } }],
              }
            : undefined;
    }
    if (status?.attached === true) {
        return undefined;
    }
    const refused = refusal(attachment, world);
    if (refused !== undefined) {
        const does = `cannot attach ${volume} to ${spec.nodeName}: ${refused}`;
        const attachError = { message: refused, time: new Date().toISOString() };
        const change = { status: { attached: false, attachError } };
        return status?.attachError?.message === refused
            ? problem(does)
            : problem(does, { verb: "patch", object: attachment, change, subresource: "status" });
    }
    if (!held) {
        const change = { metadata: { finalizers: [...finalizers, ATTACHMENT_FINALIZER] } };
        return {
            does: `begins to attach ${volume} to ${spec.nodeName}`,
            writes: [{ verb: "patch", object: attachment, change }],
        };
    }
    return {
        does: `attaches ${volume} to ${spec.nodeName}`,
        after: "attach",
        writes: [
            {
                verb: "patch",
                object: attachment,
                change: { status: { attached: true, attachError: null } },
                subresource: "status",
            },
        ],
    };
}

/** Why EC2 would not attach; undefined if it would. */
function refusal(attachment: V1VolumeAttachment, world: World): string | undefined {
    const { nodeName, source } = attachment.spec;
    const volume = world.find("PersistentVolume", source.persistentVolumeName);
    if (volume === undefined || volume.metadata?.deletionTimestamp !== undefined) {
        return `volume ${source.persistentVolumeName ?? ""} is gone, or marked for deletion`;
    }
    const node = world.find("Node", nodeName);
    if (node === undefined) {
        return `node ${nodeName} is gone`;
    }
    const elsewhere = world
        .attachments(volume)
        .find(({ spec, status }) => status?.attached === true && spec.nodeName !== nodeName);
    if (elsewhere !== undefined) {
        return `VolumeInUse: it is still attached to ${elsewhere.spec.nodeName}`;
    }
    const zone = node.metadata?.labels?.[ZONE_LABEL];
    const terms = volume.spec?.nodeAffinity?.required?.nodeSelectorTerms ?? [];
    const pinned = terms.flatMap(({ matchExpressions = [] }) =>
        matchExpressions.filter(({ key }) => key === ZONE_LABEL).flatMap(({ values = [] }) => values),
    );
    if (pinned.length > 0 && !pinned.includes(zone ?? "")) {
        return `InvalidVolume.ZoneMismatch: the volume is in ${pinned.join(", ")}, the node in ${zone ?? "no zone"}`;
    }
    const limit = attachmentLimit(nodeName, world);
    return rank(attachment, world) < limit
        ? undefined
        : `AttachmentLimitExceeded: ${nodeName} has ${limit} of ${limit} volumes attached`;
}

/** How many volumes a node takes: what its CSINode says, without which there is no limit. */
function attachmentLimit(nodeName: string, world: World): number {
    const drivers = world.find("CSINode", nodeName)?.spec.drivers ?? [];
    return drivers.find(({ name }) => name === DRIVER)?.allocatable?.count ?? Number.POSITIVE_INFINITY;
}

function order({ metadata, status }: V1VolumeAttachment): string {
    return `${status?.attached === true ? 0 : 1} ${String(metadata?.creationTimestamp)} ${metadata?.name}`;
}

/** Place of an attachment among its node's: attached ones first, then by age, so that two drivers refuse the same. */
function rank(attachment: V1VolumeAttachment, world: World): number {
    const own = order(attachment);
    return world
        .all("VolumeAttachment")
        .filter(({ spec }) => spec.attacher === DRIVER && spec.nodeName === attachment.spec.nodeName)
        .filter((other) => order(other) < own).length;
}
