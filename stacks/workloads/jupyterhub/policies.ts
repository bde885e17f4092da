import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

type Rule = k8s.types.input.networking.v1.NetworkPolicyIngressRule;
type Peer = k8s.types.input.networking.v1.NetworkPolicyPeer;

/** Parts of JupyterHub by the label that the chart, and KubeSpawner, give their pods. */
type Part = "hub" | "proxy" | "singleuser-server";

/** Ports of the containers. Source: the chart's templates. */
const HUB_PORT = 8081;
const PROXY_PORT = 8000;
const PROXY_API_PORT = 8001;
const NOTEBOOK_PORT = 8888;

/** Labels that select the pods of a part. */
export function partLabels(part: Part): Record<string, string> {
    return { "app.kubernetes.io/name": "jupyterhub", "app.kubernetes.io/component": part };
}

function pods(part: Part): Peer {
    return { podSelector: { matchLabels: partLabels(part) } };
}

function rule(port: number, ...from: Peer[]): Rule {
    return { from, ports: [{ port, protocol: "TCP" }] };
}

/** Who may connect to what; nobody else may, since the namespace refuses whoever is not named. */
export function jupyterHubPolicies(args: {
    readonly monitoringNamespace: string;
    /** Where the load balancer connects from; empty without one. */
    readonly loadBalancerCidrs: readonly pulumi.Input<string>[];
}): Readonly<Record<Part, readonly Rule[]>> {
    const prometheus = {
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": args.monitoringNamespace } },
    };
    const balancer = args.loadBalancerCidrs.map((cidr): Peer => ({ ipBlock: { cidr } }));
    return {
        hub: [rule(HUB_PORT, pods("proxy"), pods("singleuser-server")), rule(HUB_PORT, prometheus)],
        proxy: [rule(PROXY_API_PORT, pods("hub")), ...(balancer.length === 0 ? [] : [rule(PROXY_PORT, ...balancer)])],
        "singleuser-server": [rule(NOTEBOOK_PORT, pods("hub"), pods("proxy"))],
    };
}
