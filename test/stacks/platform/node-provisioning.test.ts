import assert from "node:assert/strict";
import { seconds } from "../../../components/values/duration.ts";
import type { EksConfig } from "../../../stacks/config.ts";
import { KarpenterAccess } from "../../../stacks/infrastructure/karpenter.ts";
import { LONGEST_RUN } from "../../../stacks/platform/karpenter/node-pool.ts";
import { NodeProvisioning } from "../../../stacks/platform/node-provisioning.ts";
import { type Collected, collect, ofType, only } from "../../support/mocks.ts";
import { podsOf } from "../rendered/pods.ts";
import { objectsOf, type RenderedObject } from "../rendered/stack.ts";
import { everything, prodWith } from "./everything.ts";

const RELEASE = "kubernetes:helm.sh/v3:Release";
const POOL = "kubernetes:karpenter.sh/v1:NodePool";
const CLASS = "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass";

/** Pools whose nodes Karpenter starts and takes away. */
const PROVISIONED = ["batch", "spark-driver", "spark-executor"];

/** The component by itself. */
function made(config: Pick<EksConfig, "pools" | "nodeUpdates">): Promise<Collected[]> {
    return collect(() => {
        const access = new KarpenterAccess(
            "karpenter",
            {
                clusterName: "prod",
                clusterArn: "arn:aws:eks:eu-central-1:111122223333:cluster/prod",
                site: { account: "111122223333", region: "eu-central-1" },
                nodeStatements: [],
                subnetIds: ["subnet-1"],
                securityGroupId: "sg-1",
            },
            {},
        );
        new NodeProvisioning("node-provisioning", { ...config, access, monitoringLabels: {} }, {});
    });
}

describe("the provisioning of nodes", () => {
    let resources: Collected[] = [];
    let objects: readonly RenderedObject[] = [];
    before(async () => {
        resources = await everything();
        objects = objectsOf(resources);
    });
    const controller = () => only(resources, RELEASE, "node-provisioning");

    it("brings the custom resource definitions with each version: Helm changes none that come with a chart", () => {
        const definitions = only(resources, RELEASE, "node-provisioning-definitions");
        assert.equal(definitions.inputs.version, controller().inputs.version);
        assert.equal(controller().inputs.skipCrds, true);
        assert.ok(controller().dependencies.includes(definitions.urn));
    });

    it("takes its charts from a registry of images, by their whole address", () => {
        assert.equal(controller().inputs.chart, "oci://public.ecr.aws/karpenter/karpenter");
        assert.equal(controller().inputs.repositoryOpts, undefined);
    });

    it("starts with its namespace, its rights, its queue and monitors there", () => {
        const needs = [
            only(resources, "kubernetes:core/v1:Namespace", "karpenter"),
            only(resources, RELEASE, "monitoring"),
            only(resources, "aws:eks/accessEntry:AccessEntry"),
            only(resources, "aws:eks/podIdentityAssociation:PodIdentityAssociation", "data-platform-prod-karpenter"),
            ...ofType(resources, "aws:cloudwatch/eventTarget:EventTarget").filter(({ name }) =>
                name.includes("karpenter"),
            ),
            ...ofType(resources, "kubernetes:flowcontrol.apiserver.k8s.io/v1:FlowSchema"),
        ];
        assert.equal(needs.length, 4 + 4 + 2);
        for (const { urn } of needs) {
            assert.ok(controller().dependencies.includes(urn), urn);
        }
    });

    it("knows its cluster and its queue", () => {
        const { settings } = controller().inputs.values;
        assert.equal(settings.clusterName, "data-platform-prod");
        const queue = only(resources, "aws:sqs/queue:Queue");
        assert.ok(controller().propertyDependencies["values"]?.includes(queue.urn));
    });

    it("runs twice on nodes that it has no part in, and leaves a lost one in 30 seconds", () => {
        const { values } = controller().inputs;
        assert.equal(values.replicas, 2);
        assert.deepEqual(values.nodeSelector, { workload: "infra" });
        assert.deepEqual(
            values.tolerations.map((one: { tolerationSeconds: number }) => one.tolerationSeconds),
            [30, 30],
        );
    });

    it("makes a pool and a class of machines for each of its pools", () => {
        for (const type of [POOL, CLASS]) {
            assert.deepEqual(
                ofType(resources, type).map(({ inputs }) => inputs.metadata.name),
                PROVISIONED,
            );
        }
    });

    it("takes pools away before the controller that stops their machines", () => {
        for (const pool of PROVISIONED) {
            const machines = only(resources, CLASS, `${pool}-machines`);
            assert.ok(only(resources, POOL, pool).dependencies.includes(machines.urn));
            assert.ok(machines.dependencies.includes(controller().urn));
        }
    });

    it("starts machines in all private subnets, with the cluster's security group", () => {
        const { spec } = only(resources, CLASS, "batch-machines").inputs;
        assert.equal(spec.subnetSelectorTerms.length, 3);
        assert.equal(spec.securityGroupSelectorTerms.length, 1);
        const found = only(resources, CLASS, "batch-machines").propertyDependencies["spec"] ?? [];
        assert.ok(found.includes(only(resources, "aws:iam/instanceProfile:InstanceProfile").urn));
    });

    it("lets what runs on its pools come to its end: no deadline is longer than a node waits", () => {
        const jobs = podsOf(objects).filter(({ spec }) => PROVISIONED.includes(spec["nodeSelector"]?.workload));
        assert.ok(jobs.length >= 3);
        for (const { owner, spec } of jobs) {
            const job = owner.kind === "CronJob" ? owner.object["spec"].jobTemplate.spec : owner.object["spec"];
            const deadline: number = job.activeDeadlineSeconds ?? 0;
            const grace: number = spec["terminationGracePeriodSeconds"] ?? 30;
            assert.ok(deadline + grace <= seconds(LONGEST_RUN), `${owner.name}: ${deadline}`);
        }
    });

    it("moves nothing on its pools that would begin again", () => {
        const templates = objects.flatMap(({ kind, object }) =>
            kind === "Job"
                ? [object["spec"].template]
                : kind === "CronJob"
                  ? [object["spec"].jobTemplate.spec.template]
                  : kind === "Pod"
                    ? [object]
                    : [],
        );
        const moved = templates.filter(({ spec }) => PROVISIONED.includes(spec.nodeSelector?.workload));
        assert.ok(moved.length >= 3);
        for (const { metadata } of moved) {
            assert.equal(metadata.annotations["karpenter.sh/do-not-disrupt"], "true");
        }
    });

    describe("follows the configuration", () => {
        const config = prodWith({});
        const { pools, nodeUpdates } = config;

        it("in a pool's capacity, sizes, families, number and disks", async () => {
            const batch = {
                ...pools.batch,
                capacity: ["on-demand" as const],
                instanceFamilies: ["m7gd", "r7gd"],
                minCpu: 8,
                maxCpu: 8,
                minMemory: "64Gi" as const,
                max: 7,
                typical: 2,
                diskSize: 40,
                instanceStore: true,
            };
            const changed = await made({ ...config, pools: { ...pools, batch } });
            const { spec } = only(changed, POOL, "batch").inputs;
            const values = Object.fromEntries(
                spec.template.spec.requirements.map((one: { key: string; values: string[] }) => [one.key, one.values]),
            );
            assert.deepEqual(values, {
                "karpenter.sh/capacity-type": ["on-demand"],
                "kubernetes.io/os": ["linux"],
                "kubernetes.io/arch": ["arm64"],
                "karpenter.k8s.aws/instance-family": ["m7gd", "r7gd"],
                "karpenter.k8s.aws/instance-cpu": ["8"],
                "karpenter.k8s.aws/instance-memory": ["65535"],
                "karpenter.k8s.aws/instance-local-nvme": ["0"],
            });
            assert.deepEqual(spec.limits, { nodes: "7", cpu: "56", memory: "448Gi" });
            const machines = only(changed, CLASS, "batch-machines").inputs.spec;
            assert.equal(machines.blockDeviceMappings[0].ebs.volumeSize, "40Gi");
            assert.equal(machines.instanceStorePolicy, "RAID0");
        });

        it("in the window and the image", async () => {
            const changed = await made({
                ...config,
                nodeUpdates: {
                    amiRelease: "1.35.7-20260709",
                    window: { ...nodeUpdates.window, day: "friday", start: "22:30", duration: "3 hours" },
                },
            });
            const [, , closed] = only(changed, POOL, "batch").inputs.spec.disruption.budgets;
            assert.deepEqual([closed.schedule, closed.duration], ["30 1 * * 6", "165h"]);
            assert.deepEqual(only(changed, CLASS, "batch-machines").inputs.spec.amiSelectorTerms, [
                { alias: "al2023@v20260709" },
            ]);
        });
    });
});
