import assert from "node:assert/strict";
import { SparkHistoryServer, type SparkHistoryServerArgs } from "../../../../stacks/workloads/spark/history-server.ts";
import { type Collected, collect, type Inputs, only } from "../../../support/mocks.ts";
import { sparkContext } from "./context.ts";

const CONFIG: SparkHistoryServerArgs["config"] = {
    image: "acme/spark:4.2.0",
    replicas: 2,
    resources: { cpu: "500m", memory: "2Gi" },
};

const make = (config: Partial<SparkHistoryServerArgs["config"]> = {}, domain?: string): Promise<Collected[]> =>
    collect(() => {
        const context = sparkContext();
        const cluster = { loadBalancer: { groupName: "internal", cidrs: ["10.0.0.0/16"] } };
        const { address } = new SparkHistoryServer("spark-history", {
            config: { ...CONFIG, ...config },
            context: { ...context, cluster, ...(domain === undefined ? {} : { domain }) },
            aws: context.aws,
            namespace: "batch",
        });
        assert.equal(address, "spark-history.batch.svc.cluster.local");
    });

const deploymentOf = (resources: readonly Collected[]): Inputs =>
    only(resources, "kubernetes:apps/v1:Deployment").inputs["spec"];
const containerOf = (resources: readonly Collected[]): Inputs => deploymentOf(resources)["template"].spec.containers[0];

describe("SparkHistoryServer", () => {
    let resources: readonly Collected[] = [];
    before(async () => {
        resources = await make({}, "data.example.com");
    });

    it("reads the bucket that applications write to, and deletes nothing", () => {
        const { data } = only(resources, "kubernetes:core/v1:ConfigMap").inputs;
        const settings = data["opt.spark.conf.spark-defaults.conf"];
        assert.match(settings, /^spark\.history\.fs\.logDirectory s3a:\/\/events\/$/m);
        assert.match(settings, /^spark\.history\.fs\.cleaner\.enabled false$/m);
        assert.match(settings, /^spark\.history\.ui\.port 18080$/m);
        const mounts = containerOf(resources)["volumeMounts"].map(({ mountPath }: Inputs) => mountPath);
        assert.ok(mounts.includes("/opt/spark/conf/spark-defaults.conf"));
    });

    it("may read that bucket, and do nothing else", () => {
        const { Statement } = JSON.parse(only(resources, "aws:iam/rolePolicy:RolePolicy").inputs["policy"]);
        assert.deepEqual(
            Statement.flatMap(({ Action, Resource }: Inputs) => Action.map((one: string) => `${one} ${Resource}`)),
            ["s3:ListBucket arn:aws:s3:::events", "s3:GetObject arn:aws:s3:::events/*", "kms:Decrypt key"],
        );
        const account = only(resources, "aws:eks/podIdentityAssociation:PodIdentityAssociation").inputs;
        assert.deepEqual([account["namespace"], account["serviceAccount"]], ["batch", "spark-history"]);
    });

    it("gets a name on the load balancer where there is a domain", async () => {
        const INGRESS = "kubernetes:networking.k8s.io/v1:Ingress";
        assert.equal(only(resources, INGRESS).inputs["spec"].rules[0].host, "spark-history.data.example.com");
        assert.ok((await make()).every(({ type }) => type !== INGRESS));
    });

    it("sparkHistoryServer: each field is what it says, and the heap follows the memory", async () => {
        const heap = (some: readonly Collected[]): unknown =>
            containerOf(some)["env"].find(({ name }: Inputs) => name === "SPARK_DAEMON_MEMORY").value;
        const other = await make({
            image: "acme/spark:9.9.9",
            replicas: 3,
            resources: { cpu: "250m", memory: "4Gi" },
        });
        assert.deepEqual([deploymentOf(resources)["replicas"], deploymentOf(other)["replicas"]], [2, 3]);
        assert.equal(containerOf(other)["image"], "acme/spark:9.9.9");
        assert.deepEqual([heap(resources), heap(other)], ["1536m", "3072m"]);
    });

    it("refuses memory that it does not start with", async () => {
        await assert.rejects(
            make({ resources: { cpu: "1", memory: "512Mi" } }),
            /sparkHistoryServer\.resources\.memory/,
        );
    });
});
