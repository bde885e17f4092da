import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { everything } from "../stacks/platform/everything.ts";
import { podsOf } from "../stacks/rendered/pods.ts";
import { sparkTemplates } from "../stacks/rendered/spark-pods.ts";
import { objectsOf, type RenderedObject, type RenderedStack, renderedStack } from "../stacks/rendered/stack.ts";
import type { Inputs } from "../support/mocks.ts";
import { differences } from "./spark/differences.ts";
import { barePodProcess } from "./support/bare-pod.ts";
import { printMeasured, secondsSince } from "./support/measured.ts";
import { type PodProcess, podProcess } from "./support/pod-process.ts";
import { describeWith, mavenProgram, pythonProgram } from "./support/programs.ts";
import { until } from "./support/waiting.ts";
import { endPods, workspace } from "./support/workspace.ts";

const START_MS = 300_000;
const DRIVER = "127.4.0.10";
const HISTORY = "127.4.0.20";
const JOB = "127.4.0.30";
const FILES = join(import.meta.dirname, "spark");
const PINS = join(import.meta.dirname, "programs/spark");

function found(stack: RenderedStack, kind: string, name: string): RenderedObject {
    const object = stack.objects.find((one) => one.kind === kind && one.name === name);
    assert.ok(object, `${kind} ${name}`);
    return object;
}

/** What a properties file says, as `spark-defaults.conf` is written. */
function settingsOf(text: string): Readonly<Record<string, string>> {
    const lines = text.split("\n").filter((line) => line !== "");
    return Object.fromEntries(lines.map((line) => line.split(" ", 2)));
}

/** As the operator submits it, with the driver in its own pod instead of one that it makes: no cluster to ask for executors. */
function submit({ spec }: Inputs): (path: (inPod: string) => string) => readonly string[] {
    const { sparkConf, driver } = spec;
    const own = { "spark.driver.host": DRIVER, "spark.driver.bindAddress": DRIVER };
    return (path) => {
        const settings = Object.entries<string>({ ...sparkConf, ...own });
        const conf = settings.flatMap(([key, value]) => ["--conf", `${key}=${path(value)}`]);
        return [
            "spark-submit",
            "--master",
            "local[2]",
            "--driver-memory",
            driver.memory,
            ...conf,
            join(FILES, "report.py"),
        ];
    };
}

const programs = { spark: await pythonProgram("spark"), s3: await mavenProgram("spark") };

describeWith("Spark", programs, ({ spark, s3 }) => {
    let stack: RenderedStack;
    let settings: Readonly<Record<string, string>>;
    let driver: PodProcess;
    let history: PodProcess;
    let buckets: Readonly<Record<string, string>>;

    before(async function () {
        this.timeout(START_MS);
        const resources = await everything();
        stack = { resources, objects: objectsOf(resources) };
        const folder = await workspace();
        const names = /s3a:\/\/([^/\s"]+)\//g;
        const texts = JSON.stringify(stack.objects.filter(({ namespace }) => namespace === "batch"));
        const all = new Set([...texts.matchAll(names)].map(([, name = ""]) => name));
        buckets = Object.fromEntries([...all].map((name) => [name, join(folder, name)]));
        await Promise.all(Object.values(buckets).map((path) => mkdir(path)));

        const application = found(stack, "SparkApplication", "daily-report").object;
        settings = application["spec"].sparkConf;
        const [template] = sparkTemplates(application);
        assert.ok(template);
        const own = differences({ installation: spark, s3, address: DRIVER, buckets, command: submit(application) });
        driver = await barePodProcess(
            { name: "daily-report-driver", namespace: "batch", address: DRIVER, spec: template["spec"] },
            own,
        );
        history = await podProcess({
            stack,
            kind: "Deployment",
            namespace: "batch",
            name: "spark-history",
            address: HISTORY,
            ...differences({ installation: spark, s3, address: HISTORY, buckets }),
        });
    });

    beforeEach(function () {
        // What is awaited has times of its own.
        this.currentTest?.timeout(0);
    });

    after(endPods);

    it("is of the versions that the images name, of Spark and of the library for S3", async () => {
        const pins = await readFile(join(PINS, "requirements.txt"), "utf8");
        const pom = await readFile(join(PINS, "pom.xml"), "utf8");
        const [, version] = /^pyspark==(.+)$/m.exec(pins) ?? [];
        const [, library] = /<artifactId>hadoop-aws<\/artifactId>\s*<version>(.+?)</.exec(pom) ?? [];
        const images = podsOf(stack.objects)
            .flatMap(({ spec }) => spec["containers"].map(({ image }: Inputs): string => image))
            .filter((image: string) => image.includes("/spark:"));
        const tags = new Set(images.map((image: string) => image.split(":").at(-1)));
        assert.deepEqual(tags, new Set([version, `${version}-hadoop-aws-${library}`]));
    });

    it("knows every setting of applications and of the history server, and can read its value", async () => {
        const celeborn = found(stack, "SparkApplication", "large-report").object["spec"].sparkConf;
        const file = found(stack, "ConfigMap", "spark-history-files").object["data"][
            "opt.spark.conf.spark-defaults.conf"
        ];
        // Celeborn's own are its client's, a plugin.
        const own = Object.entries(celeborn).filter(([key]) => !/^spark\.(celeborn|shuffle\.manager)/.test(key));
        const all = { ...Object.fromEntries(own), ...settings, ...settingsOf(file) };
        const path = join(driver.folder, "settings.json");
        await writeFile(path, JSON.stringify(all));
        const { stdout, stderr } = await driver.exec(["python3", "-m", "known_settings", "settings.json"], START_MS);
        assert.equal(stdout, "", stderr);
        await writeFile(path, JSON.stringify({ "spark.eventLog.enable": "true", "spark.eventLog.enabled": "maybe" }));
        const wrong = await driver.exec(["python3", "-m", "known_settings", "settings.json"], START_MS);
        assert.match(
            wrong.stdout,
            /^spark.eventLog.enable: unknown\nspark.eventLog.enabled: maybe: .+\n$/,
            wrong.stderr,
        );
    });

    it("runs an application with its settings, none of them deprecated", async () => {
        const begin = performance.now();
        await driver.start();
        const [, told = "{}"] = await until(
            "the application to have worked",
            () => /^settings: (.+)$/m.exec(driver.log) ?? (driver.running ? undefined : assert.fail(driver.output)),
            START_MS,
            () => driver.output,
        );
        printMeasured("Spark: a driver's start and a shuffle", secondsSince(begin));
        const actual = JSON.parse(told) as Readonly<Record<string, string>>;
        const different = Object.entries(settings).filter(([key, value]) => actual[key] !== driver.path(value));
        assert.deepEqual(different, []);
        assert.doesNotMatch(driver.log, /deprecated/i);
    });

    it("shows its metrics where they are scraped", async () => {
        const monitor = found(stack, "PodMonitor", "daily-report-driver").object;
        const endpoints: readonly Inputs[] = monitor["spec"].podMetricsEndpoints;
        assert.equal(endpoints.length, 2);
        for (const { path } of endpoints) {
            const response = await fetch(`http://${DRIVER}:${settings["spark.ui.port"]}${path}`);
            assert.equal(response.status, 200, path);
            assert.match(await response.text(), /^(metrics_spark_driver|metrics_executor)_\w+\{?/m, path);
        }
    });

    it("leaves an event log, of which the history server makes its pages", async () => {
        await writeFile(join(driver.folder, "go-on"), "");
        assert.equal(await driver.ended(START_MS), 0, driver.output);
        const events = driver.path(settings["spark.eventLog.dir"] ?? "").replace("file://", "");
        assert.equal((await readdir(events)).length, 1);

        const begin = performance.now();
        await history.start();
        await history.untilReady(START_MS);
        printMeasured("Spark: the history server's start", secondsSince(begin), 180);
        const applications = await until(
            "the application on the history server",
            async () => {
                const answer = await fetch(`http://${HISTORY}:18080/api/v1/applications`);
                const shown = (await answer.json()) as readonly { readonly name: string }[];
                return shown.length > 0 && shown;
            },
            START_MS,
            () => history.output,
        );
        assert.deepEqual(
            applications.map(({ name }) => name),
            ["report.py"],
        );
        assert.doesNotMatch(history.log, /deprecated/i);
    });

    it("runs the job of a stack with its own command", async () => {
        const job = await podProcess({
            stack: await renderedStack("local"),
            kind: "Job",
            namespace: "batch",
            name: "spark",
            address: JOB,
            ...differences({ installation: spark, s3, address: JOB, buckets: {} }),
        });
        const begin = performance.now();
        await job.start();
        assert.equal(await job.ended(START_MS), 0, job.output);
        printMeasured("Spark: a job from start to end", secondsSince(begin));
        assert.match(job.log, /Pi is roughly 3\.1/);
    });
});
