import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { parseDocument } from "yaml";
import { field, kubernetesObject } from "../../../tools/plan/kubernetes.ts";
import { RecordingMonitor } from "../../../tools/plan/monitor.ts";
import { isRecord } from "../../../tools/plan/project-config.ts";
import type { RecordedResource } from "../../../tools/plan/resource.ts";
import { readStack } from "../../../tools/plan/stack-files.ts";
import { encode, Secret } from "../../../tools/plan/values.ts";
import { type Collected, collect, type Inputs } from "../../support/mocks.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** Resources of the Kubernetes provider that are no objects of the API server, and why nothing is lost by that. */
export const NOT_OBJECTS: Readonly<Record<string, string>> = {
    "kubernetes:helm.sh/v3:Release": "the chart's templates make its objects; the program gives values only",
};

/** A Kubernetes object of a stack, with its secrets revealed and what is unknown as COMPUTED. */
export interface RenderedObject {
    readonly apiVersion: string;
    readonly kind: string;
    /** "" for what belongs to no namespace. */
    readonly namespace: string;
    readonly name: string;
    readonly object: Inputs;
}

/** What a stack's program makes. */
export interface RenderedStack {
    readonly resources: readonly Collected[];
    readonly objects: readonly RenderedObject[];
}

/** Stands in every value that a stack generates, so that it can be found wherever it goes. */
export const GENERATED = "generated-value-of";

type Respond = Parameters<RecordingMonitor["registerResource"]>[1];
type Request = Parameters<RecordingMonitor["registerResource"]>[0];

/** What the SDK reads of the monitor's answer. */
interface Answer {
    getObject(): { toJavaScript(): Readonly<Record<string, unknown>> };
}

/** What stands in the outputs of a resource that generates a value. */
export function generated(name: string): Readonly<Record<"result" | "base64" | "hex", string>> {
    const bytes = Buffer.from(`${GENERATED}-${name}`.padEnd(32, "-").slice(0, 32));
    return { result: `${GENERATED}-${name}`, base64: bytes.toString("base64"), hex: bytes.toString("hex") };
}

/** What AWS makes up and Kubernetes objects are made with, by type, in the form that AWS gives it. */
const MADE_UP: Readonly<Record<string, (name: string) => { readonly id?: string; readonly outputs?: object }>> = {
    "aws:ec2/subnet:Subnet": (name) => ({ id: `subnet-${hexadecimal(name)}` }),
    "aws:iam/instanceProfile:InstanceProfile": (name) => ({ outputs: { name } }),
    "aws:rds/instance:Instance": (name) => ({
        outputs: {
            address: `${name}.rds.invalid`,
            masterUserSecrets: [{ secretArn: `arn:aws:secretsmanager:eu-central-1:111122223333:secret:rds!${name}` }],
        },
    }),
    "eks:index:Cluster": (name) => ({ outputs: { clusterSecurityGroupId: `sg-${hexadecimal(name)}` } }),
};

function hexadecimal(name: string): string {
    return createHash("sha256").update(name).digest("hex").slice(0, 17);
}

/** What is known of a resource after its first deployment; undefined for what the program does not go on with. */
function madeUp(request: Request): { readonly id?: string; readonly outputs?: object } | undefined {
    const [type, name] = [request.getType(), request.getName()];
    if (!type.startsWith("random:")) {
        return MADE_UP[type]?.(name);
    }
    const values = Object.entries(generated(name));
    return { outputs: Object.fromEntries(values.map(([key, value]) => [key, encode(new Secret(value))])) };
}

/**
 * Makes generated passwords and keys known, and names and numbers of AWS, as they are in every update after the first. In
 * a first preview they are unknown, and with them which keys a Secret has and what else they are part of.
 *
 * @returns what takes it back
 */
export function plantGeneratedValues(): () => void {
    // oxlint-disable-next-line typescript/unbound-method -- called with the monitor that it belongs to
    const original = RecordingMonitor.prototype.registerResource;
    RecordingMonitor.prototype.registerResource = function register(request: Request, respond: Respond): void {
        original.call(this, request, (error, response) => {
            const known = error === null ? madeUp(request) : undefined;
            if (known === undefined) {
                respond(error, response);
                return;
            }
            const { id, outputs = {} } = known;
            const before = (response as Answer).getObject().toJavaScript();
            respond(
                null,
                Object.assign(response as object, {
                    getObject: () => ({ toJavaScript: () => ({ ...before, ...outputs }) }),
                    ...(id === undefined ? {} : { getId: () => id }),
                }),
            );
        });
    };
    return () => {
        RecordingMonitor.prototype.registerResource = original;
    };
}

/** Runs something with {@link plantGeneratedValues}. */
export async function withGeneratedValues<T>(run: () => Promise<T>): Promise<T> {
    const restore = plantGeneratedValues();
    try {
        return await run();
    } finally {
        restore();
    }
}

/** A value with its secrets laid open. */
export function revealed(value: unknown): unknown {
    if (value instanceof Secret) {
        return revealed(value.reveal());
    }
    if (Array.isArray(value)) {
        return value.map(revealed);
    }
    // A marker is no record of anything.
    return isRecord(value) && Object.getPrototypeOf(value) === Object.prototype
        ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revealed(inner)]))
        : value;
}

function textOr(value: unknown, otherwise: string): string {
    return typeof value === "string" ? value : otherwise;
}

/** An object with what is asked of it most; `fallbackName` is for one that the provider names. */
export function objectOf(object: Inputs, fallbackName: string): RenderedObject {
    return {
        apiVersion: textOr(object["apiVersion"], ""),
        kind: textOr(object["kind"], ""),
        namespace: textOr(field(object, "metadata", "namespace"), ""),
        name: textOr(field(object, "metadata", "name"), fallbackName),
        object,
    };
}

/** Objects that lie as YAML in a ConfigMap: what a program of ours makes pods from. */
function embedded({ kind, object }: RenderedObject): readonly RenderedObject[] {
    const files = kind === "ConfigMap" && isRecord(object["data"]) ? Object.entries(object["data"]) : [];
    return files
        .filter(([, content]) => typeof content === "string" && /^apiVersion:/m.test(content))
        .map(([key, content]) => objectOf(parseDocument(String(content)).toJS(), key));
}

/** The objects that resources make, those in ConfigMaps included. */
export function objectsOf(resources: readonly RecordedResource[]): readonly RenderedObject[] {
    const own = resources.flatMap((resource) => {
        const object = kubernetesObject(resource);
        return object === undefined ? [] : [objectOf(revealed(object) as Inputs, resource.name)];
    });
    return [...own, ...own.flatMap(embedded)];
}

const stacks = new Map<string, Promise<RenderedStack>>();

let runs = 0;

async function runStack(stack: string, changes: Readonly<Record<string, string>> = {}): Promise<RenderedStack> {
    const { config, secretKeys } = readStack(ROOT, stack);
    runs += 1;
    const program = new URL(`../../../index.ts?run=${runs}`, import.meta.url);
    const resources = await withGeneratedValues(() =>
        // The query makes it a module of its own, which runs anew.
        collect(() => import(program.href), { stack, config: { ...config, ...changes }, secretKeys }),
    );
    return { resources, objects: objectsOf(resources) };
}

/** Runs the program with a stack's own configuration; once for all who ask. */
export function renderedStack(stack: string): Promise<RenderedStack> {
    const running = stacks.get(stack) ?? runStack(stack);
    stacks.set(stack, running);
    return running;
}

/**
 * Runs the program with part of a stack's configuration changed. One run at a time.
 *
 * @param changes sections by their key in Pulumi.yaml (`kafka`), each with the fields that differ
 */
export function changedStack(
    stack: string,
    changes: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): Promise<RenderedStack> {
    const { config, project } = readStack(ROOT, stack);
    const sections = Object.entries(changes).map(([section, fields]) => {
        const key = `${project}:${section}`;
        const before: unknown = JSON.parse(config[key] ?? "{}");
        return [key, JSON.stringify({ ...(isRecord(before) ? before : {}), ...fields })] as const;
    });
    return runStack(stack, Object.fromEntries(sections));
}
