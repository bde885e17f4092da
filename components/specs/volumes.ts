import type * as k8s from "@pulumi/kubernetes";
import { type Bytes, bytes } from "../values/quantity.ts";
import type { Scratch, WorkloadArgs } from "../workload-args.ts";
import type { HostPath } from "./daemon-set.ts";

type Volume = k8s.types.input.core.v1.Volume;
type VolumeMount = k8s.types.input.core.v1.VolumeMount;

/** Volumes of a pod and where its containers see them. */
export interface MountedVolumes {
    readonly volumes: readonly Volume[];
    readonly mounts: readonly VolumeMount[];
}

/** Name of the volume that holds `configFiles`. */
export const CONFIG_VOLUME = "config-files";
/** A volume's name is a DNS label. */
const MAX_VOLUME_NAME = 63;

/** The key of a path in the workload's ConfigMap: `/etc/app/a.yaml` → `etc.app.a.yaml`. */
export function configFileKey(path: string): string {
    return path.slice(1).replaceAll("/", ".");
}

/** The name of the ConfigMap that holds a workload's `configFiles`. */
export function configFilesName(workload: string): string {
    return `${workload}-files`;
}

/** A volume's name made from what it is for and where it is mounted. */
export function volumeName(purpose: string, path: string): string {
    const slug = path.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
    return `${purpose}${slug}`.slice(0, MAX_VOLUME_NAME).replace(/-+$/, "");
}

function scratchOf(value: Bytes | Scratch): Required<Scratch> {
    return typeof value === "string"
        ? { size: value, medium: "disk" }
        : { size: value.size, medium: value.medium ?? "disk" };
}

/** What `scratch` takes of the node's disk, in bytes. */
export function scratchDiskBytes(scratch: WorkloadArgs["scratch"] = {}): number {
    return Object.values(scratch)
        .map(scratchOf)
        .filter((s) => s.medium === "disk")
        .reduce((sum, s) => sum + bytes(s.size), 0);
}

function configFiles(workload: string, paths: readonly string[]): MountedVolumes {
    if (paths.length === 0) {
        return { volumes: [], mounts: [] };
    }
    return {
        volumes: [{ name: CONFIG_VOLUME, configMap: { name: configFilesName(workload) } }],
        // By subPath, so that the directory keeps what the image has in it; the pods roll when the content changes.
        mounts: paths.map((path) => ({
            name: CONFIG_VOLUME,
            mountPath: path,
            subPath: configFileKey(path),
            readOnly: true,
        })),
    };
}

/** The volumes that every kind of workload may have: configuration, secrets and scratch space. */
export function podVolumes(
    workload: string,
    args: Pick<WorkloadArgs, "configFiles" | "secretFiles" | "scratch">,
): MountedVolumes {
    const files = configFiles(workload, Object.keys(args.configFiles ?? {}));
    const secrets = Object.entries(args.secretFiles ?? {}).map(([path, secretName]) => ({
        volume: { name: volumeName("secret", path), secret: { secretName } },
        mount: { name: volumeName("secret", path), mountPath: path, readOnly: true },
    }));
    const scratch = Object.entries(args.scratch ?? {}).map(([path, value]) => {
        const { size, medium } = scratchOf(value);
        const name = volumeName("scratch", path);
        return {
            volume: { name, emptyDir: { sizeLimit: size, ...(medium === "memory" ? { medium: "Memory" } : {}) } },
            mount: { name, mountPath: path },
        };
    });
    const rest: readonly { volume: Volume; mount: VolumeMount }[] = [...secrets, ...scratch];
    return {
        volumes: [...files.volumes, ...rest.map((r) => r.volume)],
        mounts: [...files.mounts, ...rest.map((r) => r.mount)],
    };
}

/** The volumes of an agent that lie on its node. */
export function hostPathVolumes(hostPaths: Readonly<Record<string, HostPath>> = {}): MountedVolumes {
    const entries = Object.entries(hostPaths).map(([mountPath, hostPath]) => ({
        name: volumeName("host", mountPath),
        mountPath,
        hostPath,
    }));
    return {
        volumes: entries.map(({ name, hostPath: { path, type } }) => ({
            name,
            hostPath: { path, ...(type === undefined ? {} : { type }) },
        })),
        mounts: entries.map(({ name, mountPath, hostPath }) => ({
            name,
            mountPath,
            readOnly: hostPath.access !== "write",
            ...(hostPath.followMounts === true ? { mountPropagation: "HostToContainer" } : {}),
        })),
    };
}
