import { createHash } from "node:crypto";
import { called, podsOf } from "../../stacks/rendered/pods.ts";
import { type RenderedObject, type RenderedStack, renderedStack } from "../../stacks/rendered/stack.ts";
import { COMPUTED, type Inputs } from "../../support/mocks.ts";

/** Which pod of which controller. */
export interface PodOf {
    /** A stack's name, or what {@link changedStack} makes of one. */
    readonly stack: string | RenderedStack;
    readonly kind: "StatefulSet" | "Deployment" | "DaemonSet" | "Job" | "CronJob";
    readonly namespace: string;
    /** Its name, or the component's where a hash is added to it. */
    readonly name: string;
    /**
     * Ordinal of a StatefulSet's pod; of others, a number to tell them apart.
     * @default the first
     */
    readonly ordinal?: number;
    /** @default the first container */
    readonly container?: string;
    /** Its own address, on the loopback interface. */
    readonly address: string;
    /** @default the ordinal's, of three */
    readonly zone?: string;
}

/** A pod as its controller would make it, with the objects that it reads from. */
export interface RenderedPod {
    readonly name: string;
    readonly namespace: string;
    readonly address: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
    readonly spec: Inputs;
    readonly container: Inputs;
    /** Names of volumes that outlive the pod. */
    readonly claims: readonly string[];
    /** Keys and values of a ConfigMap or Secret; of a missing one that may be missing, none. */
    readonly keysOf: (kind: "ConfigMap" | "Secret", name: string, optional?: boolean) => ReadonlyMap<string, Buffer>;
}

const ZONES = ["a", "b", "c"] as const;

const NAME_LABEL = "app.kubernetes.io/name";

/** In place of a secret that only a deployment makes; the same for all who ask, and no one else's. */
const run = process.hrtime.bigint();
function standIn(of: string): string {
    return createHash("sha256").update(`${run}/${process.pid}/${of}`).digest("hex").slice(0, 32);
}

function valuesOf(object: RenderedObject): ReadonlyMap<string, Buffer> {
    const { kind } = object;
    const parts = [
        { values: object.object["data"], encoding: kind === "Secret" ? "base64" : "utf8" },
        { values: object.object["binaryData"], encoding: "base64" },
        { values: object.object["stringData"], encoding: "utf8" },
    ] as const;
    return new Map(
        parts.flatMap(({ values, encoding }) =>
            Object.entries((values ?? {}) as Inputs).map(([key, value]) => {
                const at = `${called(object)}, key ${key}`;
                if (typeof value === "string") {
                    return [key, Buffer.from(value, encoding)] as const;
                }
                if (value !== COMPUTED || kind !== "Secret") {
                    throw new Error(`${at}: unknown before a deployment`);
                }
                return [key, Buffer.from(standIn(at))] as const;
            }),
        ),
    );
}

function ownLabels(template: Inputs, name: string, ordinal: number, zone: string): Record<string, string> {
    return {
        ...template["metadata"]?.labels,
        "apps.kubernetes.io/pod-index": String(ordinal),
        "statefulset.kubernetes.io/pod-name": name,
        "topology.kubernetes.io/zone": zone,
    };
}

/** The pod template of a controller, which a CronJob has two levels deeper. */
function templateOf({ kind, object }: RenderedObject): Inputs {
    return kind === "CronJob" ? object["spec"].jobTemplate.spec.template : object["spec"].template;
}

type ControllerOf = Pick<PodOf, "stack" | "kind" | "namespace" | "name">;

async function objectsIn(stack: PodOf["stack"]): Promise<readonly RenderedObject[]> {
    return (typeof stack === "string" ? await renderedStack(stack) : stack).objects;
}

/**
 * Finds a controller among a stack's objects.
 *
 * @throws {Error} naming those that there are, if there is no such one
 */
async function controllerOf({ stack, kind, namespace, name }: ControllerOf): Promise<RenderedObject> {
    const owners = podsOf(await objectsIn(stack)).map(({ owner }) => owner);
    const owner = owners.find(
        (one) =>
            one.kind === kind &&
            one.namespace === namespace &&
            (one.name === name || one.object["metadata"]?.labels?.[NAME_LABEL] === name),
    );
    if (owner === undefined) {
        throw new Error(`no ${kind} ${namespace}/${name}; there are: ${owners.map(called).join(", ")}`);
    }
    return owner;
}

/** Ordinals of a controller's pods; of one without ordinals, numbers from 0. */
export async function ordinalsOf(controller: ControllerOf): Promise<readonly number[]> {
    const { replicas, ordinals } = (await controllerOf(controller)).object["spec"];
    return Array.from({ length: replicas }, (_, index) => (ordinals?.start ?? 0) + index);
}

/**
 * Finds a pod among a stack's objects.
 *
 * @throws {Error} naming what there is, if there is no such controller
 */
export async function renderedPod(wanted: PodOf): Promise<RenderedPod> {
    const { stack, namespace, name, address } = wanted;
    const [owner, objects] = await Promise.all([controllerOf(wanted), objectsIn(stack)]);
    const template = templateOf(owner);
    const sidecars = (template["spec"].initContainers ?? []).filter((one: Inputs) => one["restartPolicy"] === "Always");
    const containers: readonly Inputs[] = [...template["spec"].containers, ...sidecars];
    const container = containers.find((one) => wanted.container === undefined || one["name"] === wanted.container);
    if (container === undefined) {
        throw new Error(`${called(owner)}: no container ${wanted.container}`);
    }
    const ordinal = wanted.ordinal ?? owner.object["spec"].ordinals?.start ?? 0;
    const podName = `${name}-${ordinal}`;
    const zone = wanted.zone ?? `zone-${ZONES[ordinal % ZONES.length]}`;
    return {
        name: podName,
        namespace,
        address,
        labels: ownLabels(template, podName, ordinal, zone),
        annotations: template["metadata"]?.annotations ?? {},
        spec: template["spec"],
        container,
        claims: (owner.object["spec"].volumeClaimTemplates ?? []).map((claim: Inputs) => claim["metadata"].name),
        keysOf: (of, called_, optional = false) => {
            const found = objects.find(
                (object) => object.kind === of && object.namespace === namespace && object.name === called_,
            );
            if (found === undefined && !optional) {
                throw new Error(`${called(owner)} reads ${of} ${namespace}/${called_}, which the stack does not make`);
            }
            return found === undefined ? new Map() : valuesOf(found);
        },
    };
}
