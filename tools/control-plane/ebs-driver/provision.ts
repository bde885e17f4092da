import type { V1PersistentVolume, V1PersistentVolumeClaim, V1StorageClass } from "@kubernetes/client-node";
import {
    DRIVER,
    PROVISIONED_BY,
    SELECTED_NODE,
    STORAGE_PROVISIONER,
    VOLUME_FINALIZER,
    ZONE_LABEL,
    ZONE_LABELS,
} from "./facts.ts";
import { attributesProblem, classProblem, fileSystem } from "./parameters.ts";
import { diskSize } from "./size.ts";
import { problem, type Step } from "./step.ts";
import type { World } from "./world.ts";

/** EBS volumes are for one node; many at once only as raw blocks of io2, which nothing here asks for. */
const ACCESS_MODES = new Set(["ReadWriteOnce", "ReadWriteOncePod"]);

/**
 * Makes the volume of a claim, once the volume controller asks this driver for it.
 *
 * @see https://github.com/kubernetes-csi/external-provisioner/blob/master/pkg/controller/controller.go
 */
export function provision(claim: V1PersistentVolumeClaim, world: World): Step | undefined {
    const { metadata, spec } = claim;
    const name = `pvc-${metadata?.uid ?? ""}`;
    const ours = metadata?.annotations?.[STORAGE_PROVISIONER] === DRIVER;
    if (!ours || metadata.deletionTimestamp !== undefined || spec?.volumeName || world.find("PersistentVolume", name)) {
        return undefined;
    }
    const storageClass = world.find("StorageClass", spec?.storageClassName);
    if (storageClass === undefined) {
        return problem(`cannot provision: there is no StorageClass "${spec?.storageClassName ?? ""}"`);
    }
    const waits = storageClass.volumeBindingMode === "WaitForFirstConsumer";
    const selected = metadata.annotations?.[SELECTED_NODE];
    if (storageClass.provisioner !== DRIVER || (waits && selected === undefined)) {
        return undefined;
    }
    if (selected !== undefined && world.find("Node", selected) === undefined) {
        return {
            does: `gives the claim back to the scheduler, since node ${selected} is gone`,
            writes: [
                { verb: "patch", object: claim, change: { metadata: { annotations: { [SELECTED_NODE]: null } } } },
            ],
        };
    }
    const refused = refusal(claim, storageClass, world);
    if (refused !== undefined) {
        return problem(`cannot provision: ${refused}`);
    }
    const choice = zones(claim, storageClass, world);
    if (choice.length === 0) {
        return problem(`cannot provision: no zone of the nodes is allowed by StorageClass ${spec?.storageClassName}`);
    }
    const zone = choice[spreadIndex(metadata.name ?? "") % choice.length];
    const volume = volumeOf(claim, storageClass, name, zone);
    const where = zone === undefined ? "" : ` in ${zone}`;
    return {
        does: `provisions ${volume.spec?.capacity?.["storage"]}${where}`,
        writes: [{ verb: "create", object: volume }],
    };
}

function refusal(claim: V1PersistentVolumeClaim, storageClass: V1StorageClass, world: World): string | undefined {
    const mode = claim.spec?.accessModes?.find((asked) => !ACCESS_MODES.has(asked));
    if (mode !== undefined) {
        return `access mode ${mode}: an EBS volume is for one node`;
    }
    if (claim.spec?.dataSource !== undefined || claim.spec?.dataSourceRef !== undefined) {
        return "volumes from snapshots or other claims are not simulated";
    }
    const attributes = claim.spec?.volumeAttributesClassName;
    const attributesClass = world.find("VolumeAttributesClass", attributes);
    if (attributes && attributesClass?.driverName !== DRIVER) {
        return `there is no VolumeAttributesClass "${attributes}" of ${DRIVER}`;
    }
    return classProblem(storageClass.parameters ?? {}) ?? attributesProblem(attributesClass?.parameters ?? {});
}

/** Zones that the volume may be made in; undefined as the one zone of a cluster without zones. */
function zones(
    claim: V1PersistentVolumeClaim,
    { allowedTopologies }: V1StorageClass,
    world: World,
): readonly (string | undefined)[] {
    const selected = world.find("Node", claim.metadata?.annotations?.[SELECTED_NODE]);
    const nodes = selected === undefined ? world.all("Node") : [selected];
    const labels = nodes.map((node) => node.metadata?.labels?.[ZONE_LABEL]);
    const zoned = [...new Set(labels.filter((zone) => zone !== undefined))].toSorted((a, b) => a.localeCompare(b));
    return (zoned.length > 0 || nodes.length === 0 ? zoned : [undefined]).filter(
        (zone) =>
            allowedTopologies === undefined ||
            allowedTopologies.some(({ matchLabelExpressions = [] }) =>
                matchLabelExpressions.every(
                    ({ key, values }) => zone !== undefined && ZONE_LABELS.includes(key) && values.includes(zone),
                ),
            ),
    );
}

/** Claims of one StatefulSet follow each other through the zones, as the sidecar spreads what is bound immediately. */
function spreadIndex(claimName: string): number {
    const [, base = claimName, ordinal = "0"] = /^(.*)-(\d+)$/.exec(claimName) ?? [];
    const hash = Array.from(base, (character) => character.codePointAt(0) ?? 0).reduce(
        (sum, code) => (sum * 31 + code) % 2 ** 31,
        0,
    );
    return hash + Number(ordinal);
}

function volumeOf(
    { metadata, spec }: V1PersistentVolumeClaim,
    storageClass: V1StorageClass,
    name: string,
    zone: string | undefined,
): V1PersistentVolume {
    const reclaimPolicy = storageClass.reclaimPolicy ?? "Delete";
    const block = spec?.volumeMode === "Block";
    const zoneTerm = { key: ZONE_LABEL, operator: "In", values: [zone ?? ""] };
    return {
        apiVersion: "v1",
        kind: "PersistentVolume",
        metadata: {
            name,
            annotations: { [PROVISIONED_BY]: DRIVER },
            ...(reclaimPolicy === "Delete" && { finalizers: [VOLUME_FINALIZER] }),
        },
        spec: {
            capacity: { storage: diskSize(spec?.resources?.requests?.["storage"]) },
            accessModes: spec?.accessModes ?? [],
            volumeMode: spec?.volumeMode ?? "Filesystem",
            persistentVolumeReclaimPolicy: reclaimPolicy,
            storageClassName: spec?.storageClassName ?? "",
            ...(spec?.volumeAttributesClassName && { volumeAttributesClassName: spec.volumeAttributesClassName }),
            ...(storageClass.mountOptions && { mountOptions: storageClass.mountOptions }),
            csi: {
                driver: DRIVER,
                // EBS calls a volume by 17 hexadecimal digits.
                volumeHandle: `vol-${(metadata?.uid ?? "").replaceAll("-", "").slice(0, 17)}`,
                ...(!block && { fsType: fileSystem(storageClass.parameters ?? {}) }),
            },
            claimRef: {
                apiVersion: "v1",
                kind: "PersistentVolumeClaim",
                namespace: metadata?.namespace ?? "",
                name: metadata?.name ?? "",
                uid: metadata?.uid ?? "",
            },
            ...(zone !== undefined && {
                nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [zoneTerm] }] } },
            }),
        },
    };
}
