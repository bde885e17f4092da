import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { Etl } from "../../../stacks/workloads/etl.ts";
import { type Collected, collect, only } from "../../support/mocks.ts";
import { POOLS } from "./pools.ts";

const COMMAND = ["/opt/spark/bin/spark-submit", "--master", "local[2]", "/jobs/nightly.py"];

const make = (): Promise<Collected[]> =>
    collect(() => {
        new Etl("etl", {
            config: {
                image: "acme/etl:2.3.0",
                command: COMMAND,
                schedule: { cron: "0 2 * * *", timeZone: "Europe/Berlin" },
                resources: { cpu: "2", memory: "4Gi" },
            },
            context: {
                cluster: {},
                claimProvider: new k8s.Provider("claims", {}),
                storageClass: undefined,
                throughputClass: undefined,
                pools: POOLS,
                availability: { downtimeBudget: "5 minutes" },
            },
            namespace: "batch",
        });
    });

const cronOf = async () => only(await make(), "kubernetes:batch/v1:CronJob").inputs["spec"];

describe("Etl", () => {
    it("runs at the configured time of the configured zone, never twice at once", async () => {
        const { schedule, timeZone, concurrencyPolicy } = await cronOf();
        assert.deepEqual([schedule, timeZone, concurrencyPolicy], ["0 2 * * *", "Europe/Berlin", "Forbid"]);
    });

    it("is over before the working day: an hour late and four hours long at worst", async () => {
        const { startingDeadlineSeconds, jobTemplate } = await cronOf();
        assert.equal(startingDeadlineSeconds, 3600);
        assert.equal(jobTemplate.spec.activeDeadlineSeconds, 4 * 3600);
    });

    it("runs the configured command with what Spark needs", async () => {
        const { template } = (await cronOf()).jobTemplate.spec;
        const [container] = template.spec.containers;
        assert.deepEqual(container.command, COMMAND);
        assert.equal(container.securityContext.runAsUser, 185);
        assert.ok(
            container.env.some(
                (variable: { name: string; value: string }) =>
                    variable.name === "SPARK_DRIVER_MEMORY" && variable.value === "2457m",
            ),
        );
    });

    it("runs where jobs do", async () => {
        const { template } = (await cronOf()).jobTemplate.spec;
        assert.deepEqual(template.spec.nodeSelector, { workload: "batch" });
    });

    it("is not moved while it runs", async () => {
        const { template } = (await cronOf()).jobTemplate.spec;
        assert.equal(template.metadata.annotations["karpenter.sh/do-not-disrupt"], "true");
    });

    it("is one component", async () => {
        const resources = await make();
        assert.equal(
            only(resources, "dataplatform:workload:ScheduledJob").parent,
            only(resources, "dataplatform:system:etl").urn,
        );
    });
});
