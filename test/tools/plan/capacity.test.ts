import assert from "node:assert/strict";
import { agentAffinity } from "../../../components/specs/daemon-set.ts";
import { type Capacity, capacityOf, type PoolFit } from "../../../tools/plan/capacity.ts";
import type { RecordedResource } from "../../../tools/plan/resource.ts";
import { eksConfig, object } from "./eks.ts";
import { resource } from "./samples.ts";

function template(changes: Record<string, unknown> = {}, cpu = "1", memory = "2Gi"): object {
    const containers = [{ resources: { requests: { cpu, memory } } }];
    return { spec: { nodeSelector: { workload: "infra" }, containers, ...changes } };
}

const SPREAD = [
    { topologyKey: "topology.kubernetes.io/zone", whenUnsatisfiable: "DoNotSchedule" },
    { topologyKey: "kubernetes.io/hostname", whenUnsatisfiable: "ScheduleAnyway" },
];

function capacity(resources: readonly RecordedResource[], promised: readonly string[] = []): Capacity {
    const systems = [{ name: "kafka", resources, promised: new Set(promised) }];
    return capacityOf(eksConfig(), resources, systems);
}

function pool(found: Capacity, name: string): PoolFit {
    const fit = found.pools.find((one) => one.pool === name);
    assert.ok(fit !== undefined);
    return fit;
}

const BROKERS = object("StatefulSet", "broker", {
    replicas: 3,
    volumeClaimTemplates: [{ metadata: { name: "data" } }],
    template: template({ topologySpreadConstraints: SPREAD }),
});

describe("capacity", () => {
    it("leaves to pods what kubelet and the agents of a node do not take", () => {
        const agent = object("DaemonSet", "agent", { template: { spec: { containers: [] } } });
        const asking = object("DaemonSet", "log", {
            template: { spec: { containers: [{ resources: { requests: { cpu: "100m", memory: "1Gi" } } }] } },
        });
        const elsewhere = object("DaemonSet", "shuffle", {
            template: {
                spec: {
                    affinity: agentAffinity({ pools: ["spark-executor", "batch"] }),
                    containers: [{ resources: { requests: { cpu: "1", memory: "8Gi" } } }],
                },
            },
        });
        const driver = resource("aws:eks/addon:Addon", "ebs", {
            addonName: "aws-ebs-csi-driver",
            configurationValues: '{"node":{"reservedVolumeAttachments":4}}',
        });
        const all = capacity([agent, asking, elsewhere, driver]);
        const without = capacity([agent, asking, driver]);
        const { room } = pool(all, "infra");
        // 7,910 millicores and 58 pods of m7i.2xlarge, 190 millicores and five pods for the agents of EKS.
        assert.deepEqual([room.cpu.toFixed(2), room.pods, room.volumes], ["7.62", 58 - 5 - 2, 32 - 4]);
        assert.equal(pool(capacity([agent]), "infra").room.volumes, 31);
        const taken = ["infra", "batch", "spark-driver", "spark-executor"].map((name) => {
            const [before, after] = [pool(without, name).room, pool(all, name).room];
            return [before.cpu - after.cpu, before.pods - after.pods];
        });
        assert.deepEqual(taken, [
            [0, 0],
            [1, 1],
            [0, 0],
            [1, 1],
        ]);
    });

    it("counts what a SparkApplication makes: its driver, and the most executors that it may have", () => {
        const role = (name: string, pod: object) => ({
            coreRequest: "2",
            memory: "3072m",
            memoryOverhead: "1g",
            template: { spec: { nodeSelector: { workload: name }, ...pod } },
        });
        const application = object("SparkApplication", "daily", {
            dynamicAllocation: { enabled: true, minExecutors: 1, maxExecutors: 40 },
            driver: role("spark-driver", {}),
            executor: role("spark-executor", {}),
        });
        const found = capacity([application]);
        assert.deepEqual([pool(found, "spark-driver").nodes, pool(found, "spark-driver").unplaced], [1, []]);
        const executors = pool(found, "spark-executor");
        const perNode = Math.floor(
            Math.min(executors.room.cpu / 2, executors.room.memory / 2 ** 32, executors.room.pods),
        );
        assert.ok(perNode > 0);
        assert.equal(executors.nodes, Math.ceil(40 / perNode));
    });

    it("packs what is scaled once more, at the most that there may be", () => {
        const consumers = object("Deployment", "consumers", { replicas: 2, template: template({}, "5") });
        const scaled = (most: number): PoolFit =>
            pool(
                capacity([
                    consumers,
                    object("ScaledObject", "c", { scaleTargetRef: { name: "consumers" }, maxReplicaCount: most }),
                ]),
                "infra",
            );
        assert.deepEqual([scaled(9).unplaced, scaled(9).unplacedAtMost], [[], []]);
        const tooMany = scaled(12);
        assert.deepEqual(
            [tooMany.unplaced, tooMany.unplacedAtMost.map(({ workload, pods }) => [workload, pods])],
            [[], [["n/consumers", 3]]],
        );
        const autoscaler = object("HorizontalPodAutoscaler", "c", {
            scaleTargetRef: { name: "consumers" },
            maxReplicas: 10,
        });
        assert.equal(pool(capacity([consumers, autoscaler]), "infra").unplacedAtMost[0]?.pods, 1);
    });

    it("lets Karpenter start a larger machine for a pod that the first is too small for", () => {
        const job = (cpu: string) =>
            object("Job", "train", {
                template: template({ nodeSelector: { workload: "batch" } }, cpu),
            });
        const [fits, larger, never] = ["1", "5", "500"].map((cpu) => pool(capacity([job(cpu)]), "batch"));
        assert.ok(fits && larger && never);
        assert.deepEqual([larger.unplaced, never.unplaced[0]?.tooLarge], [[], true]);
        assert.notEqual(larger.instanceType, fits.instanceType);
        assert.equal(never.instanceType, fits.instanceType);
    });

    it("counts what stands against all nodes of a managed pool, and not what ends", () => {
        const job = object("Job", "migrate", { template: template() });
        const { share, standing, nodes } = pool(capacity([BROKERS, job]), "infra");
        assert.deepEqual([standing.pods, standing.volumes, standing.cpu, nodes], [3, 3, 3, 9]);
        assert.ok(share !== null && share.cpu > 0.04 && share.cpu < 0.05);
    });

    it("spreads over the zones, so that most is left when one is lost", () => {
        const [loss] = capacity([BROKERS], ["n/broker"]).zoneLoss;
        assert.deepEqual(
            [loss?.left, loss?.after, loss?.outcome, loss?.promise, loss?.replicas],
            [2, 2, "up", "ingestion", 3],
        );
    });

    it("knows that a database of RDS goes with its zone, unless it has a standby in another one", () => {
        const server = (name: string, multiAz: boolean) =>
            resource("aws:rds/instance:Instance", `data-platform-prod-${name}`, { multiAz });
        const { zoneLoss, findings } = capacity([server("metadata", false), server("metabase", false)]);
        assert.deepEqual(
            zoneLoss.map(({ workload, promise, left, outcome }) => [workload, promise, left, outcome]),
            [
                ["rds/metadata-database", "orchestration", 0, "gone"],
                ["rds/metabase-database", undefined, 0, "gone"],
            ],
        );
        assert.ok(
            findings.some(({ level, message }) => level === "error" && message.includes("rds/metadata-database")),
        );
        const safe = capacity([server("metadata", true)]);
        assert.deepEqual([safe.zoneLoss[0]?.left, safe.zoneLoss[0]?.outcome], [1, "up"]);
        assert.ok(!safe.findings.some(({ message }) => message.includes("rds/")));
    });

    it("asks Karpenter for as many nodes as the tasks of Airflow take at once, up to its limit", () => {
        const { airflow, ...config } = eksConfig();
        const tasks = (parallelism: number): Capacity =>
            capacityOf({ ...config, airflow: { ...airflow, parallelism } }, [], []);
        // Seven tasks of half a CPU on a node of four, of which agents, kubelet and the node class take a part.
        const [few, many] = [tasks(8), tasks(7 * 20 + 1)];
        assert.deepEqual([pool(few, "batch").nodes, pool(few, "batch").unplaced], [2, []]);
        const { nodes, max, share, unplaced } = pool(many, "batch");
        assert.deepEqual([nodes, max, share], [20, 20, null]);
        assert.deepEqual(
            unplaced.map(({ workload, pods }) => [workload, pods]),
            [["airflow/tasks", 1]],
        );
        const warnings = (of: Capacity): readonly string[] =>
            of.findings
                .filter(({ subject }) => subject === "pool batch")
                .map(({ level, message }) => `${level}: ${message}`);
        assert.deepEqual(warnings(few), []);
        assert.match(
            warnings(many).join("\n"),
            /^warning: no room for 1 pod of airflow\/tasks on 20 nodes .*short of cpu/,
        );
        assert.equal(pool(few, "spark-executor").nodes, 0);
    });

    it("counts controllers of charts and add-ons by their values, where nodes have no taint", () => {
        const values = {
            singleBinary: {
                replicas: 3,
                nodeSelector: { workload: "infra" },
                resources: { requests: { cpu: "1", memory: "4Gi" } },
                topologySpreadConstraints: [{ whenUnsatisfiable: "DoNotSchedule" }],
                persistence: { size: "50Gi" },
            },
        };
        const loki = resource("kubernetes:helm.sh/v3:Release", "loki", { values });
        const dns = resource("aws:eks/addon:Addon", "dns", {
            addonName: "coredns",
            configurationValues: '{"replicaCount":4}',
        });
        const { standing } = pool(capacity([loki, dns]), "infra");
        assert.deepEqual([standing.pods, standing.cpu.toFixed(1), standing.volumes], [7, "3.4", 3]);
    });

    it("takes pods by the value of their class", () => {
        const classes = object("PriorityClass", "first", undefined, { value: 1000 });
        const large = (name: string, priorityClassName?: string): RecordedResource =>
            object("Deployment", name, { replicas: 9, template: template({ priorityClassName }, "7") });
        const found = capacity([classes, large("a"), large("b", "first"), large("c", "system-cluster-critical")]);
        assert.deepEqual(
            pool(found, "infra").unplaced.map(({ workload, pods }) => [workload, pods]),
            [
                ["n/b", 9],
                ["n/a", 9],
            ],
        );
    });

    it("says so where it does not know the machines", () => {
        const config = eksConfig();
        const pools = { ...config.pools, infra: { ...config.pools.infra, instanceTypes: ["c7i.2xlarge"] } };
        const found = capacityOf({ ...config, pools }, [], []);
        assert.equal(
            found.pools.find((one) => one.pool === "infra"),
            undefined,
        );
        assert.match(found.findings.at(-1)?.fix ?? "", /instance type: got "c7i\.2xlarge"/);
    });
});
