import assert from "node:assert/strict";
import { SparkApplication, type SparkApplicationArgs } from "../../../../stacks/workloads/spark/application.ts";
import { type Collected, collect, type Inputs, ofType, only } from "../../../support/mocks.ts";
import { assertParses } from "../../../support/promql.ts";
import { assertValid } from "../../../support/schema.ts";
import { sparkTemplates } from "../../rendered/spark-pods.ts";
import { sparkContext } from "./context.ts";

const CONFIG: SparkApplicationArgs["config"] = {
    image: "acme/reports:2.3.0",
    sparkVersion: "4.2.0",
    application: "local:///opt/spark/jobs/report.py",
    arguments: ["--fast"],
    driverResources: { cpu: "1", memory: "4Gi" },
    executorResources: { cpu: "7400m", memory: "57Gi" },
    executors: { min: 1, max: 20 },
    deadline: "2 hours",
    retries: 2,
};

const NODES: SparkApplicationArgs["nodes"] = {
    drivers: [{ millicores: 3500, mebibytes: 14_000 }],
    executors: [{ millicores: 7410, mebibytes: 58_600 }],
    scratchGiBPerCpu: 30,
};

type Changes = Partial<SparkApplicationArgs["config"]>;

const make = (config: Changes = {}, more: Partial<SparkApplicationArgs> = {}, name = "report"): Promise<Collected[]> =>
    collect(() => {
        new SparkApplication(name, {
            config: { ...CONFIG, ...config },
            context: sparkContext(),
            namespace: "batch",
            nodes: NODES,
            shuffle: { kind: "tracking" },
            ...more,
        });
    });

const APPLICATION = "kubernetes:sparkoperator.k8s.io/v1beta2:SparkApplication";
const specOf = async (...args: Parameters<typeof make>): Promise<Inputs> =>
    only(await make(...args), APPLICATION).inputs["spec"];

const statements = (resources: readonly Collected[], role: string): readonly Inputs[] =>
    JSON.parse(only(resources, "aws:iam/rolePolicy:RolePolicy", role).inputs["policy"]).Statement;
const actionsOn = (resources: readonly Collected[], role: string, arn: string): string[] =>
    statements(resources, role)
        .filter(({ Resource }) => Resource.includes(arn))
        .flatMap(({ Action }): string[] => Action)
        .toSorted();

describe("SparkApplication", () => {
    let resources: readonly Collected[] = [];
    let application: Inputs = {};
    let spec: Inputs = {};
    before(async () => {
        resources = await make();
        application = only(resources, APPLICATION).inputs;
        spec = application["spec"];
    });

    it("is what the operator's definition takes, and its pods what the API server takes", () => {
        assertValid({ apiVersion: application["apiVersion"], kind: application["kind"], ...application });
        for (const { metadata, spec: pod } of sparkTemplates(application)) {
            const made = { apiVersion: "v1", kind: "Pod", metadata, spec: pod };
            assertValid(made);
        }
    });

    it("has its driver on demand, unmoved, and its executors on their own pool", () => {
        const { driver, executor } = spec;
        assert.deepEqual(driver.template.spec.nodeSelector, { workload: "spark-driver" });
        assert.equal(driver.template.metadata.annotations["karpenter.sh/do-not-disrupt"], "true");
        assert.deepEqual(executor.template.spec.nodeSelector, { workload: "spark-executor" });
        assert.equal(executor.template.metadata.annotations, undefined);
        assert.deepEqual(
            [driver, executor].map(({ template }) => template.spec.priorityClassName),
            ["data-platform-batch", "data-platform-batch"],
        );
    });

    it("gives heap and overhead, which together are the pod's memory", () => {
        const memory = ({ memory: heap, memoryOverhead }: Inputs): number =>
            Number.parseInt(heap, 10) + Number.parseInt(memoryOverhead, 10);
        assert.deepEqual([memory(spec["driver"]), memory(spec["executor"])], [4096, 57 * 1024]);
        assert.deepEqual([spec["executor"].cores, spec["executor"].coreRequest], [8, "7400m"]);
    });

    it("leaves less beside the heap without Python", async () => {
        const jvm = await specOf({
            application: "local:///opt/spark/jobs/report.jar",
            mainClass: "com.example.Report",
        });
        assert.equal(jvm["mainClass"], "com.example.Report");
        assert.equal(jvm["type"], "Scala");
        assert.ok(Number.parseInt(jvm["executor"].memory, 10) > Number.parseInt(spec["executor"].memory, 10));
    });

    it("shuffles to the node's own disks, at the place that Spark knows by the volume's name", () => {
        const { volumes, containers } = spec["executor"].template.spec;
        const local = volumes.find(({ name }: Inputs) => name === "spark-local-dir-1");
        assert.equal(local.emptyDir.sizeLimit, "222Gi");
        const mount = containers[0].volumeMounts.find(({ name }: Inputs) => name === "spark-local-dir-1");
        assert.equal(mount.mountPath, "/var/data/spark");
        assert.equal(containers[0].resources.limits["ephemeral-storage"], `${(222 + 2 + 1) * 1024}Mi`);
    });

    it("follows the work, and keeps executors for what they hold only so long", () => {
        assert.deepEqual(spec["dynamicAllocation"], {
            enabled: true,
            initialExecutors: 1,
            minExecutors: 1,
            maxExecutors: 20,
            shuffleTrackingEnabled: true,
            shuffleTrackingTimeout: 1_800_000,
        });
    });

    it("takes blocks along when a node goes, to others or to the bucket, within the notice of a spot node", () => {
        const { sparkConf: conf, executor } = spec;
        assert.equal(conf["spark.decommission.enabled"], "true");
        assert.equal(conf["spark.storage.decommission.shuffleBlocks.enabled"], "true");
        assert.equal(conf["spark.storage.decommission.fallbackStorage.path"], "s3a://shuffle/");
        assert.equal(executor.template.spec.terminationGracePeriodSeconds, 120);
    });

    it("writes its event log to the bucket that the history server reads", () => {
        assert.equal(spec["sparkConf"]["spark.eventLog.dir"], "s3a://events/");
    });

    it("is tried again so often, and each attempt ends at its deadline", async () => {
        assert.equal(spec["restartPolicy"].onFailureRetries, 2);
        assert.equal(spec["driver"].template.spec.activeDeadlineSeconds, 7200);
        assert.deepEqual((await specOf({ retries: 0 }))["restartPolicy"], { type: "Never" });
        assert.equal((await specOf({ deadline: "1 hour" }))["driver"].template.spec.activeDeadlineSeconds, 3600);
    });

    it("has two accounts, of which the driver's alone may start pods", () => {
        const accounts = ofType([...resources], "kubernetes:core/v1:ServiceAccount").map(({ name }) => name);
        assert.deepEqual(accounts, ["report-driver", "report-executor"]);
        const { subjects } = only(resources, "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding").inputs;
        assert.deepEqual(subjects, [{ kind: "ServiceAccount", name: "report-driver", namespace: "batch" }]);
        const tokens = ["driver", "executor"].map((role) => spec[role].template.spec.automountServiceAccountToken);
        assert.deepEqual(tokens, [true, false]);
    });

    it("may reach its own buckets, each role as far as it has to, and no others", () => {
        assert.deepEqual(actionsOn(resources, "report-executor", "arn:aws:s3:::events"), []);
        assert.deepEqual(actionsOn(resources, "report-executor", "arn:aws:s3:::shuffle/*"), [
            "s3:AbortMultipartUpload",
            "s3:GetObject",
            "s3:ListMultipartUploadParts",
            "s3:PutObject",
        ]);
        assert.ok(actionsOn(resources, "report-driver", "arn:aws:s3:::events/*").includes("s3:DeleteObject"));
        const all = ["report-driver", "report-executor"].flatMap((role) => statements(resources, role));
        const named = new Set(all.flatMap(({ Resource }): string[] => Resource));
        assert.deepEqual(
            [...named].toSorted(),
            ["events", "events/*", "shuffle", "shuffle/*"].map((path) => `arn:aws:s3:::${path}`).concat("key"),
        );
    });

    it("dataBuckets: both roles may read, or write, one more", async () => {
        const data = await make({
            dataBuckets: [
                { name: "lake", keyArn: "lake-key", access: "read" },
                { name: "marts", keyArn: "marts-key", access: "write" },
            ],
        });
        for (const role of ["report-driver", "report-executor"]) {
            assert.deepEqual(actionsOn(data, role, "arn:aws:s3:::lake/*"), ["s3:GetObject"]);
            assert.ok(actionsOn(data, role, "arn:aws:s3:::marts/*").includes("s3:DeleteObject"));
        }
    });

    it("shows its metrics on the driver's page, its own and the executors'", () => {
        const { podMetricsEndpoints } = only(resources, "kubernetes:monitoring.coreos.com/v1:PodMonitor").inputs[
            "spec"
        ];
        assert.deepEqual(
            podMetricsEndpoints.map(({ port, path }: Inputs) => [port, path]),
            [
                ["spark-ui", "/metrics/prometheus"],
                ["spark-ui", "/metrics/executors/prometheus"],
            ],
        );
    });

    it("alerts on expressions that are PromQL, on a failure only when no other attempt follows", async () => {
        const rulesOf = (some: readonly Collected[]): readonly Inputs[] =>
            only(some, "kubernetes:monitoring.coreos.com/v1:PrometheusRule").inputs["spec"].groups[0].rules;
        for (const { expr } of rulesOf(resources)) {
            assertParses(expr);
        }
        const failed = (some: readonly Collected[]) =>
            rulesOf(some).find(({ alert }) => alert === "SparkApplicationFailed");
        assert.match(failed(resources)?.["expr"], /pod="report-driver",phase="Failed"/);
        const pending = rulesOf(resources).find(({ alert }) => alert === "SparkExecutorsPending")?.["expr"];
        const pattern = /pod=~"([^"]+)"/.exec(pending)?.[1] ?? "";
        const ours = ["report-1a2b3c-exec-1", "report-b-1a2b3c-exec-1", "report-driver"].map((pod) =>
            new RegExp(`^${pattern}$`).test(pod),
        );
        assert.deepEqual(ours, [true, false, false]);
        assert.deepEqual([failed(resources)?.["for"], failed(await make({ retries: 0 }))?.["for"]], ["2m", "1m"]);
    });

    it("shuffles by Celeborn if told so, and never beside it", async () => {
        const celeborn = await specOf({}, { shuffle: { kind: "celeborn", endpoints: "a:9097,b:9097" } });
        const { sparkConf: conf } = celeborn;
        assert.equal(celeborn["dynamicAllocation"].shuffleTrackingEnabled, false);
        assert.equal(conf["spark.celeborn.master.endpoints"], "a:9097,b:9097");
        assert.equal(conf["spark.celeborn.client.spark.shuffle.fallback.policy"], "NEVER");
        assert.equal(conf["spark.storage.decommission.shuffleBlocks.enabled"], "false");
        assert.ok(!("spark.storage.decommission.fallbackStorage.path" in conf));
        assert.ok(!("spark.shuffle.manager" in spec["sparkConf"]));
    });

    it("runs what it is told, in the image that it is told", async () => {
        const other = await specOf({ image: "acme/reports:9.9.9", sparkVersion: "4.3.0", arguments: ["--slow", "2"] });
        assert.deepEqual(
            [spec, other].map(({ image, sparkVersion, arguments: given }) => [image, sparkVersion, given]),
            [
                ["acme/reports:2.3.0", "4.2.0", ["--fast"]],
                ["acme/reports:9.9.9", "4.3.0", ["--slow", "2"]],
            ],
        );
        assert.equal(other["driver"].template.spec.containers[0].image, "acme/reports:9.9.9");
    });

    it("fills a node by default", async () => {
        const { executor } = await specOf({ executorResources: undefined });
        assert.equal(executor.coreRequest, "7400m");
    });

    for (const [what, config, problem] of [
        ["more at least than at most", { executors: { min: 5, max: 4 } }, /executors\.min: got 5; .*maximum of 4/],
        [
            "an executor that no node takes",
            { executorResources: { cpu: "8", memory: "8Gi" } },
            /executorResources: .*7410m/,
        ],
        ["one that is too large", { executorResources: { cpu: "1", memory: "64Gi" } }, /executorResources: .*58600Mi/],
        [
            "a driver that no node takes",
            { driverResources: { cpu: "4", memory: "4Gi" } },
            /driverResources: .*spark-driver/,
        ],
        [
            "a heap that is too small",
            { driverResources: { cpu: "1", memory: "512Mi" } },
            /driverResources\.memory: .*480 MiB/,
        ],
        ["an executor without heap", { executorResources: { cpu: "1", memory: "512Mi" } }, /executorResources\.memory/],
        ["a deadline that a node does not wait for", { deadline: "7 hours" }, /deadline: .*6 hours/],
    ] as const) {
        it(`refuses ${what}`, () => assert.rejects(make(config), problem));
    }

    it("refuses a name that no Service can have", () =>
        assert.rejects(make({}, {}, "4-reports"), /name: got "4-reports"/));
});
