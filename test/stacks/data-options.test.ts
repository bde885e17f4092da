import assert from "node:assert/strict";
import { parseConfig } from "../../stacks/config.ts";
import { buildStack, type StackOutputs } from "../../stacks/eks-stack.ts";
import { type Collected, collect, ofType, only } from "../support/mocks.ts";
import { schemaProblems } from "../support/schema.ts";
import { rawConfig } from "./raw-config.ts";
import { leaks } from "./rendered/leaks.ts";
import { danglingReferences } from "./rendered/references.ts";
import { NOT_OBJECTS, objectsOf, renderedStack, withGeneratedValues } from "./rendered/stack.ts";

const RDS = {
    version: "18",
    instanceClass: "db.m7g.large",
    storage: "50Gi",
    maxStorage: "200Gi",
    multiAz: true,
    backupDays: 14,
};

/** Every option about data that staging does not use. */
const CHANGES: Readonly<Record<string, object>> = {
    metadataDatabase: { kind: "rds", ...RDS },
    metabaseDatabase: RDS,
    buckets: { airflowLogDays: 21, sparkEventDays: 9 },
    imageCache: { credentials: {} },
    kafka: {
        kind: "external",
        bootstrapServers: ["b-1.example.com:9096"],
        security: { kind: "sasl", mechanism: "SCRAM-SHA-512", secret: "kafka-client" },
        groupSessionTimeout: "20 seconds",
        topic: { name: "clicks", partitions: 24 },
    },
};

/** Staging with its sections changed. */
async function changedStaging(): Promise<{ resources: readonly Collected[]; outputs: StackOutputs }> {
    const changes = Object.entries(CHANGES).map(([key, value]) => [`data-platform:${key}`, JSON.stringify(value)]);
    const raw = { ...rawConfig("staging"), ...Object.fromEntries(changes) };
    let outputs: StackOutputs = {};
    const resources = await withGeneratedValues(() =>
        collect(() => {
            outputs = buildStack(parseConfig(raw, "data-platform"));
        }),
    );
    return { resources, outputs };
}

function names(resources: readonly Collected[], type: string): string[] {
    return ofType(resources, type)
        .map(({ name }) => name)
        .toSorted();
}

const INSTANCE = "aws:rds/instance:Instance";
const KEY = "aws:kms/key:Key";
const JOB = "kubernetes:batch/v1:Job";
const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation";
const SET = "kubernetes:apps/v1:StatefulSet";

describe("options for data", () => {
    let usual: readonly Collected[] = [];
    let changed: readonly Collected[] = [];
    let outputs: StackOutputs = {};
    before(async function () {
        this.timeout("30s");
        usual = (await renderedStack("staging")).resources;
        ({ resources: changed, outputs } = await changedStaging());
    });

    describe('metadataDatabase: "rds"', () => {
        it("makes a server of RDS and its key, instead of replicas in the cluster", () => {
            assert.deepEqual(names(usual, INSTANCE), []);
            assert.ok(names(changed, INSTANCE).includes("data-platform-staging-metadata"));
            assert.ok(!names(usual, KEY).includes("data-platform-staging-databases"));
            assert.ok(names(changed, KEY).includes("data-platform-staging-databases"));
            assert.ok(names(usual, SET).includes("metadata-database"));
            assert.ok(!names(changed, SET).includes("metadata-database"));
        });

        it("changes nothing for pools and Airflow, which find it by the same name", () => {
            const content = (resources: readonly Collected[], type: string, name: string): unknown => {
                const { data, stringData } = only(resources, type, name).inputs;
                return data ?? stringData;
            };
            const ini = content(changed, "kubernetes:core/v1:ConfigMap", "pgbouncer");
            assert.deepEqual(ini, content(usual, "kubernetes:core/v1:ConfigMap", "pgbouncer"));
            assert.match(JSON.stringify(ini), /host=metadata-database\.data\.svc/);
            for (const name of ["pgbouncer-users", "airflow-database", "airflow-migration-database"]) {
                const type = "kubernetes:core/v1:Secret";
                assert.deepEqual(content(changed, type, name), content(usual, type, name));
            }
            assert.equal(outputs["metadataDatabase"], "metadata-database.data.svc.cluster.local");
        });

        it("sets it up before pools and Airflow start", () => {
            const setup = only(changed, JOB, "metadata-database-setup");
            assert.ok(only(changed, JOB, "airflow-migrate").dependencies.includes(setup.urn));
        });

        it("makes a stack that is whole, and shows no secret", () => {
            const objects = objectsOf(changed);
            const releases = changed.filter(({ type }) => type in NOT_OBJECTS);
            assert.deepEqual(leaks(changed), []);
            assert.deepEqual(danglingReferences(objects, releases, ["Secret kafka/kafka-client"]), []);
            const own = objects.filter(({ name }) => /^(metadata|metabase)-database/.test(name));
            assert.ok(own.length >= 8);
            for (const { apiVersion, kind, object } of own) {
                assert.deepEqual(schemaProblems({ ...object, apiVersion, kind }), []);
            }
        });
    });

    it('kafka: "external" makes no brokers, and leads consumers to those that there are', () => {
        assert.deepEqual(
            names(usual, SET).filter((name) => name.startsWith("kafka-")),
            ["kafka-broker", "kafka-controller"],
        );
        assert.deepEqual(
            names(changed, SET).filter((name) => name.startsWith("kafka-")),
            [],
        );
        assert.ok(names(usual, JOB).includes("kafka-topics") && !names(changed, JOB).includes("kafka-topics"));
        const { metadata } = only(changed, "kubernetes:keda.sh/v1alpha1:ScaledObject").inputs["spec"].triggers[0];
        assert.deepEqual([metadata.bootstrapServers, metadata.topic], ["b-1.example.com:9096", "clicks"]);
        assert.equal(outputs["kafka"], "b-1.example.com:9096");
    });

    it("metabaseDatabase makes a database of RDS for it, and says where", () => {
        assert.ok(names(changed, INSTANCE).includes("data-platform-staging-metabase"));
        const { env } = only(changed, JOB, "metabase-database-setup").inputs["spec"].template.spec.containers[0];
        const variables: readonly { name: string; value?: string }[] = env;
        assert.equal(variables.find(({ name }) => name === "APPLICATION_DATABASE")?.value, "metabase");
        assert.equal(outputs["metabaseDatabase"], "metabase-database.data.svc.cluster.local");
        assert.ok(!names(usual, JOB).includes("metabase-database-setup"));
    });

    it("buckets decide how long objects are kept", () => {
        const expiry = (resources: readonly Collected[], purpose: string): unknown => {
            const type = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
            const { rules } = only(resources, type, `data-platform-staging-${purpose}`).inputs;
            return rules.find(({ id }: { id: string }) => id === "expire")?.expiration.days;
        };
        assert.deepEqual([expiry(usual, "airflow-logs"), expiry(usual, "spark-events")], [14, 7]);
        assert.deepEqual([expiry(changed, "airflow-logs"), expiry(changed, "spark-events")], [21, 9]);
    });

    it("task logs go to the bucket, by roles that pods wait for", () => {
        const bucket = "s3://dp-staging-airflow-logs-444455556666-eu-central-1-an/logs";
        const { template } = only(usual, DEPLOYMENT, "airflow-api-server").inputs["spec"];
        const { env } = template.spec.containers[0];
        const folder = "AIRFLOW__LOGGING__REMOTE_BASE_LOG_FOLDER";
        assert.equal(env.find(({ name }: { name: string }) => name === folder)?.value, bucket);
        const templates = only(usual, "kubernetes:core/v1:ConfigMap", "airflow-scheduler").inputs["data"];
        assert.ok(JSON.stringify(templates).includes(bucket), "task pods write no logs to it");
        const roles: readonly (readonly [account: string, deployment: string])[] = [
            ["airflow-api-server", "airflow-api-server"],
            ["airflow-triggerer", "airflow-triggerer"],
            // Who starts task pods waits for the tasks' role.
            ["airflow-task", "airflow-scheduler"],
        ];
        for (const [account, deployment] of roles) {
            const association = only(usual, ASSOCIATION, account);
            assert.ok(only(usual, DEPLOYMENT, deployment).dependencies.includes(association.urn), account);
        }
    });

    it("every role for pods of a system is of a service account that there is", () => {
        for (const resources of [usual, changed]) {
            const accounts = new Set(
                ofType(resources, "kubernetes:core/v1:ServiceAccount").map(
                    ({ inputs }) => `${inputs["metadata"].namespace}/${inputs["metadata"].name}`,
                ),
            );
            const trusted = ofType(resources, ASSOCIATION)
                .map(({ inputs }) => `${inputs["namespace"]}/${inputs["serviceAccount"]}`)
                .filter((account) => /^(airflow|airflow-tasks|data|kafka|batch|node-agents)\//.test(account));
            assert.ok(trusted.length >= 4);
            assert.deepEqual(
                trusted.filter((account) => !accounts.has(account)),
                [],
            );
        }
    });

    it("imageCache leads every image through the account's registry, and lets nodes fill it", () => {
        const rules = "aws:ecr/pullThroughCacheRule:PullThroughCacheRule";
        assert.equal(ofType(usual, rules).length, 0);
        assert.equal(ofType(changed, rules).length, 3);
        const image = (made: readonly Collected[]): string =>
            only(made, "kubernetes:apps/v1:DaemonSet", "node-exporter").inputs["spec"].template.spec.containers[0]
                .image;
        assert.equal(image(usual), "quay.io/prometheus/node-exporter:v1.12.1");
        assert.equal(
            image(changed),
            "444455556666.dkr.ecr.eu-central-1.amazonaws.com/cache-staging/quay.io/prometheus/node-exporter:v1.12.1",
        );
        const allowed = (made: readonly Collected[]) =>
            ofType(made, "aws:iam/rolePolicy:RolePolicy").filter(({ inputs }) =>
                String(inputs["policy"]).includes("ecr:BatchImportUpstreamImage"),
            );
        assert.equal(allowed(usual).length, 0);
        assert.ok(allowed(changed).length > 0);
    });
});
