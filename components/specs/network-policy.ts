import type * as k8s from "@pulumi/kubernetes";
import type { ResolvedClusterFacts } from "../cluster-facts.ts";
import { selectorLabels, workloadLabels } from "../support/naming.ts";
import type { Metrics, Peer, ServingArgs, SidecarArgs } from "../workload-args.ts";
import { portNumber, portProtocol } from "./container.ts";
import { podPorts } from "./service.ts";

type Rule = k8s.types.input.networking.v1.NetworkPolicyIngressRule;
type PolicyPeer = k8s.types.input.networking.v1.NetworkPolicyPeer;

/** The label that every namespace has by itself. */
const NAMESPACE_LABEL = "kubernetes.io/metadata.name";

interface NetworkPolicySource {
    readonly namespace: string;
    readonly system: string;
    readonly ports?: ServingArgs["ports"];
    readonly sidecars?: Readonly<Record<string, SidecarArgs>>;
    readonly allowFrom?: readonly Peer[];
    readonly metrics?: Metrics;
    /** Port that the shared load balancer connects to. */
    readonly ingressPort?: string;
}

function namespaced(namespace: string | undefined): Pick<PolicyPeer, "namespaceSelector"> {
    return namespace === undefined ? {} : { namespaceSelector: { matchLabels: { [NAMESPACE_LABEL]: namespace } } };
}

function policyPeers(peer: Peer): PolicyPeer[] {
    if ("workload" in peer) {
        return [{ ...namespaced(peer.namespace), podSelector: { matchLabels: selectorLabels(peer.workload) } }];
    }
    if ("system" in peer) {
        return [
            {
                ...namespaced(peer.namespace),
                podSelector: { matchLabels: { "app.kubernetes.io/part-of": peer.system } },
            },
        ];
    }
    if ("everyPodOf" in peer) {
        return [namespaced(peer.everyPodOf)];
    }
    return peer.cidrs.map((cidr) => ({ ipBlock: { cidr } }));
}

/**
 * Who may connect to a workload's pods: its own group, the named peers, Prometheus and the load balancer.
 * Ingress only: denied egress breaks DNS, the API server and Pod Identity.
 */
export function networkPolicy(
    name: string,
    args: NetworkPolicySource,
    cluster: ResolvedClusterFacts,
): k8s.networking.v1.NetworkPolicyArgs {
    const all = podPorts(args);
    const portsNamed = (names: readonly string[] | undefined): Rule["ports"] =>
        all
            .filter(([portName]) => names === undefined || names.includes(portName))
            .map(([, port]) => ({ port: portNumber(port), protocol: portProtocol(port) }));
    const { metrics, ingressPort } = args;
    const rules: Rule[] = [
        { from: [{ podSelector: { matchLabels: selectorLabels(name) } }] },
        ...(args.allowFrom ?? []).map((peer) => ({ from: policyPeers(peer), ports: portsNamed(peer.ports) })),
        ...(metrics === undefined
            ? []
            : [{ from: [namespaced(cluster.monitoring.namespace)], ports: portsNamed([metrics.port]) }]),
        ...(ingressPort === undefined || cluster.loadBalancer === undefined
            ? []
            : [
                  {
                      from: cluster.loadBalancer.cidrs.map((cidr) => ({ ipBlock: { cidr } })),
                      ports: portsNamed([ingressPort]),
                  },
              ]),
    ];
    return {
        metadata: { name, namespace: args.namespace, labels: workloadLabels(name, args.system) },
        spec: { podSelector: { matchLabels: selectorLabels(name) }, policyTypes: ["Ingress"], ingress: rules },
    };
}
