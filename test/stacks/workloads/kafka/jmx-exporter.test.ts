import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { Kafka, type KafkaArgs } from "../../../../stacks/workloads/kafka.ts";
import { type Collected, collect, ofType, only } from "../../../support/mocks.ts";
import { POOLS } from "../pools.ts";

const CONFIG: KafkaArgs["config"] = {
    kind: "in-cluster",
    image: "apache/kafka:4.3.1",
    brokers: 3,
    controllers: 3,
    brokerStorage: "500Gi",
    controllerStorage: "20Gi",
    brokerResources: { cpu: "2", memory: "8Gi" },
    controllerResources: { cpu: "500m", memory: "2Gi" },
    groupSessionTimeout: "20 seconds",
    topic: { name: "events", partitions: 48 },
};
const SET = "kubernetes:apps/v1:StatefulSet";

function make(config: KafkaArgs["config"]): Promise<Collected[]> {
    return collect(() => {
        const context = {
            cluster: {},
            claimProvider: new k8s.Provider("claims", {}),
            storageClass: undefined,
            throughputClass: undefined,
            pools: POOLS,
            availability: { downtimeBudget: "5 minutes" },
        } as const;
        new Kafka("kafka", { config, context, namespace: "kafka", clients: [{ workload: "events-to-lake" }] });
    });
}

describe("Kafka with an exporter", () => {
    const exporter = { image: "quay.io/strimzi/kafka:1.2.0-kafka-4.3.1" };
    let resources: Collected[];
    let exported: Collected[];
    before(async () => {
        resources = await make(CONFIG);
        exported = await make({ ...CONFIG, exporter });
    });
    const pod = (made: Collected[], name: string) => only(made, SET, name).inputs["spec"].template.spec;

    it("puts the agent into servers, and into no tool beside them", () => {
        for (const name of ["kafka-broker", "kafka-controller"]) {
            const { initContainers, containers } = pod(exported, name);
            const [copy] = initContainers;
            const [{ env, volumeMounts }] = containers;
            assert.equal(copy.image, exporter.image);
            assert.equal(copy.securityContext.runAsUser, 1000);
            const { value } = env.find((one: { name: string }) => one.name === "SERVER_JAVA_OPTIONS");
            assert.equal(value, "-javaagent:/opt/jmx-exporter/agent.jar=9404:/etc/jmx-exporter/rules.yaml");
            assert.ok(!env.some((one: { name: string }) => one.name === "KAFKA_OPTS"));
            const paths = new Set(volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath));
            for (const path of ["/opt/jmx-exporter", "/etc/jmx-exporter/rules.yaml", "/tmp"]) {
                assert.ok(paths.has(path), path);
            }
            assert.ok(copy.command[2].includes("/opt/jmx-exporter/agent.jar"));
        }
    });

    it("lets Prometheus alone read the metrics", () => {
        for (const name of ["kafka-broker", "kafka-controller"]) {
            const monitor = only(exported, "kubernetes:monitoring.coreos.com/v1:PodMonitor", name);
            assert.equal(monitor.inputs["spec"].podMetricsEndpoints[0].port, "metrics");
            const policy = only(exported, "kubernetes:networking.k8s.io/v1:NetworkPolicy", name);
            const open = policy.inputs["spec"].ingress.filter(({ ports = [] }: { ports?: { port: number }[] }) =>
                ports.some(({ port }) => port === 9404),
            );
            assert.equal(open.length, 1);
            assert.deepEqual(open[0].from, [
                { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } } },
            ]);
        }
    });

    it("alerts on what the cluster does", () => {
        const rule = only(exported, "kubernetes:monitoring.coreos.com/v1:PrometheusRule", "kafka-cluster");
        const alerts = rule.inputs["spec"].groups[0].rules;
        const replicated = alerts.find(({ alert }: { alert: string }) => alert === "KafkaPartitionsUnderReplicated");
        assert.equal(replicated.for, "12m", "as long as a broker may take to stop and start");
    });

    it("has neither without one", () => {
        assert.equal(ofType(resources, "kubernetes:monitoring.coreos.com/v1:PodMonitor").length, 0);
        assert.equal(pod(resources, "kafka-broker").initContainers, undefined);
        const rules = ofType(resources, "kubernetes:monitoring.coreos.com/v1:PrometheusRule");
        assert.ok(!rules.some(({ name }) => name === "kafka-cluster"));
    });
});
