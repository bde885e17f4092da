import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { REGISTRY_TOPICS, SchemaRegistry, type SchemaRegistryArgs } from "../../../stacks/workloads/schema-registry.ts";
import { type Collected, collect, only } from "../../support/mocks.ts";
import { BROKERS } from "./kafka/brokers.ts";
import { POOLS } from "./pools.ts";

const CONFIG: SchemaRegistryArgs["config"] = {
    image: "quay.io/apicurio/apicurio-registry:3.3.1",
    replicas: 2,
    resources: { cpu: "500m", memory: "1536Mi" },
};

async function make(config = CONFIG): Promise<{ resources: Collected[]; url: string }> {
    let url = "";
    const resources = await collect(() => {
        const context = {
            cluster: {},
            claimProvider: new k8s.Provider("claims", {}),
            storageClass: undefined,
            throughputClass: undefined,
            pools: POOLS,
            availability: { downtimeBudget: "5 minutes" },
        } as const;
        ({ url } = new SchemaRegistry("schema-registry", {
            config,
            context,
            namespace: "kafka",
            brokers: BROKERS,
            topicsDeclared: true,
            readers: [{ workload: "kafka-consumers" }],
        }));
    });
    return { resources, url };
}

const pod = (resources: Collected[]) => only(resources, "kubernetes:apps/v1:Deployment").inputs["spec"].template.spec;
const variables = (resources: Collected[]): Record<string, string> =>
    Object.fromEntries(
        pod(resources).containers[0].env.map(({ name, value }: Record<string, string>) => [name, value]),
    );

describe("SchemaRegistry", () => {
    let resources: Collected[];
    let url: string;
    before(async () => {
        ({ resources, url } = await make());
    });

    it("keeps schemas in topics that the program declares, for ever and in one order", () => {
        const env = variables(resources);
        assert.equal(env["APICURIO_STORAGE_KIND"], "kafkasql");
        assert.equal(env["APICURIO_KAFKASQL_TOPIC_AUTO_CREATE"], "false");
        const declared = new Map(REGISTRY_TOPICS.map((topic) => [topic.name, topic]));
        for (const variable of ["APICURIO_KAFKASQL_TOPIC", "APICURIO_KAFKASQL_SNAPSHOTS_TOPIC"]) {
            const topic = declared.get(env[variable] ?? "");
            assert.equal(topic?.partitions, 1);
            assert.deepEqual(topic?.config, { "cleanup.policy": "delete", "retention.ms": -1, "retention.bytes": -1 });
        }
        assert.ok(declared.has(env["APICURIO_EVENTS_KAFKA_TOPIC"] ?? ""));
        assert.equal(declared.size, 3);
    });

    it("has no leader to lose: the others carry on", () => {
        const { recovery } = only(resources, "dataplatform:workload:StatelessService").inputs;
        assert.equal(recovery.kind, "survivors");
    });

    it("is found by the interface of Confluent's registry", () => {
        assert.equal(url, "http://schema-registry.kafka.svc.cluster.local:8080/apis/ccompat/v7");
        const ports = pod(resources).containers[0].ports.map(
            ({ containerPort }: { containerPort: number }) => containerPort,
        );
        assert.deepEqual(ports, [8080, 9000]);
    });

    it("is asked for its health and metrics apart from its clients", () => {
        const { readinessProbe, livenessProbe } = pod(resources).containers[0];
        assert.deepEqual(
            [readinessProbe, livenessProbe].map(({ httpGet }) => [httpGet.path, httpGet.port]),
            [
                ["/health/ready", "management"],
                ["/health/live", "management"],
            ],
        );
        const monitor = only(resources, "kubernetes:monitoring.coreos.com/v1:PodMonitor");
        assert.equal(monitor.inputs["spec"].podMetricsEndpoints[0].port, "management");
    });

    it("lets readers and named clients in to schemas, and to nothing else", async () => {
        const clients = [{ workload: "api", namespace: "shop" }];
        const made = await make({ ...CONFIG, clients });
        const { ingress } = only(made.resources, "kubernetes:networking.k8s.io/v1:NetworkPolicy").inputs["spec"];
        const named = ingress.filter(({ from: [peer] }: { from: [{ podSelector?: object }] }) => peer.podSelector);
        assert.deepEqual(
            named.map(({ from: [peer], ports }: { from: [{ podSelector: object }]; ports?: { port: number }[] }) => [
                peer.podSelector,
                ports?.map(({ port }) => port),
            ]),
            [
                [{ matchLabels: { "app.kubernetes.io/name": "schema-registry" } }, undefined],
                [{ matchLabels: { "app.kubernetes.io/name": "kafka-consumers" } }, [8080]],
                [{ matchLabels: { "app.kubernetes.io/name": "api" } }, [8080]],
            ],
        );
    });
});
