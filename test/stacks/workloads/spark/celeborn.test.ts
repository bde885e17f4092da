import assert from "node:assert/strict";
import { Celeborn, type CelebornArgs } from "../../../../stacks/workloads/spark/celeborn.ts";
import { type Collected, collect, type Inputs, only } from "../../../support/mocks.ts";
import { assertParses } from "../../../support/promql.ts";
import { sparkContext } from "./context.ts";

const CONFIG: CelebornArgs["config"] = {
    image: "apache/celeborn:0.7.0",
    masterStorage: "10Gi",
    masterResources: { cpu: "500m", memory: "2Gi" },
    workerResources: { cpu: "1", memory: "8Gi" },
    workerStorage: "100Gi",
};

const make = (config: Partial<CelebornArgs["config"]> = {}): Promise<Collected[]> =>
    collect(() => {
        const context = sparkContext();
        const args = { config: { ...CONFIG, ...config }, context, namespace: "batch", applications: ["report"] };
        new Celeborn("celeborn", args);
    });

const STATEFUL_SET = "kubernetes:apps/v1:StatefulSet";
const DAEMON_SET = "kubernetes:apps/v1:DaemonSet";
const settingsOf = (resources: readonly Collected[], name: string): string =>
    only(resources, "kubernetes:core/v1:ConfigMap", name).inputs["data"]["opt.celeborn.conf.celeborn-defaults.conf"];
const podOf = (resources: readonly Collected[], type: string): Inputs =>
    only(resources, type).inputs["spec"].template.spec;
const variable = (pod: Inputs, name: string): unknown =>
    pod["containers"][0].env.find((one: Inputs) => one["name"] === name)?.value;

describe("Celeborn", () => {
    let resources: readonly Collected[] = [];
    before(async () => {
        resources = await make();
    });

    it("has three masters that agree by Raft, each with a number and a volume of its own", () => {
        const { replicas, podManagementPolicy } = only(resources, STATEFUL_SET).inputs["spec"];
        assert.deepEqual([replicas, podManagementPolicy], [3, "Parallel"]);
        const settings = settingsOf(resources, "celeborn-master");
        assert.match(settings, /^celeborn\.master\.ha\.enabled true$/m);
        for (const ordinal of [0, 1, 2]) {
            const host = `celeborn-master-${ordinal}.celeborn-master-[a-z]+.batch.svc.cluster.local`;
            assert.match(settings, new RegExp(`^celeborn\\.master\\.ha\\.node\\.${ordinal}\\.host ${host}$`, "m"));
        }
        const pod = podOf(resources, STATEFUL_SET);
        assert.equal(variable(pod, "CELEBORN_MASTER_JAVA_OPTS"), "-Dceleborn.master.ha.node.id=$(NODE_ID)");
        const names = pod["containers"][0].env.map(({ name }: Inputs) => name);
        assert.ok(names.indexOf("NODE_ID") < names.indexOf("CELEBORN_MASTER_JAVA_OPTS"));
    });

    it("has a worker on every node of executors, with part of its own disks, and on no others", () => {
        const pod = podOf(resources, DAEMON_SET);
        assert.match(JSON.stringify(pod["affinity"]), /"spark-executor"/);
        const size = (one: Inputs) =>
            one["volumes"].find(({ name }: Inputs) => name.includes("shuffle")).emptyDir.sizeLimit;
        assert.equal(size(pod), "100Gi");
        assert.match(
            settingsOf(resources, "celeborn-worker"),
            /storage\.dirs \/var\/celeborn\/shuffle:disktype=SSD:capacity=100Gi$/m,
        );
    });

    it("gives a worker's memory to heap and buffers, and leaves some", () => {
        const pod = podOf(resources, DAEMON_SET);
        assert.deepEqual(
            [variable(pod, "CELEBORN_WORKER_MEMORY"), variable(pod, "CELEBORN_WORKER_OFFHEAP_MEMORY")],
            ["2048m", "4096m"],
        );
    });

    it("lets in the applications that shuffle by it, and its own", () => {
        const peers = (name: string): string[] =>
            only(resources, "kubernetes:networking.k8s.io/v1:NetworkPolicy", name)
                .inputs["spec"].ingress.flatMap(({ from }: Inputs) => from)
                .flatMap(({ podSelector }: Inputs) => podSelector?.matchLabels["app.kubernetes.io/name"] ?? []);
        assert.deepEqual(peers("celeborn-master"), [
            "celeborn-master",
            "celeborn-worker",
            "report-driver",
            "report-executor",
        ]);
        assert.deepEqual(peers("celeborn-worker"), [
            "celeborn-worker",
            "celeborn-master",
            "report-driver",
            "report-executor",
        ]);
    });

    it("alerts on expressions that are PromQL", () => {
        const { groups } = only(resources, "kubernetes:monitoring.coreos.com/v1:PrometheusRule", "celeborn").inputs[
            "spec"
        ];
        const rules: readonly Inputs[] = groups[0].rules;
        assert.ok(rules.length >= 4);
        for (const { expr } of rules) {
            assertParses(expr);
        }
    });

    it("celeborn: each field is what it says", async () => {
        const other = await make({
            image: "apache/celeborn:9.9.9",
            masterStorage: "30Gi",
            masterResources: { cpu: "250m", memory: "4Gi" },
            workerResources: { cpu: "2", memory: "16Gi" },
            workerStorage: "200Gi",
        });
        const [master, worker] = [podOf(other, STATEFUL_SET), podOf(other, DAEMON_SET)];
        assert.deepEqual(
            [master, worker].map(({ containers }) => containers[0].image),
            ["apache/celeborn:9.9.9", "apache/celeborn:9.9.9"],
        );
        assert.equal(variable(master, "CELEBORN_MASTER_MEMORY"), "2457m");
        assert.equal(variable(worker, "CELEBORN_WORKER_OFFHEAP_MEMORY"), "8192m");
        assert.match(settingsOf(other, "celeborn-worker"), /capacity=200Gi$/m);
        const claim = only(other, "kubernetes:core/v1:PersistentVolumeClaim", "raft-celeborn-master-0").inputs["spec"];
        assert.equal(claim.resources.requests.storage, "30Gi");
    });
});
