import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Inputs } from "../../support/mocks.ts";
import { fieldOf } from "./pod-environment.ts";
import type { RenderedPod } from "./rendered-pod.ts";
import type { Replacements } from "./substitution.ts";

/** A file of a volume that an object fills. */
interface VolumeFile {
    readonly path: string;
    readonly content: Buffer;
    readonly mode: number;
}

/** Where a container's mount is on this machine. */
interface Mount {
    readonly mountPath: string;
    readonly path: string;
    /** Undefined for a volume that the pod fills itself. */
    readonly files?: readonly VolumeFile[];
    /** Whether it goes with the pod. */
    readonly ephemeral: boolean;
}

const DEFAULT_MODE = 0o644;

function filesOf(pod: RenderedPod, volume: Inputs): readonly VolumeFile[] | undefined {
    const keyed = (kind: "ConfigMap" | "Secret", name: string, source: Inputs): readonly VolumeFile[] => {
        const keys = pod.keysOf(kind, name, source["optional"]);
        const all = [...keys.keys()].map((key) => ({ key, path: key }));
        return (source["items"] ?? all).map(({ key, path, mode }: Inputs) => {
            const content = keys.get(key);
            if (content === undefined) {
                throw new Error(`${pod.name}, volume ${volume["name"]}: ${kind} ${name} has no key ${key}`);
            }
            return { path, content, mode: mode ?? source["defaultMode"] ?? DEFAULT_MODE };
        });
    };
    const { configMap, secret, projected, downwardAPI } = volume;
    const downward = (source: Inputs): readonly VolumeFile[] =>
        source["items"].map(({ path, fieldRef }: Inputs) => ({
            path,
            content: Buffer.from(fieldOf(pod, fieldRef.fieldPath)),
            mode: DEFAULT_MODE,
        }));
    if (configMap !== undefined) {
        return keyed("ConfigMap", configMap.name, configMap);
    }
    if (secret !== undefined) {
        return keyed("Secret", secret.secretName, secret);
    }
    if (downwardAPI !== undefined) {
        return downward(downwardAPI);
    }
    return projected?.sources.flatMap((source: Inputs) => [
        ...(source["configMap"] ? keyed("ConfigMap", source["configMap"].name, source["configMap"]) : []),
        ...(source["secret"] ? keyed("Secret", source["secret"].name, source["secret"]) : []),
        ...(source["downwardAPI"] ? downward(source["downwardAPI"]) : []),
    ]);
}

/** The mounts of a container, in a folder that is the pod's. Containers share the volumes that they write to. */
export function mountsOf(pod: RenderedPod, folder: string, container: Inputs = pod.container): readonly Mount[] {
    const volumes = new Map<string, Inputs>((pod.spec["volumes"] ?? []).map((one: Inputs) => [one["name"], one]));
    return (container["volumeMounts"] ?? []).map(({ name, mountPath, subPath = "" }: Inputs) => {
        const files = filesOf(pod, volumes.get(name) ?? {});
        if (files === undefined) {
            const ephemeral = !pod.claims.includes(name) && volumes.get(name)?.["persistentVolumeClaim"] === undefined;
            return { mountPath, path: join(folder, "volumes", name, subPath), ephemeral };
        }
        const path = join(folder, "containers", String(container["name"]), mountPath);
        const below = files.filter((file) => subPath === "" || file.path === subPath);
        return {
            mountPath,
            path,
            files: below.map((file) => ({ ...file, path: subPath === "" ? file.path : "" })),
            ephemeral: true,
        };
    });
}

/** Where programs find what the pod has at a mount's path. */
export function pathsOf(mounts: readonly Mount[]): Replacements {
    return Object.fromEntries(mounts.map(({ mountPath, path }) => [mountPath.replace(/\/$/, ""), path]));
}

/**
 * Makes what a container finds at its mounts: what is from objects, claims as they were left, and the rest empty when the pod
 * is new.
 *
 * @param rewrite applied to every file that is text
 * @param isNew whether this is the pod's first container
 */
export async function makeMounts(
    mounts: readonly Mount[],
    rewrite: (text: string) => string,
    isNew: boolean,
): Promise<void> {
    for (const { path, files, ephemeral } of mounts) {
        if (ephemeral && (isNew || files !== undefined)) {
            await rm(path, { recursive: true, force: true });
        }
        await mkdir(files?.some((file) => file.path === "") === true ? dirname(path) : path, { recursive: true });
        for (const file of files ?? []) {
            const target = join(path, file.path);
            await mkdir(dirname(target), { recursive: true });
            const text = file.content.toString();
            const binary = !Buffer.from(text).equals(file.content);
            await writeFile(target, binary ? file.content : rewrite(text), { mode: file.mode });
        }
    }
    await linkNested(mounts);
}

/** A mount below another is there as well for who looks into the other's folder. */
async function linkNested(mounts: readonly Mount[]): Promise<void> {
    for (const inner of mounts) {
        const outer = mounts
            .filter(({ mountPath }) => inner.mountPath.startsWith(`${mountPath}/`))
            .toSorted((a, b) => b.mountPath.length - a.mountPath.length)[0];
        if (outer !== undefined) {
            const link = join(outer.path, inner.mountPath.slice(outer.mountPath.length));
            await mkdir(dirname(link), { recursive: true });
            await rm(link, { recursive: true, force: true });
            await symlink(inner.path, link);
        }
    }
}
