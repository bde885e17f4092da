import assert from "node:assert/strict";
import { groupOfConfig } from "../../../../stacks/workloads/kafka/group-of-config.ts";

describe("groupOfConfig", () => {
    const kafka = {
        kind: "in-cluster",
        image: "apache/kafka:4.3.1",
        brokers: 3,
        controllers: 3,
        brokerStorage: "1Gi",
        controllerStorage: "1Gi",
        brokerResources: { cpu: "1", memory: "1Gi" },
        controllerResources: { cpu: "1", memory: "1Gi" },
        groupSessionTimeout: "18 seconds",
        topic: { name: "clicks", partitions: 24 },
    } as const;
    const consumers = {
        image: "apache/kafka:4.3.1",
        command: ["/run"],
        group: "g",
        membership: { kind: "static", replicas: 12, restartTime: "15 seconds" },
        protocol: { kind: "consumer" },
        lagBudget: "30 seconds",
        resources: { cpu: "1", memory: "1Gi" },
    } as const;
    type Source = Parameters<typeof groupOfConfig>[0];
    const of = (protocol: Source["config"]["consumers"]["protocol"], more: Partial<Source> = {}) =>
        groupOfConfig({
            ...more,
            config: { kafka, consumers: { ...consumers, command: [...consumers.command], protocol } },
            context: {
                cluster: {},
                storageClass: undefined,
                throughputClass: undefined,
                pools: undefined,
                availability: { downtimeBudget: "5 minutes" },
            } as unknown as Source["context"],
            namespace: "kafka",
            brokers: { bootstrapServers: "b:9092", ports: [9092], security: { kind: "plaintext" } },
        });

    it("reads the brokers' own topic, and holds the brokers' session against the budget", () => {
        const args = of({ kind: "consumer" });
        assert.deepEqual([args.topic, args.partitions, args.bootstrapServers], ["clicks", 24, "b:9092"]);
        assert.deepEqual(args.protocol, { kind: "consumer", brokerSessionTimeout: "18 seconds" });
    });

    it("knows the registry of schemas and where its lag is told, where there are such", () => {
        const alone = of({ kind: "consumer" });
        assert.deepEqual([alone.env, alone.lag], [undefined, undefined]);
        const lag = { namespace: "kafka", workload: "kafka-lag-exporter" };
        const args = of({ kind: "consumer" }, { registryUrl: "http://schema-registry:8080", lag });
        assert.deepEqual(args.env, { SCHEMA_REGISTRY_URL: "http://schema-registry:8080" });
        assert.deepEqual(args.lag, lag);
    });

    it("leaves a classic group its own session", () => {
        const protocol = { kind: "classic", sessionTimeout: "12 seconds" } as const;
        assert.deepEqual(of(protocol).protocol, protocol);
    });
});
