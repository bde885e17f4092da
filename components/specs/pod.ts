import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { workloadLabels } from "../support/naming.ts";
import { seconds } from "../values/duration.ts";
import type { Health, Port, ServingArgs, Shutdown, SidecarArgs, WorkloadArgs } from "../workload-args.ts";
import { baseContainer, containerPorts, lifecycle, portNumber } from "./container.ts";
import { probes, type ResolvedPorts } from "./health.ts";
import { nodeSelector, type SpreadRules, tolerations, topologySpread } from "./placement.ts";
import { type MountedVolumes, podVolumes, scratchDiskBytes } from "./volumes.ts";

type Container = k8s.types.input.core.v1.Container;

const GRACE_SECONDS = 30;
const CONFIG_HASH = "dataplatform/config-hash";

/** What a pod's spec needs beyond the arguments of its workload. */
export interface PodContext {
    readonly name: string;
    readonly serviceAccount: pulumi.Input<string>;
    /** Hash of the configuration files; a changed one is a new revision. */
    readonly configHash?: pulumi.Input<string>;
    readonly spread?: SpreadRules;
    /** Volumes that the kind of controller adds: claims, host paths. */
    readonly extra?: MountedVolumes;
    readonly restartPolicy?: "Always" | "Never" | "OnFailure";
    /** Replaces the tolerations that follow from `pool`. */
    readonly tolerations?: readonly k8s.types.input.core.v1.Toleration[];
    readonly affinity?: k8s.types.input.core.v1.Affinity;
}

/** What is served, as far as the kind of workload has it. */
export type PodArgs = WorkloadArgs & {
    readonly ports?: ServingArgs["ports"];
    readonly health?: Health;
    readonly shutdown?: Shutdown;
};

/** All ports of a pod by name, as numbers. */
export function resolvedPorts(args: Pick<PodArgs, "ports" | "sidecars">): ResolvedPorts {
    const all: Record<string, Port> = { ...args.ports };
    for (const sidecar of Object.values(args.sidecars ?? {})) {
        Object.assign(all, sidecar.ports);
    }
    return Object.fromEntries(Object.entries(all).map(([name, port]) => [name, portNumber(port)]));
}

/** The grace period in seconds. */
export function graceSeconds(shutdown: Shutdown | undefined): number {
    return shutdown?.gracePeriod === undefined ? GRACE_SECONDS : seconds(shutdown.gracePeriod);
}

function withServing(
    container: Container,
    args: { readonly ports?: PodArgs["ports"]; readonly health?: Health },
    ports: ResolvedPorts,
): Container {
    return {
        ...container,
        ...(args.ports === undefined ? {} : { ports: containerPorts(args.ports) }),
        ...(args.health === undefined ? {} : probes(args.health, ports)),
    };
}

function sidecarContainer(
    name: string,
    args: SidecarArgs,
    mounts: MountedVolumes["mounts"],
    ports: ResolvedPorts,
): Container {
    // A native sidecar is an init container that goes on: it is there before the main one and leaves after it.
    return { ...withServing(baseContainer(name, args, mounts), args, ports), restartPolicy: "Always" };
}

/** The labels of a workload's pods. */
export function podLabels(
    name: string,
    args: Pick<WorkloadArgs, "system" | "labels">,
): Record<string, pulumi.Input<string>> {
    return { ...args.labels, ...workloadLabels(name, args.system) };
}

/** The pod template of a workload, without anything that belongs to one kind of controller only. */
export function podTemplate(args: PodArgs, context: PodContext): k8s.types.input.core.v1.PodTemplateSpec {
    const { name } = context;
    const own = podVolumes(name, args);
    const mounts = [...own.mounts, ...(context.extra?.mounts ?? [])];
    const volumes = [...own.volumes, ...(context.extra?.volumes ?? [])];
    const ports = resolvedPorts(args);
    const main = withServing(baseContainer(name, args, mounts, scratchDiskBytes(args.scratch)), args, ports);
    const handler = lifecycle(args.shutdown, Object.keys(args.ports ?? {}).length > 0);
    const before = [
        ...Object.entries(args.sidecars ?? {}).map(([n, sidecar]) => sidecarContainer(n, sidecar, mounts, ports)),
        ...Object.entries(args.initContainers ?? {}).map(([n, init]) => baseContainer(n, init, mounts)),
    ];
    const selector = nodeSelector(args.pool);
    const group = args.security?.volumeGroup;
    const exceptions = args.security?.exceptions;
    const annotations = {
        ...args.annotations,
        ...(context.configHash === undefined ? {} : { [CONFIG_HASH]: context.configHash }),
    };
    return {
        metadata: { labels: podLabels(name, args), ...(Object.keys(annotations).length > 0 ? { annotations } : {}) },
        spec: {
            serviceAccountName: context.serviceAccount,
            automountServiceAccountToken: args.apiAccess !== undefined,
            enableServiceLinks: false,
            ...(context.restartPolicy === undefined ? {} : { restartPolicy: context.restartPolicy }),
            terminationGracePeriodSeconds: graceSeconds(args.shutdown),
            securityContext: {
                runAsNonRoot: exceptions?.rootUser === undefined,
                seccompProfile: { type: "RuntimeDefault" },
                ...(group === undefined ? {} : { fsGroup: group, fsGroupChangePolicy: "OnRootMismatch" }),
            },
            ...(exceptions?.hostNetwork === undefined
                ? {}
                : { hostNetwork: true, dnsPolicy: "ClusterFirstWithHostNet" }),
            ...(exceptions?.hostPID === undefined ? {} : { hostPID: true }),
            ...(args.priorityClass === undefined ? {} : { priorityClassName: args.priorityClass }),
            ...(selector === undefined ? {} : { nodeSelector: selector }),
            ...(context.affinity === undefined ? {} : { affinity: context.affinity }),
            tolerations: [...(context.tolerations ?? tolerations(args.pool))],
            ...(context.spread === undefined
                ? {}
                : { topologySpreadConstraints: topologySpread(name, context.spread) }),
            ...(before.length === 0 ? {} : { initContainers: before }),
            containers: [handler === undefined ? main : { ...main, lifecycle: handler }],
            ...(volumes.length === 0 ? {} : { volumes }),
        },
    };
}

/** The pod template of a job: it is not restarted in place, so that the failure policy sees every failure. */
export function jobTemplate(
    name: string,
    args: WorkloadArgs,
    configHash: pulumi.Input<string> | undefined,
): k8s.types.input.core.v1.PodTemplateSpec {
    return podTemplate(args, {
        name,
        // By name, not by output: the hash of the spec has to be known before anything is made.
        serviceAccount: name,
        restartPolicy: "Never",
        ...(configHash === undefined ? {} : { configHash }),
    });
}
