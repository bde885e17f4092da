import type { Evidence } from "./evidence.ts";
import { at, has, isObject, list, type Plain, text, texts, UNKNOWN } from "./plain.ts";
import type { Container } from "./pod.ts";

/**
 * Where a volume's data lives. `own`: a disk that one pod or node holds at a time. `shared`: outlives the pod and many
 * may mount it. `node`: a writable directory of the node. `scratch`: goes with the pod. `none`: not data, but
 * configuration, a socket or something read-only.
 */
type Persistence = "own" | "shared" | "node" | "scratch" | "none";

/** What a volume is, and whether its data outlives the pod. */
export interface Volume {
    /** The volume's name; `undefined` when it is not known. */
    readonly name: string | undefined;
    /** Where its data lives. */
    readonly persistence: Persistence;
    /** Its source in words: `claim orders`, `hostPath /srv/db`. */
    readonly source: string;
    /** False when something that decides the persistence is not known. */
    readonly certain: boolean;
}

/** True when all pods of a claim may mount it at once, false when not, `undefined` when its mode was not seen. */
export type ClaimIsShared = (claimName: string | undefined) => boolean | undefined;

/** True when the access modes let several nodes mount the volume. Unknown modes count as unshared. */
export function modesAreShared(modes: Plain): boolean {
    return texts(modes).some((mode) => mode === "ReadWriteMany" || mode === "ReadOnlyMany");
}

/** Volumes that attach to one node at a time (https://kubernetes.io/docs/concepts/storage/volumes/). */
const SINGLE_ATTACH: readonly string[] = [
    "awsElasticBlockStore",
    "azureDisk",
    "cinder",
    "fc",
    "gcePersistentDisk",
    "iscsi",
    "photonPersistentDisk",
    "portworxVolume",
    "rbd",
    "scaleIO",
    "storageos",
    "vsphereVolume",
];

/** Network file systems, which many nodes mount at a time. */
const NETWORK_FILES: readonly string[] = ["azureFile", "cephfs", "glusterfs", "nfs", "quobyte"];

/** In-line CSI volumes are ephemeral by definition, except for drivers that mount a network file system. */
const NETWORK_FILE_DRIVERS = /^(nfs|smb|efs|file|fsx|lustre|cephfs|gcsfuse|blob|s3)[.-]|\.(nfs|smb|cephfs|s3)\./;

/** Paths of a node that hold the system's own files, sockets, devices and logs, never a workload's data. */
const SYSTEM_PATHS: readonly string[] = [
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/lib",
    "/lib64",
    "/opt/cni",
    "/opt/containerd",
    "/proc",
    "/run",
    "/sbin",
    "/sys",
    "/usr",
    "/var/lib/calico",
    "/var/lib/cni",
    "/var/lib/containerd",
    "/var/lib/containers",
    "/var/lib/crio",
    "/var/lib/docker",
    "/var/lib/k0s",
    "/var/lib/kubelet",
    "/var/lib/rancher/k3s/agent",
    "/var/lib/rancher/k3s/server",
    "/var/lib/systemd",
    "/var/log",
    "/var/run",
    "/tmp/.X11-unix",
];

function isUnder(path: string, root: string): boolean {
    return path === root || path.startsWith(`${root}/`);
}

/** Files of a node by their names: sockets, configuration, certificates, programs. */
const SINGLE_FILE = /\.(sock|conf|cfg|cnf|ini|toml|ya?ml|json|properties|env|crt|cer|pem|key|sh|so)$|\/\.kube\/config$/;

function isSystemPath(path: string): boolean {
    const clean = path.length > 1 ? path.replace(/\/+$/, "") : path;
    return clean === "/" || SINGLE_FILE.test(clean) || SYSTEM_PATHS.some((root) => isUnder(clean, root));
}

const NOT_DATA_TYPES: ReadonlySet<string> = new Set(["Socket", "File", "CharDevice"]);

function readHostPath(name: string | undefined, volume: Plain): Volume {
    const path = text(volume, "hostPath", "path");
    const kind = text(volume, "hostPath", "type");
    const isSystem = (kind !== undefined && NOT_DATA_TYPES.has(kind)) || (path !== undefined && isSystemPath(path));
    return {
        name,
        persistence: isSystem ? "none" : "node",
        source: `hostPath ${path ?? "(not known yet)"}`,
        certain: path !== undefined,
    };
}

function readClaim(name: string | undefined, volume: Plain, claimIsShared: ClaimIsShared): Volume {
    const claim = text(volume, "persistentVolumeClaim", "claimName");
    const shared = claimIsShared(claim);
    const mode = shared === undefined ? " (access mode not seen in this run, so taken as one pod's own)" : "";
    return {
        name,
        persistence: shared === true ? "shared" : "own",
        source: `claim ${claim ?? "(name not known yet)"}${mode}`,
        certain: claim !== undefined && shared !== undefined,
    };
}

function readOther(name: string | undefined, volume: Plain): Volume {
    if (has(volume, "ephemeral")) {
        const modes = at(volume, "ephemeral", "volumeClaimTemplate", "spec", "accessModes");
        const persistence = modesAreShared(modes) ? "shared" : "own";
        return { name, persistence, source: "a generic ephemeral claim", certain: modes !== UNKNOWN };
    }
    const disk = SINGLE_ATTACH.find((source) => has(volume, source));
    if (disk !== undefined) {
        return { name, persistence: "own", source: `an in-line ${disk} volume`, certain: true };
    }
    const files = NETWORK_FILES.find((source) => has(volume, source));
    const driver = text(volume, "csi", "driver");
    if (files !== undefined || (driver !== undefined && NETWORK_FILE_DRIVERS.test(driver))) {
        return { name, persistence: "shared", source: `an in-line ${files ?? driver} volume`, certain: true };
    }
    const persistence = has(volume, "emptyDir") ? "scratch" : "none";
    return { name, persistence, source: "scratch or configuration", certain: true };
}

function readOnlyAtSource(volume: Plain): boolean {
    return (
        isObject(volume) &&
        Object.entries(volume).some(([key, source]) => key !== "name" && at(source, "readOnly") === true)
    );
}

/** Reads a pod's volumes. One that is read-only at its source holds no data of the pod, so it is `none`. */
export function readVolumes(podSpec: Plain, claimIsShared: ClaimIsShared): readonly Volume[] {
    return list(podSpec, "volumes").map((volume) => {
        const name = text(volume, "name");
        if (readOnlyAtSource(volume)) {
            return { name, persistence: "none", source: "a read-only volume", certain: true };
        }
        if (has(volume, "persistentVolumeClaim")) {
            return readClaim(name, volume, claimIsShared);
        }
        return has(volume, "hostPath") ? readHostPath(name, volume) : readOther(name, volume);
    });
}

/** Directories of programs in a container: what is mounted there is run, not stored. */
const PROGRAMS = /^\/(usr\/)?(local\/)?s?bin(\/|$)/;

/** True unless every mount of the volume is read-only. A volume that nothing mounts still attaches. */
function isWritten(volume: Volume, containers: readonly Container[]): boolean {
    const mounts = containers.flatMap((container) => container.mounts).filter((mount) => mount.volume === volume.name);
    const isStored = (path: string | undefined) =>
        volume.persistence !== "node" || path === undefined || !PROGRAMS.test(path);
    return mounts.length === 0
        ? volume.persistence === "own"
        : mounts.some((mount) => !mount.readOnly && isStored(mount.path));
}

/** The volumes whose data the pod owns: claims and disks of its own, and node directories that it writes. */
export function volumeEvidence(volumes: readonly Volume[], containers: readonly Container[]): readonly Evidence[] {
    return volumes
        .filter((volume) => volume.persistence === "own" || volume.persistence === "node")
        .filter((volume) => isWritten(volume, containers))
        .map((volume) => ({
            kind: volume.persistence === "node" ? "host-path" : "volume",
            fact: `volume ${volume.name ?? "(unnamed)"}: ${volume.source}`,
            certain: volume.certain,
        }));
}

/** A writable mount, and the volume behind it. */
export interface DataMount {
    /** Where it is mounted; `undefined` when that is not known. */
    readonly path: string | undefined;
    /** The volume's source in words. */
    readonly source: string;
    /** True when the data outlives the pod, on a shared volume too. */
    readonly outlivesPod: boolean;
}

/**
 * A container's mounts that may hold data: writable, and not of configuration, sockets or system paths. A mount of a
 * volume that the pod does not declare (a controller's claim template) counts as scratch.
 */
export function dataMounts(container: Container, volumes: readonly Volume[]): readonly DataMount[] {
    return container.mounts
        .filter((mount) => !mount.readOnly)
        .map((mount) => ({ mount, volume: volumes.find((volume) => volume.name === mount.volume) }))
        .filter(({ volume }) => volume?.persistence !== "none")
        .map(({ mount, volume }) => ({
            path: mount.path,
            source: volume?.source ?? "an undeclared volume",
            outlivesPod: volume !== undefined && volume.persistence !== "scratch",
        }));
}
