import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { Spark, type SparkArgs } from "../../../stacks/workloads/spark.ts";
import { type Collected, collect, only } from "../../support/mocks.ts";
import { POOLS } from "./pools.ts";

const CONFIG: SparkArgs["config"] = {
    image: "acme/spark:4.2.0",
    application: "local:///opt/spark/jobs/report.py",
    arguments: ["10"],
    resources: { cpu: "2", memory: "4Gi" },
};

const make = (config: Partial<SparkArgs["config"]> = {}): Promise<Collected[]> =>
    collect(() => {
        const context = {
            cluster: {},
            claimProvider: new k8s.Provider("claims", {}),
            storageClass: undefined,
            throughputClass: undefined,
            pools: POOLS,
            availability: { downtimeBudget: "5 minutes" },
        } as const;
        new Spark("spark", { config: { ...CONFIG, ...config }, context, namespace: "batch" });
    });

const JOB = "kubernetes:batch/v1:Job";
const jobOf = async (config: Partial<SparkArgs["config"]> = {}) => only(await make(config), JOB).inputs["spec"];

const driverMemory = async (config: Partial<SparkArgs["config"]>): Promise<unknown> =>
    (await jobOf(config)).template.spec.containers[0].env.find(
        (variable: { name: string }) => variable.name === "SPARK_DRIVER_MEMORY",
    ).value;

describe("Spark", () => {
    it("runs the application as the image's user, on a file system that it cannot write to", async () => {
        const { template } = await jobOf();
        const [container] = template.spec.containers;
        assert.deepEqual(container.command.slice(-2), ["local:///opt/spark/jobs/report.py", "10"]);
        assert.equal(container.securityContext.runAsUser, 185);
        assert.equal(container.securityContext.readOnlyRootFilesystem, true);
        assert.equal(template.spec.securityContext.fsGroup, 185);
        const written = container.volumeMounts.map((mount: { mountPath: string }) => mount.mountPath);
        assert.deepEqual(written.toSorted(), ["/opt/spark/work-dir", "/tmp", "/var/data/spark"]);
    });

    it("has a heap by its language", async () => {
        assert.equal(await driverMemory({}), "2457m");
        assert.equal(await driverMemory({ application: "local:///opt/spark/jobs/report.jar" }), "3072m");
    });

    it("is not moved while it runs, and ends by its deadline", async () => {
        const { template, activeDeadlineSeconds } = await jobOf();
        assert.equal(template.metadata.annotations["karpenter.sh/do-not-disrupt"], "true");
        assert.equal(activeDeadlineSeconds, 21_600);
    });

    it("does not try again what no attempt mends", async () => {
        const { podFailurePolicy } = await jobOf();
        assert.deepEqual(
            podFailurePolicy.rules.find((rule: { action: string }) => rule.action === "FailJob").onExitCodes.values,
            [2, 101, 126, 127],
        );
    });

    it("runs where drivers do", async () => {
        const { nodeSelector, tolerations } = (await jobOf()).template.spec;
        assert.deepEqual(nodeSelector, { workload: "spark-driver" });
        assert.deepEqual(tolerations.at(-1), {
            key: "workload",
            operator: "Equal",
            value: "spark-driver",
            effect: "NoSchedule",
        });
    });

    it("refuses memory that Spark does not start with", async () => {
        await assert.rejects(
            make({ resources: { cpu: "1", memory: "512Mi" } }),
            /^ArgumentError: .*spark\.resources\.memory/,
        );
    });

    it("is one component", async () => {
        const resources = await make();
        assert.equal(
            only(resources, "dataplatform:workload:BatchJob").parent,
            only(resources, "dataplatform:system:spark").urn,
        );
    });
});
