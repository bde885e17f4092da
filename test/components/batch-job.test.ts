import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { BatchJob, type BatchJobArgs } from "../../components/batch-job.ts";
import { BATCH } from "../support/arguments.ts";
import { COMPUTED, type Collected, collect, ofType, only } from "../support/mocks.ts";

const JOB = "kubernetes:batch/v1:Job";

async function job(change: Partial<BatchJobArgs> = {}): Promise<Collected["inputs"]> {
    return only(await collect(() => new BatchJob("load", { ...BATCH, ...change })), JOB).inputs;
}

describe("BatchJob", () => {
    it("is named by the hash of its spec: the same spec is the same Job, another one a new Job", async () => {
        const name = async (change: Partial<BatchJobArgs> = {}): Promise<string> =>
            (await job(change))["metadata"].name;
        assert.match(await name(), /^load-[0-9a-f]{16}$/);
        assert.equal(await name(), await name());
        assert.notEqual(await name(), await name({ image: "ghcr.io/acme/app:1.4.3" }));
        assert.notEqual(await name(), await name({ retries: 1 }));
        assert.notEqual(await name({ configFiles: { "/a": "1" } }), await name({ configFiles: { "/a": "2" } }));
    });

    it("is the same Job whether it is waited for or not", async () => {
        assert.equal((await job({ awaited: true }))["metadata"].name, (await job())["metadata"].name);
    });

    it("has a name that is unknown while its image is", async () => {
        assert.equal((await job({ image: pulumi.output(pulumi.unknown as string) }))["metadata"].name, COMPUTED);
    });

    it("has no TTL, which would make a refresh forget it", async () => {
        assert.equal((await job())["spec"].ttlSecondsAfterFinished, undefined);
    });

    it("is waited for to its deadline, or not at all", async () => {
        assert.deepEqual((await job({ awaited: true }))["metadata"].annotations, {
            "pulumi.com/timeoutSeconds": String(600 + 60),
            "pulumi.com/replaceUnready": "true",
        });
        assert.deepEqual((await job())["metadata"].annotations, { "pulumi.com/skipAwait": "true" });
    });

    it("does not count evictions, and does not retry what cannot succeed", async () => {
        const { spec } = await job();
        assert.deepEqual(spec.podFailurePolicy.rules, [
            { action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] },
            { action: "FailJob", onExitCodes: { containerName: "load", operator: "In", values: [126, 127] } },
        ]);
        assert.equal(spec.template.spec.restartPolicy, "Never");
        assert.equal(spec.podReplacementPolicy, "Failed");
    });

    it("retries on every exit code if told so", async () => {
        assert.equal((await job({ permanentExitCodes: [] }))["spec"].podFailurePolicy.rules.length, 1);
    });

    it("runs once, as a queue, or indexed with retries of each index", async () => {
        const once = (await job({ retries: 2 }))["spec"];
        assert.deepEqual([once.completions, once.parallelism, once.backoffLimit], [1, 1, 2]);
        const queue = (await job({ work: { kind: "queue", completions: 10, parallelism: 3 } }))["spec"];
        assert.deepEqual([queue.completions, queue.parallelism, queue.completionMode], [10, 3, "NonIndexed"]);
        const indexed = (await job({ work: { kind: "indexed", completions: 10, parallelism: 3 } }))["spec"];
        assert.deepEqual(
            [indexed.completionMode, indexed.backoffLimitPerIndex, indexed.backoffLimit],
            ["Indexed", 3, undefined],
        );
    });

    it("stops at its deadline", async () => {
        assert.equal((await job({ deadline: "2 hours" }))["spec"].activeDeadlineSeconds, 7200);
    });

    it("serves nobody: no Service, no network policy, no budget", async () => {
        const resources = await collect(() => new BatchJob("load", BATCH));
        assert.deepEqual(
            resources.map((r) => r.type).toSorted(),
            [
                "dataplatform:workload:BatchJob",
                JOB,
                "kubernetes:core/v1:ServiceAccount",
                "kubernetes:monitoring.coreos.com/v1:PrometheusRule",
            ].toSorted(),
        );
        assert.equal(ofType(resources, "dataplatform:workload:BatchJob")[0]?.inputs["controller"], "Job");
    });

    it("changes the Job by its transform", async () => {
        const inputs = await job({ transform: { job: (args) => ({ ...args, metadata: { name: "renamed" } }) } });
        assert.equal(inputs["metadata"].name, "renamed");
    });
});
