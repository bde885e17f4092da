const TYPES = ["gp2", "gp3", "io1", "io2", "st1", "sc1", "standard"];

/** Of a StorageClass, those that are numbers. */
const NUMBERS = new Set(["iops", "throughput", "iopspergb", "volumeinitializationrate"]);

const OTHERS = new Set([
    "fstype",
    "type",
    "allowautoiopspergbincrease",
    "allowautoiopsincreaseonmodify",
    "encrypted",
    "kmskeyid",
    "blockexpress",
    "blocksize",
    "inodesize",
    "bytesperinode",
    "numberofinodes",
    "ext4bigalloc",
    "ext4clustersize",
    "ext4encryptionsupport",
    "blockattachuntilinitialized",
]);

const CHANGEABLE = new Set(["iops", "throughput", "type", "volumeType", "iopspergb", "allowautoiopsincreaseonmodify"]);

type Parameters = Readonly<Record<string, string>>;

function valueProblem(key: string, value: string, number: boolean): string | undefined {
    if (number && !/^\d+$/.test(value)) {
        return `parameter ${key}: got "${value}"; it is a whole number`;
    }
    return (key === "type" || key === "volumeType") && !TYPES.includes(value)
        ? `parameter ${key}: got "${value}"; EBS has ${TYPES.join(", ")}`
        : undefined;
}

/**
 * What the driver would refuse in a StorageClass's parameters; undefined if nothing.
 *
 * @see https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/master/pkg/driver/controller.go, CreateVolume: keys in
 *   any case; `csi.storage.k8s.io/` ones are the sidecar's
 */
export function classProblem(parameters: Parameters): string | undefined {
    for (const [key, value] of Object.entries(parameters)) {
        const known = key.toLowerCase();
        if (key.startsWith("csi.storage.k8s.io/") || key.startsWith("tagSpecification")) {
            continue;
        }
        if (!NUMBERS.has(known) && !OTHERS.has(known)) {
            return `invalid parameter key ${key} for CreateVolume`;
        }
        const wrong = valueProblem(known, value, NUMBERS.has(known));
        if (wrong !== undefined) {
            return wrong;
        }
    }
}

/**
 * What the driver would refuse in a VolumeAttributesClass's parameters; undefined if nothing.
 *
 * @see https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/master/pkg/driver/controller_modify_volume.go: keys exactly so
 */
export function attributesProblem(parameters: Parameters): string | undefined {
    for (const [key, value] of Object.entries(parameters)) {
        if (key.startsWith("tagSpecification") || key.startsWith("tagDeletion")) {
            continue;
        }
        if (!CHANGEABLE.has(key)) {
            return `invalid mutable parameter key: ${key}`;
        }
        const wrong = valueProblem(key, value, ["iops", "throughput", "iopspergb"].includes(key));
        if (wrong !== undefined) {
            return wrong;
        }
    }
}

/**
 * File system that a StorageClass asks for.
 *
 * @returns ext4 without one, which is the driver's default
 */
export function fileSystem(parameters: Parameters): string {
    return parameters["csi.storage.k8s.io/fstype"] ?? parameters["fstype"] ?? "ext4";
}
