import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { seconds } from "../values/duration.ts";
import { type Bytes, bytes } from "../values/quantity.ts";
import type { ContainerArgs, EnvValue, Port, Resources, Security, Shutdown } from "../workload-args.ts";

type Container = k8s.types.input.core.v1.Container;
type EnvVar = k8s.types.input.core.v1.EnvVar;

/** Room for logs and the image's writable layer, where nothing else is said. */
const EPHEMERAL_STORAGE: Bytes = "1Gi";
/** How long a pod with ports goes on serving after it is told to stop, so that nobody sends to it any more. */
const DRAIN_PAUSE_SECONDS = 10;

type EnvReference = Exclude<EnvValue, pulumi.Input<string>>;

function isReference(value: EnvValue): value is EnvReference {
    return (
        typeof value === "object" &&
        ("secret" in value || "configMap" in value || "field" in value || "resource" in value)
    );
}

function keyReference(
    name: pulumi.Input<string>,
    key: string,
    optional: boolean | undefined,
): k8s.types.input.core.v1.SecretKeySelector {
    return { name, key, ...(optional === undefined ? {} : { optional }) };
}

function envSource(reference: EnvReference): k8s.types.input.core.v1.EnvVarSource {
    if ("secret" in reference) {
        return { secretKeyRef: keyReference(reference.secret, reference.key, reference.optional) };
    }
    if ("configMap" in reference) {
        return { configMapKeyRef: keyReference(reference.configMap, reference.key, reference.optional) };
    }
    if ("field" in reference) {
        return { fieldRef: { fieldPath: reference.field } };
    }
    // Without the divisor memory comes in bytes and CPU rounded up to whole cores.
    return { resourceFieldRef: { resource: reference.resource } };
}

/** The variables of a container, in the order of the record: `$(NAME)` sees those before it. */
export function environment(env: Readonly<Record<string, EnvValue>> = {}): EnvVar[] {
    return Object.entries(env).map(([name, value]) =>
        isReference(value) ? { name, valueFrom: envSource(value) } : { name, value },
    );
}

/** Requests and limits of a container; memory's limit is its request. */
export function resourceRequirements(
    resources: Resources,
    scratchBytes = 0,
): { requests: Record<string, string>; limits: Record<string, string> } {
    const whole = bytes(EPHEMERAL_STORAGE) + scratchBytes;
    const ephemeral = resources.ephemeralStorage ?? (scratchBytes === 0 ? EPHEMERAL_STORAGE : `${whole / 2 ** 20}Mi`);
    return {
        requests: { cpu: resources.cpu, memory: resources.memory, "ephemeral-storage": ephemeral },
        limits: {
            ...(resources.cpuLimit === undefined ? {} : { cpu: resources.cpuLimit }),
            memory: resources.memory,
            "ephemeral-storage": ephemeral,
        },
    };
}

/** The security context of a container: locked down but for the exceptions. */
export function containerSecurity(
    security: Omit<Security, "volumeGroup"> = {},
): k8s.types.input.core.v1.SecurityContext {
    const exceptions = security.exceptions ?? {};
    const added = exceptions.capabilities?.add ?? [];
    const user = security.user ?? (exceptions.rootUser === undefined ? undefined : 0);
    return {
        runAsNonRoot: exceptions.rootUser === undefined,
        ...(user === undefined ? {} : { runAsUser: user }),
        ...(security.group === undefined ? {} : { runAsGroup: security.group }),
        readOnlyRootFilesystem: exceptions.writableRootFilesystem === undefined,
        allowPrivilegeEscalation: exceptions.privilegeEscalation !== undefined,
        capabilities: { drop: ["ALL"], ...(added.length > 0 ? { add: [...added] } : {}) },
        seccompProfile: { type: "RuntimeDefault" },
    };
}

/** A port's number, however it is written. */
export function portNumber(port: Port): number {
    return typeof port === "number" ? port : port.port;
}

/** The transport of a port. */
export function portProtocol(port: Port): "TCP" | "UDP" {
    return typeof port === "number" ? "TCP" : (port.protocol ?? "TCP");
}

/** The ports of a container. */
export function containerPorts(ports: Readonly<Record<string, Port>> = {}): k8s.types.input.core.v1.ContainerPort[] {
    return Object.entries(ports).map(([name, port]) => ({
        name,
        containerPort: portNumber(port),
        protocol: portProtocol(port),
        ...(typeof port === "object" && port.hostPort !== undefined ? { hostPort: port.hostPort } : {}),
    }));
}

/** What happens before the signal to stop. */
export function lifecycle(
    shutdown: Shutdown | undefined,
    hasPorts: boolean,
): k8s.types.input.core.v1.Lifecycle | undefined {
    const before = shutdown?.before;
    if (before === undefined) {
        return hasPorts ? { preStop: { sleep: { seconds: DRAIN_PAUSE_SECONDS } } } : undefined;
    }
    return "pause" in before
        ? { preStop: { sleep: { seconds: seconds(before.pause) } } }
        : { preStop: { exec: { command: [...before.command] } } };
}

/** Seconds that {@link lifecycle} spends of the grace period; a command's are unknown and count as none. */
export function pauseSeconds(shutdown: Shutdown | undefined, hasPorts: boolean): number {
    const before = shutdown?.before;
    if (before === undefined) {
        return hasPorts ? DRAIN_PAUSE_SECONDS : 0;
    }
    return "pause" in before ? seconds(before.pause) : 0;
}

/** What every container has, whatever its role in the pod. */
export function baseContainer(
    name: string,
    args: ContainerArgs,
    mounts: readonly k8s.types.input.core.v1.VolumeMount[],
    scratchBytes = 0,
): Container {
    return {
        name,
        image: args.image,
        ...(args.command === undefined ? {} : { command: [...args.command] }),
        ...(args.args === undefined ? {} : { args: [...args.args] }),
        ...(args.env === undefined ? {} : { env: environment(args.env) }),
        ...(args.envFromSecrets === undefined
            ? {}
            : { envFrom: args.envFromSecrets.map((secret) => ({ secretRef: { name: secret } })) }),
        resources: resourceRequirements(args.resources, scratchBytes),
        securityContext: containerSecurity(args.security),
        // The log's end is the message of a container that dies without writing one.
        terminationMessagePolicy: "FallbackToLogsOnError",
        ...(mounts.length === 0 ? {} : { volumeMounts: [...mounts] }),
    };
}
