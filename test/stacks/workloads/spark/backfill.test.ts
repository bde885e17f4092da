import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { SparkBackfill, type SparkBackfillArgs } from "../../../../stacks/workloads/spark/backfill.ts";
import { backfillScript } from "../../../../stacks/workloads/spark/backfill-script.ts";
import { type Collected, collect, type Inputs, only } from "../../../support/mocks.ts";
import { sparkContext } from "./context.ts";

const CONFIG: SparkBackfillArgs["config"] = {
    image: "acme/etl:2.3.0",
    application: "local:///opt/spark/jobs/fill.py",
    arguments: ["--table", "it's here"],
    schedule: { cron: "0 6 * * *", timeZone: "Europe/Berlin" },
    range: { endsDaysAgo: 1, days: 7 },
    partitionsAtOnce: 2,
    resources: { cpu: "2", memory: "8Gi" },
    deadline: "3 hours",
};

const make = (config: Partial<SparkBackfillArgs["config"]> = {}): Promise<Collected[]> =>
    collect(() => {
        const context = sparkContext();
        new SparkBackfill("spark-backfill", { config: { ...CONFIG, ...config }, context, namespace: "batch" });
    });

const cronOf = async (...args: Parameters<typeof make>): Promise<Inputs> =>
    only(await make(...args), "kubernetes:batch/v1:CronJob").inputs["spec"];

/** 2026-03-10, 05:00 UTC, in minutes. */
const DUE = Date.UTC(2026, 2, 10, 5) / 60_000;

/** Runs the script with the program replaced by one that shows what it is called with. */
function called(config: Partial<SparkBackfillArgs["config"]>, env: Readonly<Record<string, string>>): string[] {
    const script = backfillScript({ ...CONFIG, ...config }).replace("exec '/usr/bin/tini'", "printf '%s\\n'");
    const out = execFileSync("bash", ["-c", script], {
        env: { PATH: process.env["PATH"] ?? "", ...env },
        stdio: "pipe",
    });
    return out.toString().trimEnd().split("\n");
}

const after = (words: readonly string[], option: string): string | undefined => words[words.indexOf(option) + 1];

describe("SparkBackfill", () => {
    it("never runs twice at once, starts late rather than not at all, and ends by its deadline", async () => {
        const { concurrencyPolicy, startingDeadlineSeconds, jobTemplate, schedule, timeZone } = await cronOf();
        assert.deepEqual([schedule, timeZone], ["0 6 * * *", "Europe/Berlin"]);
        assert.deepEqual([concurrencyPolicy, startingDeadlineSeconds], ["Forbid", 21_600]);
        assert.equal(jobTemplate.spec.activeDeadlineSeconds, 10_800);
        assert.equal((await cronOf({ deadline: "1 hour" })).jobTemplate.spec.activeDeadlineSeconds, 3600);
    });

    it("replaces the partitions that it writes, and no others", async () => {
        const { data } = only(await make(), "kubernetes:core/v1:ConfigMap").inputs;
        assert.match(data["opt.spark.conf.spark-defaults.conf"], /partitionOverwriteMode dynamic/);
    });

    it("runs where jobs do, on as many cores as it has, and is not moved", async () => {
        const { template } = (await cronOf()).jobTemplate.spec;
        assert.deepEqual(template.spec.nodeSelector, { workload: "batch" });
        assert.equal(template.metadata.annotations["karpenter.sh/do-not-disrupt"], "true");
        assert.ok(called({}, { JOB_NAME: `spark-backfill-${DUE}` }).includes("local[2]"));
    });

    it("fills the days before the one on which it was due, both ends included", () => {
        const words = called({}, { JOB_NAME: `spark-backfill-${DUE}` });
        assert.deepEqual([after(words, "--from"), after(words, "--to")], ["2026-03-03", "2026-03-09"]);
        assert.equal(after(words, "--partitions-at-once"), "2");
        assert.deepEqual(words.slice(-2), ["--table", "it's here"]);
    });

    it("range: so many days, to so many days ago", () => {
        const words = called({ range: { endsDaysAgo: 0, days: 1 } }, { JOB_NAME: `spark-backfill-${DUE}` });
        assert.deepEqual([after(words, "--from"), after(words, "--to")], ["2026-03-10", "2026-03-10"]);
    });

    it("fills the same days however late it is tried again", () => {
        const name = { JOB_NAME: `spark-backfill-${DUE}` };
        assert.deepEqual(called({}, name), called({}, name));
    });

    it("wants to be told for when a Job by hand stands, and does not guess", () => {
        assert.throws(() => called({}, { JOB_NAME: "by-hand" }), /BACKFILL_DUE/);
        const words = called({}, { JOB_NAME: "by-hand", BACKFILL_DUE: String(DUE * 60) });
        assert.equal(after(words, "--to"), "2026-03-09");
    });

    it("refuses memory that Spark does not start with", async () => {
        await assert.rejects(make({ resources: { cpu: "1", memory: "512Mi" } }), /backfill\.resources\.memory/);
    });
});
