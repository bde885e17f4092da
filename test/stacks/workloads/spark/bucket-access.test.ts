import assert from "node:assert/strict";
import { Etl } from "../../../../stacks/workloads/etl.ts";
import { Spark } from "../../../../stacks/workloads/spark.ts";
import { type Collected, collect, type Inputs, ofType, only } from "../../../support/mocks.ts";
import { sparkContext } from "./context.ts";

const RESOURCES = { cpu: "2", memory: "4Gi" } as const;
const LAKE = { name: "lake", keyArn: "lake-key", access: "write" } as const;

type Buckets = NonNullable<ConstructorParameters<typeof Spark>[1]["config"]["buckets"]>;

const make = (buckets?: Buckets): Promise<Collected[]> =>
    collect(() => {
        const context = sparkContext();
        const own = { image: "acme/spark:4.2.0", resources: RESOURCES, ...(buckets === undefined ? {} : { buckets }) };
        const namespace = "batch";
        new Spark("spark", { config: { ...own, application: "local:///a.py", arguments: [] }, context, namespace });
        const schedule = { cron: "0 2 * * *", timeZone: "Europe/Berlin" };
        new Etl("etl", { config: { ...own, command: ["/job"], schedule }, context, namespace });
    });

const ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation";
const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";

const actions = (resources: readonly Collected[], name: string): string[] =>
    JSON.parse(only(resources, "aws:iam/rolePolicy:RolePolicy", name).inputs["policy"]).Statement.flatMap(
        ({ Action, Resource }: Inputs) => Action.map((one: string) => `${one} ${Resource}`),
    );
const settings = (resources: readonly Collected[], name: string): string =>
    only(resources, CONFIG_MAP, name).inputs["data"]["opt.spark.conf.spark-defaults.conf"];

describe("Jobs of Spark and buckets", () => {
    it("have no role and no settings for any unless they are told so", async () => {
        const resources = await make();
        assert.deepEqual(ofType(resources, ASSOCIATION), []);
        assert.deepEqual(ofType(resources, CONFIG_MAP), []);
    });

    it("buckets.eventLog: write where the history server reads, with a role of their own each", async () => {
        const resources = await make({ eventLog: true });
        const accounts = ofType(resources, ASSOCIATION).map(({ inputs }) => inputs["serviceAccount"]);
        assert.deepEqual(accounts, ["spark", "nightly-etl"]);
        for (const name of accounts) {
            assert.match(settings(resources, name), /^spark\.eventLog\.dir s3a:\/\/events\/$/m);
            assert.ok(actions(resources, name).includes("s3:PutObject arn:aws:s3:::events/*"));
            assert.ok(!actions(resources, name).some((action) => action.includes("shuffle")));
        }
    });

    it("buckets.data: reach these, without an event log if there is to be none", async () => {
        const resources = await make({ eventLog: false, data: [LAKE] });
        assert.doesNotMatch(settings(resources, "spark"), /eventLog/);
        assert.match(settings(resources, "spark"), /^spark\.hadoop\.fs\.s3a\.endpoint\.region eu-central-1$/m);
        const may = actions(resources, "nightly-etl");
        assert.ok(may.includes("s3:DeleteObject arn:aws:s3:::lake/*") && may.includes("kms:Decrypt lake-key"));
        assert.ok(!may.some((action) => action.includes("events")));
    });

    it("wait for their role", async () => {
        const resources = await make({ eventLog: true });
        const { dependencies } = only(resources, "kubernetes:batch/v1:Job", "spark");
        assert.ok(dependencies.includes(only(resources, ASSOCIATION, "spark").urn));
    });
});
