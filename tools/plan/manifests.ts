import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { Document } from "yaml";
import { Misuse } from "./errors.ts";
import { planJson } from "./json.ts";
import { field, type KubernetesObject, kubernetesObject } from "./kubernetes.ts";
import type { Group, Plan } from "./model.ts";
import { isRecord } from "./project-config.ts";
import type { RecordedResource } from "./resource.ts";
import { Secret } from "./values.ts";

/** Lists the files that a plan wrote, so that the next one knows its own. */
const MARKER = ".plan-files";

/** What others need stands before what needs it, as `kubectl apply` creates in the order of the file. */
const KIND_ORDER = [
    "CustomResourceDefinition",
    "Namespace",
    "StorageClass",
    "VolumeAttributesClass",
    "PriorityClass",
    "ServiceAccount",
    "ClusterRole",
    "ClusterRoleBinding",
    "Role",
    "RoleBinding",
    "Secret",
    "ConfigMap",
    "PersistentVolumeClaim",
    "NetworkPolicy",
    "PodDisruptionBudget",
    "Service",
    "Endpoints",
    "Deployment",
    "StatefulSet",
    "DaemonSet",
    "Job",
    "CronJob",
];

function rank({ kind }: KubernetesObject): number {
    const index = KIND_ORDER.indexOf(kind);
    return index === -1 ? KIND_ORDER.length : index;
}

function sortKey(object: KubernetesObject): string {
    return [object.kind, field(object, "metadata", "namespace"), field(object, "metadata", "name")]
        .map(String)
        .join("/");
}

/** An object without a name of its own gets one from the provider when it is created. */
function named(object: KubernetesObject, resource: RecordedResource): KubernetesObject {
    const { apiVersion, kind, metadata, ...rest } = object;
    const own = isRecord(metadata) ? metadata : {};
    return { apiVersion, kind, metadata: { name: resource.name, ...own }, ...rest };
}

/** Keys with the mark for each value: "[secret]" in the place of a whole mapping would be no valid Secret. */
function marked(values: unknown): Record<string, unknown> {
    const keys = values instanceof Secret ? values.reveal() : values;
    return isRecord(keys) ? Object.fromEntries(Object.keys(keys).map((key) => [key, new Secret(undefined)])) : {};
}

/** A Secret whose content is hidden, with its keys. `data` is base64, which the mark is not, and becomes text as well. */
function withHiddenContent(object: KubernetesObject): KubernetesObject {
    const { data, stringData, ...rest } = object;
    const hidden = [data, stringData].some((values) => values instanceof Secret);
    return object.kind === "Secret" && hidden
        ? { ...rest, stringData: { ...marked(data), ...marked(stringData) } }
        : object;
}

function manifest(group: Group): string {
    const objects = group.units
        .flatMap(({ resources }) => resources)
        .flatMap((resource) => {
            const object = kubernetesObject(resource);
            return object === undefined ? [] : [withHiddenContent(named(object, resource))];
        })
        .toSorted((a, b) => rank(a) - rank(b) || sortKey(a).localeCompare(sortKey(b)));
    // Through JSON once, so that secrets and unknown values become text and aliases of shared objects do not appear.
    return objects
        .map((object) => new Document(JSON.parse(JSON.stringify(object)), { aliasDuplicateObjects: false }))
        .map((document) => `---\n${document.toString({ lineWidth: 0 })}`)
        .join("");
}

function fileName({ layer, name }: Group): string {
    const safe = name.replaceAll(/[^\w.-]/g, "-");
    return layer === "system" || layer === "other" ? `${safe}.yaml` : `${layer}-${safe}.yaml`;
}

function filesOf(plan: Plan): Map<string, string> {
    const files = new Map<string, string>();
    for (const group of plan.groups) {
        const text = manifest(group);
        if (text !== "") {
            files.set(fileName(group), `${files.get(fileName(group)) ?? ""}${text}`);
        }
    }
    files.set("plan.json", `${JSON.stringify(planJson(plan), undefined, 2)}\n`);
    return files;
}

function formerFiles(directory: string): string[] {
    return readFileSync(join(directory, MARKER), "utf8")
        .split("\n")
        .filter((name) => name !== "" && name === basename(name));
}

/**
 * Refuses a folder that holds anything but a former plan; to be called before the work is done.
 *
 * @throws {Misuse} naming the folder
 */
export function checkOutput(directory: string): void {
    if (existsSync(directory) && !statSync(directory).isDirectory()) {
        throw new Misuse(`--out: ${directory} is a file. Name a new or an empty folder.`);
    }
    const content = existsSync(directory) ? readdirSync(directory) : [];
    if (content.length > 0 && !content.includes(MARKER)) {
        throw new Misuse(`--out: ${directory} is not empty and holds no former plan. Name a new or an empty folder.`);
    }
}

/**
 * Writes one YAML file for each group with Kubernetes objects, and plan.json. Files of a former plan are replaced or
 * removed; others in the folder stay.
 *
 * @returns names of the files, sorted
 */
export function writeOutput(plan: Plan, directory: string): string[] {
    checkOutput(directory);
    mkdirSync(directory, { recursive: true });
    const files = filesOf(plan);
    if (existsSync(join(directory, MARKER))) {
        for (const name of formerFiles(directory)) {
            rmSync(join(directory, name), { force: true });
        }
    }
    const names = [...files.keys()].toSorted();
    writeFileSync(join(directory, MARKER), `${names.join("\n")}\n`);
    for (const [name, text] of files) {
        writeFileSync(join(directory, name), text);
    }
    return names;
}
