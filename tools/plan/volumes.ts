import { CONTROLLERS, type Controller } from "../../stacks/platform/controllers.ts";
import { field, type KubernetesObject, kubernetesObject, list, quantity } from "./kubernetes.ts";
import type { RecordedResource } from "./resource.ts";

/** A volume that a claim asks for. */
export interface Volume {
    /** `kafka/data-kafka-broker-100`; for a template, its claims' name with an ordinal. */
    readonly claim: string;
    /** Bytes. */
    readonly size: number;
    /** Its VolumeAttributesClass. */
    readonly attributes: string | undefined;
}

/** A workload's claim template, and how many claims there will be of it. */
interface Template {
    readonly owner: string;
    readonly name: string;
    readonly spec: unknown;
    readonly first: number;
    readonly replicas: number;
}

function keyOf(object: unknown): string {
    return `${String(field(object, "metadata", "namespace"))}/${String(field(object, "metadata", "name"))}`;
}

function volume(claim: string, spec: unknown): Volume {
    const attributes = field(spec, "volumeAttributesClassName");
    return {
        claim,
        size: quantity(field(spec, "resources", "requests", "storage")),
        attributes: typeof attributes === "string" ? attributes : undefined,
    };
}

function templatesOf(set: KubernetesObject): Template[] {
    const [replicas, start] = [field(set, "spec", "replicas"), field(set, "spec", "ordinals", "start")];
    return list(set, "spec", "volumeClaimTemplates").map((template) => ({
        owner: keyOf(set),
        name: String(field(template, "metadata", "name")),
        spec: field(template, "spec"),
        first: typeof start === "number" ? start : 0,
        replicas: typeof replicas === "number" ? replicas : 1,
    }));
}

/** Volumes that a template makes beside the claims that are declared by themselves. */
function ofTemplate({ owner, name, spec, first, replicas }: Template, declared: ReadonlySet<string>): Volume[] {
    const [namespace = "", set = ""] = owner.split("/");
    return Array.from({ length: replicas }, (_, index) => `${namespace}/${name}-${set}-${first + index}`)
        .filter((claim) => !declared.has(claim))
        .map((claim) => volume(claim, spec));
}

/** Volumes of the objects that the program declares: claims, and those that a StatefulSet's templates make beside them. */
export function declaredVolumes(objects: readonly KubernetesObject[]): Volume[] {
    const claims = objects.filter(({ kind }) => kind === "PersistentVolumeClaim");
    const declared = new Set(claims.map(keyOf));
    return [
        ...claims.map((claim) => volume(keyOf(claim), field(claim, "spec"))),
        ...objects
            .filter(({ kind }) => kind === "StatefulSet")
            .flatMap(templatesOf)
            .flatMap((template) => ofTemplate(template, declared)),
    ];
}

/** A value of a chart's, at keys joined by dots. */
export function chartValue(values: unknown, path: string | undefined): unknown {
    return path === undefined ? undefined : field(values, ...path.split("."));
}

/** How many of a chart's controller there are. */
export function chartReplicas({ values: paths }: Controller, values: unknown): number {
    const replicas = chartValue(values, paths.replicas);
    return typeof replicas === "number" ? replicas : 1;
}

/** The controllers that the plan's releases bring, with the values of their release. */
export function chartControllers(
    resources: readonly RecordedResource[],
): readonly { readonly controller: Controller; readonly values: unknown }[] {
    const releases = new Map(
        resources
            .filter(({ type }) => type === "kubernetes:helm.sh/v3:Release")
            .map(({ name, inputs }) => [name, inputs["values"]]),
    );
    return CONTROLLERS.filter(({ release }) => releases.has(release)).map((controller) => ({
        controller,
        values: releases.get(controller.release),
    }));
}

/** Volumes of the controllers that charts bring. */
export function chartVolumes(resources: readonly RecordedResource[]): Volume[] {
    return chartControllers(resources).flatMap(({ controller, values }) => {
        const { claim, namespace, name, values: paths } = controller;
        const size = quantity(chartValue(values, paths.storage));
        return claim === undefined
            ? []
            : Array.from({ length: chartReplicas(controller, values) }, (_, ordinal) => ({
                  claim: `${namespace}/${claim}-${name}-${ordinal}`,
                  size,
                  attributes: undefined,
              }));
    });
}

/** IOPS and throughput of a VolumeAttributesClass, by its name. */
export function attributesClasses(
    resources: readonly RecordedResource[],
): ReadonlyMap<string, { readonly iops: number; readonly throughput: number }> {
    const objects = resources.map(kubernetesObject).filter((object) => object?.kind === "VolumeAttributesClass");
    return new Map(
        objects.map((object) => [
            String(field(object, "metadata", "name")),
            {
                iops: quantity(field(object, "parameters", "iops")),
                throughput: quantity(field(object, "parameters", "throughput")),
            },
        ]),
    );
}
