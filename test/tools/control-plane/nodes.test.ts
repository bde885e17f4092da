import assert from "node:assert/strict";
import type { KubernetesObject, V1CSINode, V1Node } from "@kubernetes/client-node";
import type { EksConfig } from "../../../stacks/config.ts";
import { stackNodes } from "../../../tools/control-plane/nodes.ts";
import { stackConfig } from "../../stacks/raw-config.ts";

const ZONE = "topology.kubernetes.io/zone";

function nodesOf(objects: readonly KubernetesObject[]): readonly V1Node[] {
    return objects.filter(({ kind }) => kind === "Node");
}

function perZone(objects: readonly KubernetesObject[]): readonly number[] {
    return [...Map.groupBy(nodesOf(objects), ({ metadata }) => metadata?.labels?.[ZONE]).values()].map(
        (nodes) => nodes.length,
    );
}

describe("stackNodes", () => {
    const prod = stackConfig("prod");

    const perPool = (objects: readonly KubernetesObject[]): Readonly<Record<string, number>> =>
        Object.fromEntries(
            [...Map.groupBy(nodesOf(objects), ({ metadata }) => metadata?.labels?.["workload"] ?? "")].map(
                ([pool, nodes]) => [pool, nodes.length],
            ),
        );

    it("has as many nodes as the pools have typically, managed ones evenly over the zones", () => {
        const nodes = stackNodes(prod);
        assert.deepEqual(perPool(nodes), { infra: 9, batch: 3, "spark-driver": 4, "spark-executor": 44 });
        const infra = nodes.filter(({ metadata }) => metadata?.labels?.["workload"] === "infra");
        assert.deepEqual(perZone(infra), [3, 3, 3]);
    });

    it("has as many nodes as asked for, shared among pools as these are typically", () => {
        const nodes = stackNodes(prod, { nodes: 120 });
        assert.deepEqual(perPool(nodes), { infra: 18, batch: 6, "spark-driver": 8, "spark-executor": 88 });
        const addresses = nodesOf(nodes).map(({ status }) => status?.addresses?.[0]?.address);
        assert.equal(new Set(addresses).size, 120);
    });

    it("has one node of each pool in each zone at least", () => {
        assert.deepEqual(perPool(stackNodes(prod, { nodes: 1 })), {
            infra: 3,
            batch: 3,
            "spark-driver": 3,
            "spark-executor": 3,
        });
    });

    it("gives a node the taints of its pool, and says who made it", () => {
        const executor = nodesOf(stackNodes(prod)).find(
            ({ metadata }) => metadata?.labels?.["workload"] === "spark-executor",
        );
        assert.deepEqual(executor?.spec?.taints, [{ key: "workload", value: "spark-executor", effect: "NoSchedule" }]);
        assert.equal(executor?.metadata?.labels?.["karpenter.sh/nodepool"], "spark-executor");
        assert.equal(executor?.metadata?.labels?.["karpenter.sh/capacity-type"], "spot");
    });

    it("describes a node as EKS does", () => {
        const [node] = nodesOf(stackNodes(prod));
        assert.equal(node?.metadata?.name, "infra-eu-central-1a-0");
        assert.deepEqual(node?.metadata?.labels, {
            "kubernetes.io/arch": "amd64",
            "kubernetes.io/os": "linux",
            "kubernetes.io/hostname": "infra-eu-central-1a-0",
            "node.kubernetes.io/instance-type": "m7i.2xlarge",
            "topology.kubernetes.io/region": "eu-central-1",
            "topology.kubernetes.io/zone": "eu-central-1a",
            "topology.ebs.csi.aws.com/zone": "eu-central-1a",
            "eks.amazonaws.com/nodegroup": "infra-eu-central-1a",
            "eks.amazonaws.com/capacityType": "ON_DEMAND",
            workload: "infra",
        });
        assert.equal(node?.status?.addresses?.[0]?.address, "10.20.0.4");
    });

    it("says of each node how many volumes it takes", () => {
        const objects = stackNodes(prod);
        const csi = objects.filter(({ kind }) => kind === "CSINode") as V1CSINode[];
        assert.deepEqual(
            csi.map(({ metadata }) => metadata?.name),
            nodesOf(objects).map(({ metadata }) => metadata?.name),
        );
        assert.equal(csi[0]?.spec.drivers[0]?.name, "ebs.csi.aws.com");
        assert.equal(csi[0]?.spec.drivers[0]?.allocatable?.count, 32 - 4);
        assert.ok(csi[0]?.spec.drivers[0]?.topologyKeys?.includes(ZONE));
    });

    it("gives a stack without pools plain nodes, and its storage class", () => {
        const local = stackNodes(stackConfig("local"));
        assert.equal(nodesOf(local).length, 3);
        assert.ok(nodesOf(local).every(({ metadata }) => metadata?.labels?.[ZONE] === undefined));
        const classes = local.filter(({ kind }) => kind === "StorageClass");
        assert.deepEqual(
            classes.map(({ metadata }) => metadata?.name),
            ["standard"],
        );
        assert.equal(nodesOf(stackNodes(stackConfig("local"), { nodes: 5 })).length, 5);
    });

    it("refuses an instance type whose size it does not know", () => {
        const eks = prod as EksConfig;
        const infra = { ...eks.pools.infra, instanceTypes: ["t3.large"] };
        assert.throws(() => stackNodes({ ...eks, pools: { ...eks.pools, infra } }), {
            name: "Refusal",
            message: /instance type: got "t3\.large".*instance-types\.ts has m6i, m7i/,
        });
    });
});
