import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { ArgumentError } from "../../../components/support/errors.ts";
import { unevenShares } from "../../../stacks/workloads/kafka/check-group.ts";
import { KafkaConsumerGroup, type KafkaConsumerGroupArgs } from "../../../stacks/workloads/kafka-consumers.ts";
import { type Collected, collect, ofType, only } from "../../support/mocks.ts";

const SET = "kubernetes:apps/v1:StatefulSet";
const DEPLOYMENT = "kubernetes:apps/v1:Deployment";

const STATIC: KafkaConsumerGroupArgs = {
    namespace: "kafka",
    system: "kafka-consumers",
    image: "ghcr.io/acme/events-to-lake:2.3.1",
    topic: "events",
    partitions: 48,
    group: "events-to-lake",
    bootstrapServers: "kafka-broker.kafka.svc.cluster.local:9092",
    membership: { kind: "static", replicas: 12, restartTime: "15 seconds" },
    protocol: { kind: "consumer", brokerSessionTimeout: "20 seconds" },
    lagBudget: "30 seconds",
    resources: { cpu: "250m", memory: "512Mi" },
    availability: { downtimeBudget: "5 minutes" },
};
const DYNAMIC: KafkaConsumerGroupArgs = {
    ...STATIC,
    membership: { kind: "dynamic", min: 2, max: 12, lagPerReplica: 5000 },
};

const make = (args: KafkaConsumerGroupArgs): Promise<Collected[]> =>
    collect(() => {
        new KafkaConsumerGroup("events-to-lake", args);
    });
const pod = (resources: Collected[], type: string) => only(resources, type).inputs["spec"].template.spec;
const settings = (resources: Collected[]): string =>
    only(resources, "kubernetes:core/v1:ConfigMap").inputs["data"]["etc.kafka-consumer.consumer.properties"];

describe("KafkaConsumerGroup", () => {
    describe("with static members", () => {
        let resources: Collected[];
        before(async () => {
            resources = await make(STATIC);
        });

        it("is a StatefulSet whose pods' names are the members'", () => {
            assert.equal(ofType(resources, DEPLOYMENT).length, 0);
            assert.equal(only(resources, SET).inputs["spec"].replicas, 12);
            assert.equal(only(resources, SET).inputs["spec"].podManagementPolicy, "Parallel");
            assert.match(settings(resources), /^group\.instance\.id=\$\{env:POD_NAME\}$/m);
            const { env } = pod(resources, SET).containers[0];
            assert.deepEqual(env[0], { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } });
        });

        it("promises that others take over when the session ends", () => {
            const { recovery } = only(resources, "dataplatform:workload:OrderedStatefulService").inputs;
            assert.equal(recovery.kind, "promotion");
            assert.equal(recovery.terms[1].seconds, 20);
        });
    });

    describe("with dynamic members", () => {
        let resources: Collected[];
        before(async () => {
            resources = await make(DYNAMIC);
        });

        it("is a Deployment without identities, never with one member more than asked", () => {
            assert.equal(ofType(resources, SET).length, 0);
            assert.ok(!settings(resources).includes("group.instance.id"));
            assert.equal(only(resources, DEPLOYMENT).inputs["spec"].strategy.rollingUpdate.maxSurge, 0);
        });

        it("is scaled on its own group's lag", () => {
            const { spec } = only(resources, "kubernetes:keda.sh/v1alpha1:ScaledObject").inputs;
            assert.deepEqual([spec.minReplicaCount, spec.maxReplicaCount], [2, 12]);
            const { metadata } = spec.triggers[0];
            assert.equal(metadata.consumerGroup, "events-to-lake");
            assert.equal(metadata.topic, "events");
            assert.equal(metadata.lagThreshold, "5000");
            assert.equal(metadata.bootstrapServers, STATIC.bootstrapServers);
        });

        it("is scaled on lag from where its members begin", () => {
            const { triggers } = only(resources, "kubernetes:keda.sh/v1alpha1:ScaledObject").inputs["spec"];
            const [, begin] = /^auto\.offset\.reset=(.+)$/m.exec(settings(resources)) ?? [];
            assert.equal(triggers[0].metadata.offsetResetPolicy, begin);
        });
    });

    for (const [kind, args, type] of [
        ["static", STATIC, SET],
        ["dynamic", DYNAMIC, DEPLOYMENT],
    ] as const) {
        it(`gives the program its settings: ${kind}`, async () => {
            const resources = await make({ ...args, env: { MODE: "fast" } });
            const { containers, terminationGracePeriodSeconds } = pod(resources, type);
            const env = Object.fromEntries(
                containers[0].env.map((variable: { name: string; value: string }) => [variable.name, variable.value]),
            );
            assert.equal(env.KAFKA_CONSUMER_CONFIG, "/etc/kafka-consumer/consumer.properties");
            assert.ok(
                containers[0].volumeMounts.some(
                    (mount: { mountPath: string }) => mount.mountPath === env.KAFKA_CONSUMER_CONFIG,
                ),
            );
            assert.equal(env.KAFKA_TOPIC, "events");
            assert.equal(env.KAFKA_BOOTSTRAP_SERVERS, STATIC.bootstrapServers);
            assert.equal(env.KAFKA_HEAP_OPTS, "-Xms256m -Xmx256m");
            assert.equal(env.MODE, "fast");
            assert.equal(terminationGracePeriodSeconds, 20, "as long as its session lasts");
            assert.equal(containers[0].livenessProbe, undefined);
        });
    }

    it("holds its lag against its budget where that is told", async () => {
        const type = "kubernetes:monitoring.coreos.com/v1:PrometheusRule";
        const names = (resources: Collected[]) => ofType(resources, type).map(({ name }) => name);
        assert.deepEqual(names(await make(STATIC)), ["events-to-lake"]);
        const told = await make({ ...STATIC, lag: { namespace: "kafka", workload: "kafka-lag-exporter" } });
        assert.deepEqual(names(told).toSorted(), ["events-to-lake", "events-to-lake-lag"]);
        const { metadata, spec } = only(told, type, "events-to-lake-lag").inputs;
        assert.equal(metadata.namespace, "kafka");
        assert.equal(metadata.labels.release, "kube-prometheus-stack", "or Prometheus does not select it");
        assert.match(spec.groups[0].rules[0].expr, /topic_name="events",group_id="events-to-lake"/);
    });

    it("takes a health check of your own", async () => {
        const ready = { kind: "command", command: ["/app/joined"] } as const;
        const resources = await make({ ...STATIC, health: { ready, startUp: "30 seconds" } });
        assert.deepEqual(pod(resources, SET).containers[0].readinessProbe.exec.command, ["/app/joined"]);
    });

    it("tells members no zone where there are none", async () => {
        const resources = await make({ ...STATIC, cluster: { zones: 0 } });
        assert.ok(!settings(resources).includes("client.rack"));
        assert.ok(!JSON.stringify(pod(resources, SET)).includes("POD_ZONE"));
    });

    it("runs a single static member without anybody to take over", async () => {
        const { availability: _, ...rest } = STATIC;
        const resources = await make({
            ...rest,
            membership: { kind: "static", replicas: 1, restartTime: "15 seconds" },
        });
        assert.equal(only(resources, SET).inputs["spec"].replicas, 1);
    });
});

describe("the check of a member's connection", () => {
    let command: string;
    let directory: string;
    before(async () => {
        const probe = pod(await make(STATIC), SET).containers[0].readinessProbe;
        command = probe.exec.command[2];
        directory = mkdtempSync(join(tmpdir(), "kafka-consumer-"));
    });
    after(() => rmSync(directory, { recursive: true }));

    const row = (local: string, remote: string, state: string) =>
        `   0: 0000000000000000FFFF00000100007F:${local} 0000000000000000FFFF00000B01007F:${remote} ${state} 00000000:00000000 00:00000000 00000000  1000        0 1\n`;
    for (const [what, connection, ready] of [
        ["an established one to a broker", row("B3F2", "2384", "01"), true],
        ["one that is still being made", row("B3F2", "2384", "02"), false],
        ["one that is being closed", row("B3F2", "2384", "08"), false],
        ["one to another port", row("B3F2", "01BB", "01"), false],
        ["one from that port", row("2384", "B3F2", "01"), false],
        ["none", "", false],
    ] as const) {
        it(`is ${ready ? "ready" : "not ready"} with ${what}`, () => {
            writeFileSync(join(directory, "tcp"), "  sl  local_address rem_address   st\n");
            writeFileSync(join(directory, "tcp6"), `  sl  local_address  remote_address  st\n${connection}`);
            const { status } = spawnSync("/bin/sh", ["-c", command.replaceAll("/proc/net", directory)]);
            assert.equal(status === 0, ready);
        });
    }
});

describe("a consumer group that cannot work", () => {
    for (const [what, change, message] of [
        [
            "more static members than partitions",
            { membership: { kind: "static", replicas: 49, restartTime: "15 seconds" } },
            /membership\.replicas: got 49; topic events has 48 partitions.*Use at most 48/,
        ],
        [
            "more dynamic members than partitions",
            { membership: { kind: "dynamic", min: 2, max: 96, lagPerReplica: 1 } },
            /membership\.max: got 96; .*48/,
        ],
        [
            "a restart as long as the session",
            { membership: { kind: "static", replicas: 12, restartTime: "20 seconds" } },
            /membership\.restartTime: got "20 seconds"; the session ends after 20 seconds/,
        ],
        [
            "the brokers' default session",
            { protocol: { kind: "consumer", brokerSessionTimeout: "45 seconds" } },
            /protocol\.brokerSessionTimeout: got "45 seconds"; .* lag budget of 30 seconds\. Lower the brokers'/,
        ],
        [
            "a session that leaves no time for the next heartbeat",
            { protocol: { kind: "classic", sessionTimeout: "24 seconds" } },
            /protocol\.sessionTimeout: got "24 seconds"; .*up to 6 seconds.*Shorten it/,
        ],
        [
            "a session that brokers refuse",
            {
                protocol: { kind: "classic", sessionTimeout: "5 seconds" },
                membership: { kind: "dynamic", min: 2, max: 12, lagPerReplica: 1 },
            },
            /protocol\.sessionTimeout: got "5 seconds"; .*Use at least "6 seconds"/,
        ],
        [
            "a restart time that cannot be read",
            { membership: { kind: "static", replicas: 12, restartTime: "1.5 minutes" } },
            /membership\.restartTime: got "1\.5 minutes"/,
        ],
        ["a lag budget that cannot be read", { lagBudget: "-1 seconds" }, /lagBudget: got "-1 seconds"/],
        ["no partitions", { partitions: 0 }, /partitions: got 0/],
        ["no group", { group: "" }, /group: got ""/],
        ["no topic", { topic: "" }, /topic: got ""/],
    ] as const satisfies readonly (readonly [string, Partial<KafkaConsumerGroupArgs>, RegExp])[]) {
        it(`is refused: ${what}`, async () => {
            await assert.rejects(make({ ...STATIC, ...change }), (error) => {
                assert.ok(error instanceof ArgumentError);
                assert.match(error.message, /^KafkaConsumerGroup "events-to-lake":/);
                assert.match(error.message, message);
                return true;
            });
        });
    }

    it("takes a session that ends just in time", async () => {
        const protocol = { kind: "classic", sessionTimeout: "23 seconds" } as const;
        assert.equal(ofType(await make({ ...STATIC, protocol }), SET).length, 1);
    });
});

describe("unevenShares", () => {
    const shares = (partitions: number, replicas: number) =>
        unevenShares({
            ...STATIC,
            partitions,
            membership: { kind: "static", replicas, restartTime: "15 seconds" },
        });

    it("says nothing exactly where members divide the partitions", () => {
        fc.assert(
            fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 200 }), (a, b) => {
                const [partitions, members] = [Math.max(a, b), Math.min(a, b)];
                assert.equal(shares(partitions, members) === undefined, partitions % members === 0);
            }),
        );
    });

    it("names the nearest numbers that do", () => {
        assert.match(shares(48, 10) ?? "", /some read 5, others 4\. 8 or 12 members could/);
        assert.match(shares(48, 47) ?? "", /some read 2, others 1\. 24 or 48 members could/);
    });
});
