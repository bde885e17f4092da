import { isRecord } from "../../../tools/plan/project-config.ts";
import { COMPUTED, type Collected, type Inputs } from "../../support/mocks.ts";
import { called, containersOf, type Pods, podsOf } from "./pods.ts";
import type { RenderedObject } from "./stack.ts";

/** Objects that a stack uses and does not make: `Kind name`, or `Kind namespace/name`. */
export type Foreign = readonly string[];

/** One object that names another. */
interface Reference {
    /** Who names it, and where. */
    readonly by: string;
    readonly kind: string;
    readonly namespace: string;
    readonly name: unknown;
    /** A key that it has to have. */
    readonly key?: string;
}

/** Priority classes that every cluster has. */
const OF_EVERY_CLUSTER = new Set(["system-cluster-critical", "system-node-critical"]);

/** A reference unless it may lead nowhere. */
function unlessOptional(source: Inputs, reference: Reference): readonly Reference[] {
    return source["optional"] === true ? [] : [reference];
}

function environment(pods: Pods, container: Inputs): readonly Reference[] {
    const { namespace } = pods.owner;
    const at = `${called(pods.owner)}, container ${container["name"]}`;
    const variables = (container["env"] ?? []).flatMap(({ name, valueFrom = {} }: Inputs) => {
        const by = `${at}, variable ${name}`;
        const { secretKeyRef, configMapKeyRef } = valueFrom;
        return [
            ...(secretKeyRef ? unlessOptional(secretKeyRef, { by, kind: "Secret", namespace, ...secretKeyRef }) : []),
            ...(configMapKeyRef
                ? unlessOptional(configMapKeyRef, { by, kind: "ConfigMap", namespace, ...configMapKeyRef })
                : []),
        ];
    });
    const whole = (container["envFrom"] ?? []).flatMap(({ secretRef, configMapRef }: Inputs) => [
        ...(secretRef ? unlessOptional(secretRef, { by: at, kind: "Secret", namespace, name: secretRef.name }) : []),
        ...(configMapRef
            ? unlessOptional(configMapRef, { by: at, kind: "ConfigMap", namespace, name: configMapRef.name })
            : []),
    ]);
    return [...variables, ...whole];
}

/** Objects in a volume, with the keys that are mounted one by one. */
function volume(pods: Pods, source: Inputs, keys: readonly string[]): readonly Reference[] {
    const { namespace } = pods.owner;
    const by = `${called(pods.owner)}, volume ${source["name"]}`;
    const { configMap, secret, persistentVolumeClaim, projected } = source;
    const keyed = (kind: string, name: unknown, from: Inputs): readonly Reference[] => {
        const items = (from["items"] ?? []).map(({ key }: Inputs) => key);
        const wanted = from["items"] === undefined ? keys : items;
        const whole = { by, kind, namespace, name };
        return [whole, ...wanted.map((key: string) => ({ ...whole, key }))].flatMap((r) => unlessOptional(from, r));
    };
    return [
        ...(configMap ? keyed("ConfigMap", configMap.name, configMap) : []),
        ...(secret ? keyed("Secret", secret.secretName, secret) : []),
        ...(persistentVolumeClaim
            ? [{ by, kind: "PersistentVolumeClaim", namespace, name: persistentVolumeClaim.claimName }]
            : []),
        ...(projected?.sources ?? []).flatMap((inner: Inputs) => [
            ...(inner["configMap"] ? keyed("ConfigMap", inner["configMap"].name, inner["configMap"]) : []),
            ...(inner["secret"] ? keyed("Secret", inner["secret"].name, inner["secret"]) : []),
        ]),
    ];
}

function ofPods(pods: Pods): readonly Reference[] {
    const { owner, spec } = pods;
    const by = called(owner);
    const mounts = containersOf(pods).flatMap((container): Inputs[] => container["volumeMounts"] ?? []);
    const keysIn = (name: unknown): readonly string[] =>
        mounts.filter((mount) => mount["name"] === name && "subPath" in mount).map((mount) => mount["subPath"]);
    const account = spec["serviceAccountName"];
    const priority = spec["priorityClassName"];
    return [
        ...containersOf(pods).flatMap((container) => environment(pods, container)),
        ...(spec["volumes"] ?? []).flatMap((source: Inputs) => volume(pods, source, keysIn(source["name"]))),
        ...(account === undefined ? [] : [{ by, kind: "ServiceAccount", namespace: owner.namespace, name: account }]),
        ...(spec["imagePullSecrets"] ?? []).map(({ name }: Inputs) => ({
            by,
            kind: "Secret",
            namespace: owner.namespace,
            name,
        })),
        ...(priority === undefined || OF_EVERY_CLUSTER.has(priority)
            ? []
            : [{ by, kind: "PriorityClass", namespace: "", name: priority }]),
    ];
}

function ofClaim(by: string, { storageClassName, volumeAttributesClassName }: Inputs): readonly Reference[] {
    return [
        ...(storageClassName === undefined
            ? []
            : [{ by, kind: "StorageClass", namespace: "", name: storageClassName }]),
        ...(volumeAttributesClassName === undefined
            ? []
            : [{ by, kind: "VolumeAttributesClass", namespace: "", name: volumeAttributesClassName }]),
    ];
}

/** The claims of a set, which the program declares itself, one for each ordinal and template. */
function ofSet(owner: RenderedObject): readonly Reference[] {
    const { replicas, ordinals, volumeClaimTemplates = [] } = owner.object["spec"];
    const by = called(owner);
    return volumeClaimTemplates.flatMap((template: Inputs) => [
        ...ofClaim(by, template["spec"]),
        ...Array.from({ length: replicas }, (_, i) => ({
            by,
            kind: "PersistentVolumeClaim",
            namespace: owner.namespace,
            name: `${template["metadata"].name}-${owner.name}-${(ordinals?.start ?? 0) + i}`,
        })),
    ]);
}

function ofObject(owner: RenderedObject): readonly Reference[] {
    const { kind, namespace, object } = owner;
    const by = called(owner);
    switch (kind) {
        case "PersistentVolumeClaim":
            return ofClaim(by, object["spec"]);
        case "StatefulSet":
            return ofSet(owner);
        case "RoleBinding":
        case "ClusterRoleBinding":
            return [
                {
                    by,
                    kind: object["roleRef"].kind,
                    namespace: object["roleRef"].kind === "Role" ? namespace : "",
                    name: object["roleRef"].name,
                },
                ...(object["subjects"] ?? []).map((subject: Inputs) => ({
                    by,
                    kind: subject["kind"],
                    namespace: subject["namespace"] ?? "",
                    name: subject["name"],
                })),
            ];
        case "HorizontalPodAutoscaler":
        case "ScaledObject": {
            const { scaleTargetRef, triggers = [] } = object["spec"];
            const { kind: target = "Deployment", name } = scaleTargetRef;
            const logins = triggers.flatMap(({ authenticationRef }: Inputs) =>
                authenticationRef === undefined
                    ? []
                    : [{ by, kind: "TriggerAuthentication", namespace, name: authenticationRef.name }],
            );
            return [{ by, kind: target, namespace, name }, ...logins];
        }
        case "TriggerAuthentication":
            return object["spec"].secretTargetRef.map((login: Inputs) => ({
                by,
                kind: "Secret",
                namespace,
                name: login["name"],
                key: login["key"],
            }));
        default:
            return [];
    }
}

/** What charts' values name: Secrets of the release's namespace, storage classes. */
function ofValues(by: string, namespace: string, values: unknown): readonly Reference[] {
    if (!isRecord(values) && !Array.isArray(values)) {
        return [];
    }
    return Object.entries(values).flatMap(([key, value]) => {
        switch (key) {
            case "existingSecret":
                return [{ by, kind: "Secret", namespace, name: value }];
            case "storageClassName":
                return [{ by, kind: "StorageClass", namespace: "", name: value }];
            default:
                return ofValues(by, namespace, value);
        }
    });
}

function hasKey({ object }: RenderedObject, key: string): boolean {
    return ["data", "stringData", "binaryData"].some((part) => {
        const content: unknown = object[part];
        return content === COMPUTED || (isRecord(content) && Object.hasOwn(content, key));
    });
}

function addressOf({ kind, namespace }: Reference, name: string): string {
    return `${kind} ${namespace === "" ? name : `${namespace}/${name}`}`;
}

function problemOf(
    reference: Reference,
    known: ReadonlyMap<string, RenderedObject>,
    foreign: Foreign,
): string | undefined {
    const { by, name, key } = reference;
    if (typeof name !== "string") {
        return `${by}: the name of its ${reference.kind} is ${String(name)}`;
    }
    const address = addressOf(reference, name);
    const found = known.get(address);
    if (found === undefined) {
        return foreign.includes(address) ? undefined : `${by}: there is no ${address}`;
    }
    return key === undefined || hasKey(found, key) ? undefined : `${by}: ${address} has no key ${key}`;
}

/** Names that lead to no object, and keys that the object does not have. */
export function danglingReferences(
    objects: readonly RenderedObject[],
    releases: readonly Collected[],
    foreign: Foreign,
): readonly string[] {
    const known = new Map(objects.map((object) => [called(object), object]));
    const namespaces = objects
        .filter(({ namespace }) => namespace !== "")
        .map((object) => ({ by: called(object), kind: "Namespace", namespace: "", name: object.namespace }));
    const ofReleases = releases.flatMap(({ name, inputs }) => [
        { by: `release ${name}`, kind: "Namespace", namespace: "", name: inputs["namespace"] },
        ...ofValues(`release ${name}`, inputs["namespace"], inputs["values"]),
    ]);
    return [...podsOf(objects).flatMap(ofPods), ...objects.flatMap(ofObject), ...namespaces, ...ofReleases].flatMap(
        (reference) => problemOf(reference, known, foreign) ?? [],
    );
}
