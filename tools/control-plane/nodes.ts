import type { KubernetesObject, V1CSINode, V1Node, V1StorageClass } from "@kubernetes/client-node";
import type { EksConfig, KubeconfigConfig, StackConfig } from "../../stacks/config.ts";
import { format, parseBlock } from "../../stacks/infrastructure/ipv4.ts";
import { allPools, type Pool, type Taint } from "../../stacks/infrastructure/pools.ts";
import { planSubnets } from "../../stacks/infrastructure/subnets.ts";
import { allocatable, capacity, type Resources, volumeLimit } from "../ec2/capacity.ts";
import { type InstanceType, instanceType } from "../ec2/instance-types.ts";
import { DRIVER } from "./ebs-driver/facts.ts";
import { shares } from "./nodes/shares.ts";

/** How many nodes a simulated stack has. */
export interface StackNodesOptions {
    /**
     * Of all pools together, which share them as their `typical` does; every pool has one in each zone at least.
     *
     * @default the pools' `typical`; 3 for a stack without pools
     */
    readonly nodes?: number;
}

const DEFAULT_LOCAL_NODES = 3;

/** A node of a cluster that somebody has on a large workstation. */
const LOCAL: Resources = { cpu: "8", memory: "32Gi", pods: "110", "ephemeral-storage": "100Gi" };

/** A volume limit that nothing reaches: there is no EC2 under it. */
const LOCAL_VOLUMES = 100;

/** AWS keeps the first four addresses of a subnet (VPC user guide, "Subnet CIDR blocks"). */
const FIRST_HOST = 4;

interface NodeArgs {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly taints?: readonly Taint[];
    readonly architecture: InstanceType["architecture"];
    readonly version: string;
    readonly address: string;
    readonly capacity: Resources;
    readonly allocatable: Resources;
}

function node(args: NodeArgs): V1Node {
    const { name, labels, architecture, version } = args;
    return {
        apiVersion: "v1",
        kind: "Node",
        metadata: {
            name,
            labels: {
                "kubernetes.io/arch": architecture,
                "kubernetes.io/os": "linux",
                "kubernetes.io/hostname": name,
                ...labels,
            },
            // As a kubelet writes it: the attach-detach controller leaves volumes of other nodes alone.
            annotations: { "volumes.kubernetes.io/controller-managed-attach-detach": "true" },
        },
        ...(args.taints === undefined || args.taints.length === 0 ? {} : { spec: { taints: [...args.taints] } }),
        status: {
            capacity: { ...args.capacity },
            allocatable: { ...args.allocatable },
            addresses: [
                { type: "InternalIP", address: args.address },
                { type: "Hostname", address: name },
            ],
            nodeInfo: {
                architecture,
                operatingSystem: "linux",
                kubeletVersion: version,
                kubeProxyVersion: version,
                osImage: "simulated",
                kernelVersion: "simulated",
                containerRuntimeVersion: "simulated://1",
                machineID: name,
                systemUUID: name,
                bootID: name,
            },
        },
    };
}

/** What the storage driver's agent says of a node. */
function csiNode(name: string, count: number, topologyKeys: readonly string[]): V1CSINode {
    return {
        apiVersion: "storage.k8s.io/v1",
        kind: "CSINode",
        metadata: { name },
        spec: { drivers: [{ name: DRIVER, nodeID: name, allocatable: { count }, topologyKeys: [...topologyKeys] }] },
    };
}

/** The address that comes so many after the first of a range. */
function address(cidr: string, offset: number): string {
    return format({ first: parseBlock(cidr).first + FIRST_HOST + offset, prefix: 32 }).replace("/32", "");
}

/** What says who made a node, and how it is paid for. */
function originLabels(
    { name, scaledBy, capacity: [capacityType = "on-demand"] }: Pool,
    zone: string,
): Record<string, string> {
    return scaledBy === "karpenter"
        ? { "karpenter.sh/nodepool": name, "karpenter.sh/capacity-type": capacityType }
        : { "eks.amazonaws.com/nodegroup": `${name}-${zone}`, "eks.amazonaws.com/capacityType": "ON_DEMAND" };
}

function eksNodes(config: EksConfig, options: StackNodesOptions): readonly KubernetesObject[] {
    const pools = allPools(config.pools);
    const subnets = planSubnets(config.network.cidr, config.network.zones);
    const typical = pools.map(({ nodes }) => nodes.typical);
    const wanted = options.nodes ?? typical.reduce((sum, count) => sum + count, 0);
    const perPool = shares(wanted, typical, subnets.length);
    const taken = new Map<string, number>();
    return pools.flatMap((pool, poolIndex) => {
        // In the order of preference: the first that there is.
        const typeName = pool.instanceTypes[0]?.name ?? "";
        const type = instanceType(typeName);
        const perZone = shares(
            perPool[poolIndex] ?? 0,
            subnets.map(() => 1),
            1,
        );
        return subnets.flatMap(({ zone, privateCidr }, zoneIndex) =>
            Array.from({ length: perZone[zoneIndex] ?? 0 }, (_, index) => {
                const place = taken.get(zone) ?? 0;
                taken.set(zone, place + 1);
                const name = `${pool.name}-${zone}-${index}`;
                const labels = {
                    "node.kubernetes.io/instance-type": typeName,
                    "topology.kubernetes.io/region": config.region,
                    "topology.kubernetes.io/zone": zone,
                    [`topology.${DRIVER}/zone`]: zone,
                    ...originLabels(pool, zone),
                    ...pool.labels,
                };
                return [
                    node({
                        name,
                        labels,
                        taints: pool.taints,
                        architecture: type.architecture,
                        version: `v${config.cluster.version}.0`,
                        address: address(privateCidr, place),
                        capacity: capacity(type, pool),
                        allocatable: allocatable(type, pool),
                    }),
                    csiNode(name, volumeLimit(type), ["topology.kubernetes.io/zone", `topology.${DRIVER}/zone`]),
                ];
            }).flat(),
        );
    });
}

/** The class that such a cluster has before a stack comes to it. */
function localStorageClass(name: string): V1StorageClass {
    return {
        apiVersion: "storage.k8s.io/v1",
        kind: "StorageClass",
        metadata: { name, annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
        provisioner: DRIVER,
        volumeBindingMode: "WaitForFirstConsumer",
        reclaimPolicy: "Delete",
        allowVolumeExpansion: true,
    };
}

function localNodes(config: KubeconfigConfig, options: StackNodesOptions): readonly KubernetesObject[] {
    const nodes = Array.from({ length: options.nodes ?? DEFAULT_LOCAL_NODES }, (_, index) => {
        const name = `local-${index}`;
        return [
            node({
                name,
                labels: {},
                architecture: "amd64",
                version: "v1.35.0",
                address: address("10.0.0.0/16", index),
                capacity: LOCAL,
                allocatable: LOCAL,
            }),
            csiNode(name, LOCAL_VOLUMES, []),
        ];
    });
    return [localStorageClass(config.storageClass), ...nodes.flat()];
}

/**
 * The nodes of a stack, from its own configuration: pools, zones, labels, instance types and addresses, with what is left
 * of each machine for pods, and how many volumes it takes. A stack on a cluster that is there gets plain nodes without
 * zones, and the storage class that it expects there.
 *
 * @returns a Node and a CSINode for each
 * @throws {Refusal} for an instance type whose size is not known here
 */
export function stackNodes(config: StackConfig, options: StackNodesOptions = {}): readonly KubernetesObject[] {
    return config.target === "eks" ? eksNodes(config, options) : localNodes(config, options);
}
