import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { parseConfig } from "../../../../stacks/config.ts";
import { type Ingestion, ingestion } from "../../../../stacks/workloads/kafka/ingestion.ts";
import { type Collected, collect, ofType, only } from "../../../support/mocks.ts";
import { rawConfig } from "../../raw-config.ts";
import { POOLS } from "../pools.ts";

const LOCAL = rawConfig("local");
const RESOURCES = { cpu: "500m", memory: "1Gi" };
const EXPORTER = { image: "quay.io/strimzi/kafka:1.2.0-kafka-4.3.1" };
const LAG_EXPORTER = { image: "redpandadata/kminion:v2.3.5", replicas: 1, resources: RESOURCES };
const CONNECT = { image: "apache/kafka:4.3.1", replicas: 2, resources: RESOURCES };
const REGISTRY = { image: "quay.io/apicurio/apicurio-registry:3.3.1", replicas: 2, resources: RESOURCES };

/** Ingestion of the local stack, which has nothing around Kafka, with sections of its configuration changed. */
async function make(
    changes: Readonly<Record<string, object>> = {},
): Promise<{ resources: Collected[]; made: Ingestion | undefined }> {
    const raw: Record<string, string> = { ...LOCAL };
    for (const [section, fields] of Object.entries(changes)) {
        const key = `data-platform:${section}`;
        raw[key] = JSON.stringify({ ...JSON.parse(raw[key] ?? "{}"), ...fields });
    }
    const config = parseConfig(raw, "data-platform");
    let made: Ingestion | undefined;
    const resources = await collect(() => {
        const context = {
            cluster: {},
            claimProvider: new k8s.Provider("claims", {}),
            storageClass: undefined,
            throughputClass: undefined,
            pools: POOLS,
            availability: { downtimeBudget: "5 minutes" },
        } as const;
        made = ingestion({ config, context, clients: [], after: () => ({}) });
    });
    return { resources, made };
}

const deployments = (resources: Collected[]): string[] =>
    ofType(resources, "kubernetes:apps/v1:Deployment").map(({ name }) => name);
const rules = (resources: Collected[]): string[] =>
    ofType(resources, "kubernetes:monitoring.coreos.com/v1:PrometheusRule").map(({ name }) => name);
const file = (resources: Collected[], map: string, key: string): string =>
    only(resources, "kubernetes:core/v1:ConfigMap", map).inputs["data"][key];

/** Names of the workloads that a policy lets in. */
function letIn(resources: Collected[], name: string): string[] {
    const { ingress } = only(resources, "kubernetes:networking.k8s.io/v1:NetworkPolicy", name).inputs["spec"];
    return ingress.flatMap(({ from: [{ podSelector }] }: { from: [{ podSelector?: { matchLabels: object } }] }) =>
        Object.values(podSelector?.matchLabels ?? {}),
    );
}

describe("ingestion", function () {
    // A whole part of a stack each, where others may be at work.
    this.timeout("20s");
    let plain: Collected[];
    let made: Ingestion | undefined;
    before(async () => {
        ({ resources: plain, made } = await make());
    });

    it("is Kafka and its consumers where nothing else is asked for", () => {
        assert.deepEqual(deployments(plain), []);
        assert.deepEqual(letIn(plain, "kafka-broker"), ["kafka-broker", "kafka-topics", "kafka-consumers"]);
        assert.deepEqual(Object.keys(made ?? {}), ["kafka"]);
        assert.ok(!rules(plain).includes("kafka-cluster"));
    });

    it("reports what servers do with kafka.exporter, and the consumers' lag with lagExporter", async () => {
        const { resources } = await make({ kafka: { exporter: EXPORTER }, lagExporter: LAG_EXPORTER });
        assert.ok(rules(resources).includes("kafka-cluster"));
        assert.deepEqual(deployments(resources), ["kafka-lag-exporter"]);
        assert.ok(letIn(resources, "kafka-broker").includes("kafka-lag-exporter"));
        assert.ok(!rules(plain).includes("kafka-consumers-lag"));
        assert.ok(rules(resources).includes("kafka-consumers-lag"));
    });

    it("has workers with kafkaConnect, who reach the brokers", async () => {
        const { resources, made: found } = await make({ kafkaConnect: CONNECT });
        assert.deepEqual(deployments(resources), ["kafka-connect"]);
        assert.ok(letIn(resources, "kafka-broker").includes("kafka-connect"));
        assert.equal(found?.kafkaConnect, "kafka-connect.kafka.svc.cluster.local:8083");
        assert.ok(!rules(resources).includes("kafka-connectors"), "nothing reports what connectors do");
    });

    it("has schemas with schemaRegistry: topics, and consumers that know where", async () => {
        const { resources, made: found } = await make({ schemaRegistry: REGISTRY });
        assert.deepEqual(deployments(resources), ["schema-registry"]);
        assert.ok(letIn(resources, "kafka-broker").includes("schema-registry"));
        assert.deepEqual(letIn(resources, "schema-registry"), ["schema-registry", "kafka-consumers"]);
        const script = file(resources, "kafka-topics", "etc.kafka-topics.ensure-topic.sh");
        for (const topic of ["journal", "snapshots", "events"]) {
            assert.match(script, new RegExp(`--topic schema-registry-${topic} --partitions 1 `));
        }
        const { env } = only(resources, "kubernetes:apps/v1:StatefulSet", "kafka-consumers").inputs["spec"].template
            .spec.containers[0];
        const url = env.find(({ name }: { name: string }) => name === "SCHEMA_REGISTRY_URL")?.value;
        assert.equal(url, found?.schemaRegistry);
        assert.match(String(url), /^http:\/\/schema-registry\.kafka\.svc/);
    });

    it("fits together with all of it", async () => {
        const { resources } = await make({
            kafka: { exporter: EXPORTER },
            lagExporter: LAG_EXPORTER,
            kafkaConnect: CONNECT,
            schemaRegistry: REGISTRY,
        });
        assert.deepEqual(letIn(resources, "schema-registry"), ["schema-registry", "kafka-consumers", "kafka-connect"]);
        assert.ok(rules(resources).includes("kafka-connectors"));
        assert.match(
            file(resources, "kafka-connect", "etc.kafka-connect.worker.properties"),
            /^config\.providers=env$/m,
        );
        const ignored = /ignoredGroups:\n\s+- \/\^schema-registry-\.\*\/$/m;
        assert.match(file(resources, "kafka-lag-exporter", "etc.kminion.config.yaml"), ignored);
    });
});
