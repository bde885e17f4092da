import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { ZooKeeper, type ZooKeeperArgs } from "../../../stacks/workloads/zookeeper.ts";
import { type Collected, collect, type Inputs, ofType, only } from "../../support/mocks.ts";
import { POOLS } from "./pools.ts";

const CONFIG: ZooKeeperArgs["config"] = {
    image: "zookeeper:3.9.5",
    replicas: 3,
    storage: "10Gi",
    resources: { cpu: "250m", memory: "1Gi" },
    clients: [],
};

let made: ZooKeeper | undefined;

const make = (config = CONFIG): Promise<Collected[]> =>
    collect(() => {
        const context = {
            cluster: {},
            claimProvider: new k8s.Provider("claims", {}),
            storageClass: "gp3-retain",
            throughputClass: undefined,
            pools: POOLS,
            availability: { downtimeBudget: "5 minutes" },
        } as const;
        made = new ZooKeeper("zookeeper", { config, context, namespace: "data", clients: [{ workload: "tool" }] });
    });

const SET = "kubernetes:apps/v1:StatefulSet";

describe("ZooKeeper", () => {
    let resources: Collected[];
    before(async () => {
        resources = await make();
    });
    const spec = (all = resources): Inputs => only(all, SET).inputs["spec"];
    const container = (all = resources): Inputs => spec(all)["template"].spec.containers[0];
    const settings = (all = resources): string =>
        only(all, "kubernetes:core/v1:ConfigMap").inputs["data"]["conf.zoo.cfg"];

    it("runs servers that form a majority before any of them is ready", () => {
        assert.equal(spec()["podManagementPolicy"], "Parallel");
        const governing = only(resources, "kubernetes:core/v1:Service", "zookeeper-headless").inputs["spec"];
        assert.equal(governing.publishNotReadyAddresses, true);
        assert.equal(only(resources, "kubernetes:policy/v1:PodDisruptionBudget").inputs["spec"].maxUnavailable, 1);
    });

    it("is found at every server's name", () => {
        const hosts = [0, 1, 2].map((ordinal) => `zookeeper-${ordinal}.zookeeper-headless.data.svc.cluster.local`);
        assert.equal(made?.connectString, hosts.map((host) => `${host}:2181`).join(","));
        assert.deepEqual(
            settings().match(/^server\..*$/gm),
            hosts.map((host, ordinal) => `server.${ordinal + 1}=${host}:2888:3888`),
        );
    });

    it("is ready when it serves, and restarted only when it does not answer at all", () => {
        const { readinessProbe, livenessProbe, startupProbe } = container();
        assert.match(readinessProbe.exec.command.at(-1), /printf srvr .*\^Mode: \(leader\|follower\)\$/);
        assert.match(livenessProbe.exec.command.at(-1), /printf ruok .*\^imok/);
        assert.equal(startupProbe.tcpSocket.port, "client");
    });

    it("lets clients in on their port alone", () => {
        const { ingress } = only(resources, "kubernetes:networking.k8s.io/v1:NetworkPolicy").inputs["spec"];
        const tool = ingress.find(
            ({ from }: Inputs) => from[0].podSelector?.matchLabels["app.kubernetes.io/name"] === "tool",
        );
        assert.deepEqual(
            tool.ports.map(({ port }: Inputs) => port),
            [2181],
        );
    });

    it("promises an election within the budget", () => {
        const { recovery } = only(resources, "dataplatform:workload:OrderedStatefulService").inputs;
        assert.equal(recovery.kind, "promotion");
        assert.ok(recovery.seconds <= 90);
    });

    it("follows its configuration", async () => {
        const all = await make({
            image: "zookeeper:3.9.6",
            replicas: 5,
            storage: "20Gi",
            resources: { cpu: "1", memory: "2Gi" },
            clients: [{ namespace: "old-tools", workload: "solr" }],
        });
        assert.equal(spec(all)["replicas"], 5);
        assert.equal(settings(all).match(/^server\./gm)?.length, 5);
        assert.equal(container(all)["image"], "zookeeper:3.9.6");
        const heap = container(all)["env"].find(({ name }: Inputs) => name === "ZK_SERVER_HEAP");
        assert.equal(heap.value, "1228");
        const [claim] = ofType(all, "kubernetes:core/v1:PersistentVolumeClaim");
        assert.equal(claim?.inputs["spec"].resources.requests.storage, "20Gi");
        const policy = JSON.stringify(only(all, "kubernetes:networking.k8s.io/v1:NetworkPolicy").inputs["spec"]);
        assert.ok(policy.includes('"solr"') && policy.includes('"old-tools"'));
        const rules = JSON.stringify(
            only(all, "kubernetes:monitoring.coreos.com/v1:PrometheusRule", "zookeeper-ensemble").inputs["spec"],
        );
        assert.ok(rules.includes("< 4"));
    });
});
