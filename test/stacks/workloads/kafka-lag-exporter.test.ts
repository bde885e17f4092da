import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { parse } from "yaml";
import { KafkaLagExporter, type KafkaLagExporterArgs } from "../../../stacks/workloads/kafka-lag-exporter.ts";
import { type Collected, collect, only } from "../../support/mocks.ts";
import { BROKERS } from "./kafka/brokers.ts";
import { POOLS } from "./pools.ts";

async function make(change: Partial<KafkaLagExporterArgs> = {}): Promise<{
    resources: Collected[];
    source: KafkaLagExporter["source"] | undefined;
}> {
    let source: KafkaLagExporter["source"] | undefined;
    const resources = await collect(() => {
        const context = {
            cluster: {},
            claimProvider: new k8s.Provider("claims", {}),
            storageClass: undefined,
            throughputClass: undefined,
            pools: POOLS,
            availability: { downtimeBudget: "5 minutes" },
        } as const;
        ({ source } = new KafkaLagExporter("kafka-lag-exporter", {
            config: { image: "redpandadata/kminion:v2.3.5", replicas: 2, resources: { cpu: "100m", memory: "128Mi" } },
            context,
            namespace: "kafka",
            brokers: BROKERS,
            ...change,
        }));
    });
    return { resources, source };
}

const settings = (resources: Collected[]) =>
    parse(only(resources, "kubernetes:core/v1:ConfigMap").inputs["data"]["etc.kminion.config.yaml"]);

describe("KafkaLagExporter", () => {
    let resources: Collected[];
    let source: KafkaLagExporter["source"] | undefined;
    before(async () => {
        ({ resources, source } = await make());
    });

    it("reads its settings from the file that is mounted", () => {
        const { containers } = only(resources, "kubernetes:apps/v1:Deployment").inputs["spec"].template.spec;
        const [{ env, volumeMounts }] = containers;
        const path = "/etc/kminion/config.yaml";
        assert.deepEqual(env, [{ name: "CONFIG_FILEPATH", value: path }]);
        assert.ok(volumeMounts.some(({ mountPath }: { mountPath: string }) => mountPath === path));
    });

    it("asks the brokers for what each group has committed, by partition", () => {
        const { kafka, minion, exporter } = settings(resources);
        assert.deepEqual(kafka.brokers, ["kafka-broker.kafka.svc.cluster.local:9092"]);
        assert.equal(minion.consumerGroups.scrapeMode, "adminApi");
        assert.equal(minion.consumerGroups.granularity, "partition");
        assert.equal(minion.topics.granularity, "partition");
        assert.equal(exporter.port, 8080);
    });

    it("leaves out groups that nobody wants to know of", async () => {
        assert.deepEqual(settings(resources).minion.consumerGroups.ignoredGroups, []);
        const [pattern = ""] = settings((await make({ ignoredGroups: ["a.b-"] })).resources).minion.consumerGroups
            .ignoredGroups;
        assert.match(pattern, /^\/.*\/$/, "between slashes it is a regular expression to KMinion");
        const ignored = new RegExp(pattern.slice(1, -1));
        assert.deepEqual(
            ["a.b-1", "axb-1", "my-a.b-1"].map((group) => ignored.test(group)),
            [true, false, false],
        );
    });

    it("is scraped more often than others, since lag is promised in seconds", () => {
        const { podMetricsEndpoints } = only(resources, "kubernetes:monitoring.coreos.com/v1:PodMonitor").inputs[
            "spec"
        ];
        assert.equal(podMetricsEndpoints[0].interval, "10s");
    });

    it("says where alerts find the lag: at its own container", () => {
        const { containers } = only(resources, "kubernetes:apps/v1:Deployment").inputs["spec"].template.spec;
        assert.deepEqual(source, { namespace: "kafka", workload: containers[0].name });
    });
});
