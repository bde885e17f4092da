import { BlockList, type IPVersion, isIPv6 } from "node:net";
import type { INetworkPolicyPeer } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicyPeer";
import type { INetworkPolicyPort } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicyPort";
import type { INetworkPolicySpec } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicySpec";
import { matches } from "../rendered/pods.ts";
import type { RenderedObject } from "../rendered/stack.ts";

export type Protocol = "TCP" | "UDP" | "SCTP";

/** A pod as a network policy sees it. */
export interface Pod {
    readonly kind: "pod";
    /** How it is called in messages and tables: `namespace/workload`. */
    readonly name: string;
    readonly namespace: string;
    readonly labels: Readonly<Record<string, unknown>>;
    /** Whether it uses the node's address: then policies take it for the node. */
    readonly hostNetwork: boolean;
    readonly ports: readonly { readonly name?: string; readonly number: number; readonly protocol: Protocol }[];
    /** For a peer that is a range; without one the pod is in none. */
    readonly address?: string;
}

/** Who opens a connection: a pod, the kubelet of the target's own node, or an address outside of the cluster. */
export type Source =
    | Pod
    | { readonly kind: "kubelet"; readonly name: string }
    | { readonly kind: "address"; readonly name: string; readonly address: string };

/** What a connection is opened to. */
export interface Target {
    readonly pod: Pod;
    readonly port: number;
    readonly protocol: Protocol;
}

/** All that decides about connections. */
export interface Rules {
    readonly policies: readonly RenderedObject[];
    /** Labels of a namespace beside its name, which is one, too. */
    readonly namespaces: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
}

/** One peer at one port that a policy lets in. */
export interface Grant {
    readonly policy: RenderedObject;
    /** undefined for everybody. */
    readonly peer: INetworkPolicyPeer | undefined;
    /** undefined for every port. */
    readonly port: INetworkPolicyPort | undefined;
}

const NAMESPACE_LABEL = "kubernetes.io/metadata.name";

/** The policies and namespaces among objects. */
export function rulesOf(objects: readonly RenderedObject[]): Rules {
    const namespaces = objects.filter(({ kind }) => kind === "Namespace");
    return {
        policies: objects.filter(({ kind }) => kind === "NetworkPolicy"),
        namespaces: new Map(namespaces.map(({ name, object }) => [name, object["metadata"].labels ?? {}])),
    };
}

function specOf(policy: RenderedObject): INetworkPolicySpec {
    return policy.object["spec"];
}

/** Whether a policy is about connections to a pod. Without `policyTypes` every policy is about ingress. */
export function covers(policy: RenderedObject, pod: Pod): boolean {
    const { podSelector = {}, policyTypes = ["Ingress"] } = specOf(policy);
    return policy.namespace === pod.namespace && policyTypes.includes("Ingress") && matches(podSelector, pod.labels);
}

/** A list in which none is the same as any. */
function orAny<T>(list: readonly T[] | undefined): readonly (T | undefined)[] {
    return list === undefined || list.length === 0 ? [undefined] : list;
}

const grants = new WeakMap<RenderedObject, readonly Grant[]>();

/** All that a policy lets in, peer by peer and port by port. */
export function grantsOf(policy: RenderedObject): readonly Grant[] {
    const known = grants.get(policy);
    if (known !== undefined) {
        return known;
    }
    const found = (specOf(policy).ingress ?? []).flatMap(({ from, ports }) =>
        orAny(from).flatMap((peer) => orAny(ports).map((port) => ({ policy, peer, port }))),
    );
    grants.set(policy, found);
    return found;
}

const blocks = new Map<string, { readonly family: IPVersion; readonly list: BlockList }>();

function blockOf(cidr: string): { readonly family: IPVersion; readonly list: BlockList } {
    const [network = "", prefix = ""] = cidr.split("/");
    const family = isIPv6(network) ? "ipv6" : "ipv4";
    const list = new BlockList();
    list.addSubnet(network, Number(prefix), family);
    return { family, list };
}

function inBlock(cidr: string, address: string): boolean {
    const block = blocks.get(cidr) ?? blockOf(cidr);
    blocks.set(cidr, block);
    return isIPv6(address) === (block.family === "ipv6") && block.list.check(address, block.family);
}

/** Whether a peer of a policy includes who connects. */
export function isPeer(rules: Rules, { policy, peer }: Grant, source: Source): boolean {
    if (peer === undefined) {
        return true;
    }
    const { ipBlock, namespaceSelector, podSelector } = peer;
    if (ipBlock !== undefined) {
        const address = source.kind === "kubelet" ? undefined : source.address;
        return (
            address !== undefined &&
            inBlock(ipBlock.cidr, address) &&
            !(ipBlock.except ?? []).some((cidr) => inBlock(cidr, address))
        );
    }
    if (source.kind !== "pod" || source.hostNetwork) {
        return false;
    }
    const labels = { ...rules.namespaces.get(source.namespace), [NAMESPACE_LABEL]: source.namespace };
    const namespaced =
        namespaceSelector === undefined ? source.namespace === policy.namespace : matches(namespaceSelector, labels);
    return namespaced && matches(podSelector ?? {}, source.labels);
}

function isPort({ port: granted }: Grant, { pod, port, protocol }: Target): boolean {
    if (granted === undefined) {
        return true;
    }
    if ((granted.protocol ?? "TCP") !== protocol) {
        return false;
    }
    const { port: first, endPort } = granted;
    if (typeof first === "string") {
        return pod.ports.some((own) => own.name === first && own.number === port && own.protocol === protocol);
    }
    return first === undefined || (port >= first && port <= (endPort ?? first));
}

/** Whether this grant by itself lets a connection in. */
export function permits(rules: Rules, grant: Grant, source: Source, target: Target): boolean {
    return covers(grant.policy, target.pod) && isPeer(rules, grant, source) && isPort(grant, target);
}

/**
 * Whether a connection is let in. Ingress only: nothing here denies egress.
 *
 * Source: Kubernetes, "Network Policies" and the NetworkPolicy API: policies add up; a pod that none covers takes
 * everything; the pod's own node always gets through; on the host's network a pod is its node.
 */
export function allowed(rules: Rules, source: Source, target: Target): boolean {
    const covering = rules.policies.filter((policy) => covers(policy, target.pod));
    return (
        target.pod.hostNetwork ||
        source.kind === "kubelet" ||
        covering.length === 0 ||
        covering.flatMap(grantsOf).some((grant) => permits(rules, grant, source, target))
    );
}
