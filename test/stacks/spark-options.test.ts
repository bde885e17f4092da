import assert from "node:assert/strict";
import { type Collected, type Inputs, ofType, only } from "../support/mocks.ts";
import { everything } from "./platform/everything.ts";
import { renderedStack } from "./rendered/stack.ts";

const CRON_JOB = "kubernetes:batch/v1:CronJob";
const APPLICATION = "kubernetes:sparkoperator.k8s.io/v1beta2:SparkApplication";
const SYSTEM = /^dataplatform:system:(Spark[A-Z]\w*|Celeborn)$/;

const systems = (resources: readonly Collected[]): string[] =>
    resources
        .filter(({ type }) => SYSTEM.test(type))
        .map(({ name }) => name)
        .toSorted();

describe("Spark in whole stacks", () => {
    let all: readonly Collected[] = [];
    before(async function () {
        // A whole program, where others may be at work.
        this.timeout(20_000);
        all = await everything();
    });

    it("is a history server and an application of its own pods in prod, and its jobs alone elsewhere", async () => {
        assert.deepEqual(systems((await renderedStack("prod")).resources), ["daily-report", "spark-history"]);
        assert.deepEqual(systems((await renderedStack("staging")).resources), []);
        assert.deepEqual(systems((await renderedStack("local")).resources), []);
    }).timeout(20_000);

    it("has event logs in prod for its history server to show, of every job and application", async () => {
        const { objects } = await renderedStack("prod");
        const settings = (kind: string, name: string): string =>
            JSON.stringify(objects.find((one) => one.kind === kind && one.name === name)?.object ?? {});
        const bucket = /s3a:\/\/[^"/\\]+\//.exec(settings("ConfigMap", "spark-history-files"))?.[0];
        assert.ok(bucket);
        for (const [kind, name] of [
            ["ConfigMap", "spark-files"],
            ["ConfigMap", "nightly-etl-files"],
            ["SparkApplication", "daily-report"],
        ] as const) {
            assert.match(settings(kind, name), /spark\.eventLog\.enabled/, name);
            assert.ok(settings(kind, name).includes(bucket), name);
        }
    }).timeout(20_000);

    it("is all that it can be where it is asked for", () => {
        assert.deepEqual(systems(all), ["celeborn", "daily-report", "large-report", "spark-backfill", "spark-history"]);
        assert.equal(only(all, CRON_JOB, "spark-backfill").inputs["spec"].schedule, "0 6 * * 6");
    });

    it("has its images from the cache, as production allows no others", () => {
        const images = ofType(all, APPLICATION).flatMap(({ inputs }) =>
            ["driver", "executor"].flatMap((role): string[] =>
                inputs["spec"][role].template.spec.containers.map(({ image }: Inputs) => image),
            ),
        );
        assert.equal(images.length, 4);
        assert.deepEqual(
            images.filter((image) => !image.startsWith("111122223333.dkr.ecr.eu-central-1.amazonaws.com/cache-prod/")),
            [],
        );
    });
});
