import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as k8s from "@pulumi/kubernetes";
import { KafkaConnect, type KafkaConnectArgs } from "../../../stacks/workloads/kafka-connect.ts";
import { type Collected, collect, ofType, only } from "../../support/mocks.ts";
import { BROKERS } from "./kafka/brokers.ts";
import { POOLS } from "./pools.ts";

const CONFIG: KafkaConnectArgs["config"] = {
    image: "apache/kafka:4.3.1",
    replicas: 3,
    resources: { cpu: "1", memory: "2Gi" },
};

function make(change: Partial<KafkaConnectArgs> = {}, zones = 3): Promise<Collected[]> {
    return collect(() => {
        const context = {
            cluster: { zones },
            claimProvider: new k8s.Provider("claims", {}),
            storageClass: undefined,
            throughputClass: undefined,
            pools: POOLS,
            availability: { downtimeBudget: "5 minutes" },
        } as const;
        new KafkaConnect("kafka-connect", {
            config: CONFIG,
            context,
            namespace: "kafka",
            brokers: BROKERS,
            ...change,
        });
    });
}

const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const MONITOR = "kubernetes:monitoring.coreos.com/v1:PodMonitor";
const RULE = "kubernetes:monitoring.coreos.com/v1:PrometheusRule";
const EXPORTER = { image: "quay.io/strimzi/kafka:1.2.0-kafka-4.3.1" };

const pod = (resources: Collected[]) => only(resources, DEPLOYMENT).inputs["spec"].template.spec;
const files = (resources: Collected[]): Record<string, string> =>
    only(resources, "kubernetes:core/v1:ConfigMap").inputs["data"];
const variables = (resources: Collected[]): Record<string, unknown> =>
    Object.fromEntries(
        pod(resources).containers[0].env.map(({ name, value, valueFrom }: Record<string, unknown>) => [
            String(name),
            value ?? valueFrom,
        ]),
    );

describe("KafkaConnect", () => {
    let resources: Collected[];
    before(async () => {
        resources = await make();
    });

    it("is a Deployment, since all state is in topics, and never has a worker too many", () => {
        const { replicas, strategy } = only(resources, DEPLOYMENT).inputs["spec"];
        assert.equal(replicas, 3);
        assert.equal(strategy.rollingUpdate.maxSurge, 0);
    });

    it("promises that others run a lost worker's tasks within the downtime", () => {
        const { recovery } = only(resources, "dataplatform:workload:StatelessService").inputs;
        assert.equal(recovery.kind, "promotion");
        assert.deepEqual(
            recovery.terms.map(({ seconds }: { seconds: number }) => seconds),
            [55, 10, 90],
        );
    });

    it("is ready when the worker has joined, and not restarted because brokers are away", () => {
        const { readinessProbe, livenessProbe } = pod(resources).containers[0];
        assert.equal(readinessProbe.httpGet.path, "/health");
        assert.ok(readinessProbe.timeoutSeconds > 10, "the worker answers within ten seconds");
        assert.ok("tcpSocket" in livenessProbe);
    });

    it("lets in nobody but its workers, and who is named", async () => {
        const from = (made: Collected[]) =>
            only(made, "kubernetes:networking.k8s.io/v1:NetworkPolicy").inputs["spec"].ingress.map(
                ({ from: [peer], ports }: { from: [object]; ports?: [{ port: number }] }) => [peer, ports?.[0].port],
            );
        const own = [{ podSelector: { matchLabels: { "app.kubernetes.io/name": "kafka-connect" } } }, undefined];
        assert.deepEqual(from(resources), [own]);
        const named = await make({ config: { ...CONFIG, clients: [{ workload: "deployer", namespace: "ci" }] } });
        assert.deepEqual(from(named), [
            own,
            [
                {
                    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "ci" } },
                    podSelector: { matchLabels: { "app.kubernetes.io/name": "deployer" } },
                },
                8083,
            ],
        ]);
    });

    it("mounts Secrets that connectors may read, and none otherwise", async () => {
        const secretsOf = (made: Collected[]) =>
            (pod(made).volumes ?? []).flatMap(({ secret }: { secret?: { secretName: string } }) => secret ?? []);
        assert.deepEqual(secretsOf(resources), []);
        const made = await make({ config: { ...CONFIG, secrets: ["orders-db"] } });
        assert.deepEqual(secretsOf(made), [{ secretName: "orders-db" }]);
        const paths = pod(made).containers[0].volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath);
        assert.ok(paths.includes("/etc/kafka-connect/secrets/orders-db"));
        assert.match(
            files(made)["etc.kafka-connect.worker.properties"] ?? "",
            /allowed\.paths=\/etc\/kafka-connect\/s/,
        );
    });

    it("knows the registry of schemas where there is one", async () => {
        assert.ok(!("SCHEMA_REGISTRY_URL" in variables(resources)));
        const made = await make({ registryUrl: "http://schema-registry:8080/apis/ccompat/v7" });
        assert.equal(variables(made)["SCHEMA_REGISTRY_URL"], "http://schema-registry:8080/apis/ccompat/v7");
    });

    it("reports what its connectors do where there is an exporter", async () => {
        assert.equal(ofType(resources, MONITOR).length, 0);
        assert.deepEqual(
            ofType(resources, RULE).map(({ name }) => name),
            ["kafka-connect"],
        );
        const made = await make({ exporter: EXPORTER });
        assert.equal(only(made, MONITOR).inputs["spec"].podMetricsEndpoints[0].port, "metrics");
        assert.equal(only(made, RULE, "kafka-connectors").inputs["spec"].groups.length, 1);
        assert.match(String(variables(made)["KAFKA_OPTS"]), /^-javaagent:\/opt\/jmx-exporter\/agent\.jar=9404:/);
        assert.equal(pod(made).initContainers[0].image, EXPORTER.image);
    });

    it("becomes known by its pod's address, and reads from the copies in its zone, if there are such", async () => {
        const directory = mkdtempSync(join(tmpdir(), "kafka-connect-"));
        const out = join(directory, "out");
        try {
            writeFileSync(join(directory, "worker.properties"), "group.id=x\n");
            for (const [made, rack] of [
                [resources, "consumer.client.rack=eu-central-1a\n"],
                [await make({}, 0), ""],
            ] as const) {
                const [shell, flags, script] = pod(made).containers[0].command;
                const moved = script
                    .replaceAll("/etc/kafka-connect", directory)
                    .replaceAll("/tmp/worker.properties", out)
                    .replaceAll("/opt/kafka/bin/connect-distributed.sh", "echo");
                const env = { PATH: process.env["PATH"], POD_IP: "10.0.0.7", ZONE: "eu-central-1a" };
                const { status, stdout } = spawnSync(shell, [flags, moved], { env, encoding: "utf8" });
                assert.deepEqual([status, stdout], [0, `${out}\n`]);
                assert.equal(readFileSync(out, "utf8"), `group.id=x\nrest.advertised.host.name=10.0.0.7\n${rack}`);
                assert.equal("ZONE" in variables(made), rack !== "");
            }
        } finally {
            rmSync(directory, { recursive: true });
        }
    });
});
