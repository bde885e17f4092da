import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import type { AwsFacts } from "../../../stacks/infrastructure/aws-facts.ts";
import { Flink, type FlinkArgs } from "../../../stacks/workloads/flink.ts";
import { type Collected, collect, type Inputs, ofType, only } from "../../support/mocks.ts";
import { BROKERS } from "./kafka/brokers.ts";
import { POOLS } from "./pools.ts";

const CONFIG: FlinkArgs["config"] = {
    image: "flink:2.3.0-scala_2.12-java17",
    taskManagers: 3,
    slots: 2,
    jobManagerResources: { cpu: "500m", memory: "2Gi" },
    taskManagerResources: { cpu: "1", memory: "4Gi" },
    stateStorage: "10Gi",
    checkpointInterval: "1 minute",
    retainedCheckpoints: 3,
};

const ARN = "arn:aws:s3:::dp-flink";

const make = (config: Partial<FlinkArgs["config"]> = {}): Promise<Collected[]> =>
    collect(() => {
        const bucket = { name: "dp-flink", arn: ARN, keyArn: "arn:aws:kms:key", region: "eu-central-1" };
        const aws = {
            clusterName: "prod",
            clusterArn: pulumi.output("arn:cluster"),
            buckets: { "flink-checkpoints": bucket },
        } as unknown as AwsFacts;
        const context = {
            cluster: {},
            claimProvider: new k8s.Provider("claims", {}),
            storageClass: undefined,
            throughputClass: undefined,
            pools: POOLS,
            availability: { downtimeBudget: "5 minutes" },
            aws,
        } as const;
        new Flink("flink", {
            config: { ...CONFIG, ...config },
            context,
            aws,
            namespace: "flink",
            kafka: BROKERS,
        });
    });

const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const JOB_MANAGER = "flink-jobmanager";
const TASK_MANAGER = "flink-taskmanager";

describe("Flink", () => {
    let made: Collected[];
    before(async () => {
        made = await make();
    });
    const deployment = (name: string, resources = made): Inputs => only(resources, DEPLOYMENT, name).inputs["spec"];
    const container = (name: string, resources = made): Inputs =>
        deployment(name, resources)["template"].spec.containers[0];
    const settings = (resources: readonly Collected[], name = JOB_MANAGER): Inputs =>
        parse(only(resources, "kubernetes:core/v1:ConfigMap", name).inputs["data"]["etc.flink.config.yaml"]);

    it("has a job manager to take over, and the task managers that are asked for", () => {
        assert.deepEqual(
            [JOB_MANAGER, TASK_MANAGER].map((name) => deployment(name)["replicas"]),
            [2, 3],
        );
        const { recovery } = only(made, "dataplatform:workload:StatelessService", JOB_MANAGER).inputs;
        assert.equal(recovery.kind, "promotion");
    });

    it("has no claim: its state is in the bucket", () => {
        assert.deepEqual(ofType(made, "kubernetes:core/v1:PersistentVolumeClaim"), []);
        const { "high-availability.storageDir": recovery, "execution.checkpointing.dir": checkpoints } = settings(made);
        assert.deepEqual([recovery, checkpoints], ["s3://dp-flink/recovery", "s3://dp-flink/checkpoints"]);
    });

    it("elects its leader by ConfigMaps of its namespace, and may do nothing else there", () => {
        const rules = (name: string) =>
            only(made, "kubernetes:rbac.authorization.k8s.io/v1:Role", name).inputs["rules"] as Inputs[];
        for (const name of [JOB_MANAGER, TASK_MANAGER]) {
            assert.deepEqual(
                rules(name).map(({ apiGroups, resources }) => [apiGroups, resources]),
                [[[""], ["configmaps"]]],
            );
        }
        assert.deepEqual(rules(TASK_MANAGER)[0]?.["verbs"], ["get", "list", "watch"]);
        assert.ok(rules(JOB_MANAGER)[0]?.["verbs"].includes("update"));
        assert.deepEqual(ofType(made, "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole"), []);
        assert.equal(settings(made)["kubernetes.namespace"], "flink");
    });

    it("reaches its bucket, and no other, by roles that both kinds of pod wait for", () => {
        const policies = ofType(made, "aws:iam/rolePolicy:RolePolicy");
        assert.deepEqual(policies.map(({ name }) => name).toSorted(), [JOB_MANAGER, TASK_MANAGER]);
        for (const { inputs } of policies) {
            const statements: readonly Inputs[] = JSON.parse(inputs["policy"]).Statement;
            const resources = statements.flatMap(({ Resource }) => Resource);
            assert.deepEqual(resources, [ARN, `${ARN}/*`, "arn:aws:kms:key"]);
            assert.ok(statements.flatMap(({ Action }) => Action).includes("s3:DeleteObject"));
        }
        for (const name of [JOB_MANAGER, TASK_MANAGER]) {
            const association = only(made, "aws:eks/podIdentityAssociation:PodIdentityAssociation", name);
            assert.ok(only(made, DEPLOYMENT, name).dependencies.includes(association.urn));
        }
    });

    it("dataBuckets: reaches these as well, by the same roles, for jobs and what plans them", async () => {
        const lake = { name: "lake", keyArn: "lake-key", access: "read" } as const;
        const resources = await make({ dataBuckets: [lake] });
        assert.equal(ofType(resources, "aws:iam/role:Role").length, 2);
        for (const name of [JOB_MANAGER, TASK_MANAGER]) {
            const { policy } = only(resources, "aws:iam/rolePolicy:RolePolicy", name).inputs;
            const statements: readonly Inputs[] = JSON.parse(policy).Statement;
            const on = (resource: string): readonly string[] =>
                statements.filter(({ Resource }) => Resource.includes(resource)).flatMap(({ Action }) => Action);
            assert.deepEqual(on("arn:aws:s3:::lake/*"), ["s3:GetObject"]);
            assert.deepEqual(on("lake-key"), ["kms:Decrypt"]);
            assert.ok(on(`${ARN}/*`).includes("s3:DeleteObject"));
        }
    });

    it("loads the image's S3 plugin on a file system that it cannot write to", () => {
        for (const name of [JOB_MANAGER, TASK_MANAGER]) {
            const { env, securityContext, volumeMounts, command } = container(name);
            const plugin = env.find((one: Inputs) => one["name"] === "ENABLE_BUILT_IN_PLUGINS")?.value;
            assert.equal(plugin, "flink-s3-fs-presto-2.3.0.jar");
            const paths = new Set<string>(volumeMounts.map(({ mountPath }: Inputs) => mountPath));
            assert.ok(paths.has("/opt/flink/plugins/flink-s3-fs-presto-2.3.0"));
            // The other plugins, such as the reporter of metrics, are the image's.
            assert.ok(!paths.has("/opt/flink/plugins"));
            assert.ok(paths.has("/opt/flink/conf"));
            assert.deepEqual([securityContext.runAsUser, securityContext.readOnlyRootFilesystem], [9999, true]);
            assert.match(command.at(-1), /cp \/etc\/flink\/\* \/opt\/flink\/conf\/; exec \/docker-entrypoint\.sh/);
        }
    });

    it("lets task managers in to the leader, the leader to task managers, and nobody to the REST interface", () => {
        const edges: readonly string[] = ofType(made, "kubernetes:networking.k8s.io/v1:NetworkPolicy").flatMap(
            ({ name, inputs }) =>
                inputs["spec"].ingress.slice(1).flatMap(({ from, ports }: Inputs) => {
                    const peer = from[0].podSelector?.matchLabels["app.kubernetes.io/name"] ?? "monitoring";
                    return ports.map(({ port }: Inputs) => `${peer} → ${name}:${port}`);
                }),
        );
        assert.deepEqual(
            edges.toSorted(),
            [
                `${JOB_MANAGER} → ${TASK_MANAGER}:6122`,
                `${JOB_MANAGER} → ${TASK_MANAGER}:6126`,
                `monitoring → ${JOB_MANAGER}:9249`,
                `monitoring → ${TASK_MANAGER}:9249`,
                `${TASK_MANAGER} → ${JOB_MANAGER}:6123`,
                `${TASK_MANAGER} → ${JOB_MANAGER}:6124`,
            ].toSorted(),
        );
        assert.deepEqual(ofType(made, "kubernetes:networking.k8s.io/v1:Ingress"), []);
    });

    it("has its metrics scraped and speaks up about leader, checkpoints and restarts", () => {
        const monitors = ofType(made, "kubernetes:monitoring.coreos.com/v1:PodMonitor").map(({ name }) => name);
        assert.deepEqual(monitors.toSorted(), [JOB_MANAGER, TASK_MANAGER]);
        const rule = only(made, "kubernetes:monitoring.coreos.com/v1:PrometheusRule", "flink-jobs").inputs["spec"];
        assert.deepEqual(
            rule.groups[0].rules.map(({ alert }: Inputs) => alert),
            ["FlinkLeaderMissing", "FlinkTaskManagersMissing", "FlinkCheckpointsFailing", "FlinkJobRestarting"],
        );
    });

    const OPTIONS: readonly (readonly [
        config: Partial<FlinkArgs["config"]>,
        read: (resources: Collected[]) => unknown,
        before: unknown,
        after: unknown,
    ])[] = [
        [{ taskManagers: 5 }, (all) => deployment(TASK_MANAGER, all)["replicas"], 3, 5],
        [{ slots: 4 }, (all) => settings(all)["taskmanager.numberOfTaskSlots"], 2, 4],
        [{ retainedCheckpoints: 9 }, (all) => settings(all)["execution.checkpointing.num-retained"], 3, 9],
        [
            { checkpointInterval: "5 minutes" },
            (all) => settings(all)["execution.checkpointing.interval"],
            "60 s",
            "300 s",
        ],
        [
            { jobManagerResources: { cpu: "1", memory: "3Gi" } },
            (all) => settings(all)["jobmanager.memory.process.size"],
            "2048m",
            "3072m",
        ],
        [
            { taskManagerResources: { cpu: "3", memory: "8Gi" } },
            (all) => [
                settings(all)["taskmanager.memory.process.size"],
                settings(all)["env.java.opts.taskmanager"],
                container(TASK_MANAGER, all)["resources"].limits.memory,
            ],
            ["4096m", "-XX:ActiveProcessorCount=1", "4Gi"],
            ["8192m", "-XX:ActiveProcessorCount=3", "8Gi"],
        ],
        [
            { stateStorage: "40Gi" },
            (all) => {
                const volumes: readonly Inputs[] = deployment(TASK_MANAGER, all)["template"].spec.volumes;
                return volumes.find(({ name }) => name === "scratch-var-lib-flink")?.["emptyDir"].sizeLimit;
            },
            "10Gi",
            "40Gi",
        ],
        [
            { image: "flink:2.4.1-java21" },
            (all) =>
                container(JOB_MANAGER, all)["env"].find((one: Inputs) => one["name"] === "ENABLE_BUILT_IN_PLUGINS")
                    .value,
            "flink-s3-fs-presto-2.3.0.jar",
            "flink-s3-fs-presto-2.4.1.jar",
        ],
    ];
    for (const [config, read, before_, after] of OPTIONS) {
        it(`does what ${Object.keys(config).join()} says`, async () => {
            assert.deepEqual(read(made), before_);
            assert.deepEqual(read(await make(config)), after);
        });
    }
});
