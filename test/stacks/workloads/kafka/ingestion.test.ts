import assert from "node:assert/strict";
import { type Collected, ofType, only } from "../../../support/mocks.ts";
import { CONNECT, EXPORTER, LAG_EXPORTER, type Made, makeIngestion, REGISTRY, rules } from "./made.ts";

const deployments = (resources: Collected[]): string[] =>
    ofType(resources, "kubernetes:apps/v1:Deployment").map(({ name }) => name);
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
    let made: Made["made"];
    before(async () => {
        ({ resources: plain, made } = await makeIngestion());
    });

    it("is Kafka and its consumers where nothing else is asked for", () => {
        assert.deepEqual(deployments(plain), []);
        assert.deepEqual(letIn(plain, "kafka-broker"), ["kafka-broker", "kafka-topics", "kafka-consumers"]);
        assert.deepEqual(Object.keys(made ?? {}), ["brokers", "ready"]);
        assert.equal(made?.brokers.bootstrapServers, "kafka-broker.kafka.svc.cluster.local:9092");
        assert.equal(made.ready.length, 1);
        assert.ok(!rules(plain).includes("kafka-cluster"));
    });

    it("lets in who is named in kafka.clients, to the clients' port alone, and nobody else", async () => {
        const ingress = (resources: Collected[], name: string) =>
            only(resources, "kubernetes:networking.k8s.io/v1:NetworkPolicy", name).inputs["spec"].ingress;
        const { resources } = await makeIngestion({
            kafka: { clients: [{ workload: "events-gateway", namespace: "shop" }] },
        });
        assert.deepEqual(ingress(resources, "kafka-broker"), [
            ...ingress(plain, "kafka-broker"),
            {
                from: [
                    {
                        podSelector: { matchLabels: { "app.kubernetes.io/name": "events-gateway" } },
                        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "shop" } },
                    },
                ],
                ports: [{ port: 9092, protocol: "TCP" }],
            },
        ]);
        assert.deepEqual(ingress(resources, "kafka-controller"), ingress(plain, "kafka-controller"));
    });

    it("reports what servers do with kafka.exporter, and the consumers' lag with lagExporter", async () => {
        const { resources } = await makeIngestion({ kafka: { exporter: EXPORTER }, lagExporter: LAG_EXPORTER });
        assert.ok(rules(resources).includes("kafka-cluster"));
        assert.deepEqual(deployments(resources), ["kafka-lag-exporter"]);
        assert.ok(letIn(resources, "kafka-broker").includes("kafka-lag-exporter"));
        assert.ok(!rules(plain).includes("kafka-consumers-lag"));
        assert.ok(rules(resources).includes("kafka-consumers-lag"));
    });

    it("has workers with kafkaConnect, who reach the brokers", async () => {
        const { resources, made: found } = await makeIngestion({ kafkaConnect: CONNECT });
        assert.deepEqual(deployments(resources), ["kafka-connect"]);
        assert.ok(letIn(resources, "kafka-broker").includes("kafka-connect"));
        assert.equal(found?.kafkaConnect, "kafka-connect.kafka.svc.cluster.local:8083");
        assert.ok(!rules(resources).includes("kafka-connectors"), "nothing reports what connectors do");
    });

    it("has schemas with schemaRegistry: topics, and consumers that know where", async () => {
        const { resources, made: found } = await makeIngestion({ schemaRegistry: REGISTRY });
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
        const { resources } = await makeIngestion({
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
