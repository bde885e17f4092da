import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { Kafka, type KafkaArgs } from "../../../stacks/workloads/kafka.ts";
import { type Collected, collect, ofType, only } from "../../support/mocks.ts";
import { POOLS } from "./pools.ts";

const CONFIG: KafkaArgs["config"] = {
    kind: "in-cluster",
    image: "apache/kafka:4.3.1",
    brokers: 4,
    controllers: 3,
    brokerStorage: "500Gi",
    controllerStorage: "20Gi",
    brokerResources: { cpu: "2", memory: "8Gi" },
    controllerResources: { cpu: "500m", memory: "2Gi" },
    groupSessionTimeout: "20 seconds",
    topic: { name: "events", partitions: 48 },
};

/** What a component was told to wait for, by its name. */
type Waits = Map<string, unknown>;

function make(
    zones: number,
    seen?: (kafka: Kafka, waits: Waits) => void,
    throughputClass?: string,
    pools = POOLS,
    change: Partial<KafkaArgs> = {},
): Promise<Collected[]> {
    return collect(() => {
        const waits: Waits = new Map();
        const kafka = new Kafka(
            "kafka",
            {
                config: CONFIG,
                context: {
                    cluster: { zones },
                    claimProvider: new k8s.Provider("claims", {}),
                    storageClass: "gp3-retain",
                    throughputClass,
                    pools,
                    availability: { downtimeBudget: "5 minutes" },
                },
                namespace: "kafka",
                clients: [{ workload: "events-to-lake" }, { everyPodOf: "keda" }],
                ...change,
            },
            {
                transformations: [
                    ({ type, name, opts }) => {
                        if (type.startsWith("dataplatform:workload:")) {
                            waits.set(name, opts.dependsOn);
                        }
                        return undefined;
                    },
                ],
            },
        );
        seen?.(kafka, waits);
    });
}

const SET = "kubernetes:apps/v1:StatefulSet";
const ORDERED = "dataplatform:workload:OrderedStatefulService";

describe("Kafka", () => {
    let resources: Collected[];
    let kafka: Kafka;
    let waits: Waits;
    before(async () => {
        resources = await make(3, (made, dependsOn) => {
            kafka = made;
            waits = dependsOn;
        });
    });
    const spec = (name: string) => only(resources, SET, name).inputs["spec"];
    const container = (name: string) => spec(name).template.spec.containers[0];
    const environment = (name: string): Record<string, unknown> =>
        Object.fromEntries(
            container(name).env.map((variable: { name: string; value?: string; valueFrom?: unknown }) => [
                variable.name,
                variable.value ?? variable.valueFrom,
            ]),
        );
    const files = (name: string): Record<string, string> =>
        only(resources, "kubernetes:core/v1:ConfigMap", name).inputs["data"];

    it("counts node ids so that brokers and controllers never share one", () => {
        assert.equal(spec("kafka-controller").ordinals, undefined);
        assert.deepEqual(spec("kafka-broker").ordinals, { start: 100 });
        for (const name of ["kafka-controller", "kafka-broker"]) {
            assert.deepEqual(environment(name)["NODE_ID"], {
                fieldRef: { fieldPath: "metadata.labels['apps.kubernetes.io/pod-index']" },
            });
        }
    });

    it("starts all at once, with names for those that are not ready: a quorum needs to see its peers", () => {
        for (const name of ["kafka-controller", "kafka-broker"]) {
            assert.equal(spec(name).podManagementPolicy, "Parallel");
            const service = only(resources, "kubernetes:core/v1:Service", `${name}-headless`);
            assert.equal(service.inputs["spec"].publishNotReadyAddresses, true);
        }
    });

    it("makes brokers wait for the controllers, and the topic for the brokers", () => {
        assert.equal(waits.get("kafka-broker"), kafka.controllers);
        assert.equal(waits.get("kafka-topics"), kafka.brokers);
    });

    it("gives each server a volume of its own, and the log a directory in it", () => {
        const sizes = ofType(resources, "kubernetes:core/v1:PersistentVolumeClaim").map(({ name, inputs }) => [
            name,
            inputs["spec"].resources.requests.storage,
            inputs["spec"].storageClassName,
        ]);
        assert.deepEqual(sizes, [
            ...[0, 1, 2].map((ordinal) => [`data-kafka-controller-${ordinal}`, "20Gi", "gp3-retain"]),
            ...[100, 101, 102, 103].map((ordinal) => [`data-kafka-broker-${ordinal}`, "500Gi", "gp3-retain"]),
        ]);
        const mount = container("kafka-broker").volumeMounts.find((m: { name: string }) => m.name === "data");
        assert.match(
            files("kafka-broker")["etc.kafka-server.server.properties"] ?? "",
            new RegExp(`^log\\.dirs=${mount.mountPath}/log$`, "m"),
        );
    });

    it("gives brokers throughput where the cluster has a class for it, and controllers none", async () => {
        const classes = (made: readonly Collected[], server: string) =>
            ofType(made, "kubernetes:core/v1:PersistentVolumeClaim")
                .filter(({ name }) => name.startsWith(`data-${server}-`))
                .map(({ inputs }) => inputs["spec"].volumeAttributesClassName);
        const fast = await make(3, undefined, "gp3-throughput");
        assert.deepEqual(classes(fast, "kafka-broker"), Array(CONFIG.brokers).fill("gp3-throughput"));
        assert.deepEqual(classes(fast, "kafka-controller"), Array(CONFIG.controllers).fill(undefined));
        assert.deepEqual(classes(resources, "kafka-broker"), Array(CONFIG.brokers).fill(undefined));
    });

    it("runs brokers on nodes of their own where there are such, and controllers among the services", async () => {
        const { nodeSelector } = spec("kafka-broker").template.spec;
        assert.deepEqual(nodeSelector, { workload: "infra" });
        const apart = await make(3, undefined, undefined, { ...POOLS, brokers: "streaming" });
        const poolOf = (name: string) => only(apart, SET, name).inputs["spec"].template.spec.nodeSelector.workload;
        assert.deepEqual([poolOf("kafka-broker"), poolOf("kafka-controller")], ["streaming", "infra"]);
    });

    it("tells a broker its zone for its rack, and a controller none", () => {
        assert.deepEqual(environment("kafka-broker")["ZONE"], {
            fieldRef: { fieldPath: "metadata.labels['topology.kubernetes.io/zone']" },
        });
        assert.ok(!("ZONE" in environment("kafka-controller")));
    });

    it("has no racks where there are no zones", async () => {
        const local = await make(0);
        const { env } = only(local, SET, "kafka-broker").inputs["spec"].template.spec.containers[0];
        assert.ok(!env.some((variable: { name: string }) => variable.name === "ZONE"));
    });

    it("runs its scripts from files that are mounted, on a root that cannot be written", () => {
        for (const name of ["kafka-controller", "kafka-broker"]) {
            const { command, securityContext, volumeMounts } = container(name);
            const paths = new Set(volumeMounts.map((mount: { mountPath: string }) => mount.mountPath));
            assert.deepEqual(command, ["/bin/sh", "/etc/kafka-server/start.sh"]);
            assert.ok(paths.has("/etc/kafka-server/start.sh"));
            assert.ok(paths.has("/etc/kafka-server/server.properties"));
            assert.ok(paths.has("/tmp"));
            assert.equal(securityContext.readOnlyRootFilesystem, true);
            assert.equal(securityContext.runAsUser, 1000);
            assert.match(
                String(environment(name)["KAFKA_LOG4J_OPTS"]),
                /file:\/etc\/kafka-server\/log4j2\.properties$/,
            );
            assert.ok(paths.has("/etc/kafka-server/log4j2.properties"));
        }
        assert.equal(environment("kafka-broker")["KAFKA_HEAP_OPTS"], "-Xms4096m -Xmx4096m");
    });

    it("formats controllers and brokers for the same cluster", () => {
        const ids = ["kafka-controller", "kafka-broker"].map(
            (name) => /--cluster-id=(\S+)/.exec(files(name)["etc.kafka-server.start.sh"] ?? "")?.[1],
        );
        assert.match(ids[0] ?? "", /^[\w-]{22}$/);
        assert.equal(ids[0], ids[1]);
    });

    it("lets brokers reach controllers, and brokers only who was named", () => {
        const from = (name: string) =>
            only(resources, "kubernetes:networking.k8s.io/v1:NetworkPolicy", name).inputs["spec"].ingress.map(
                (rule: { from: unknown[]; ports?: { port: number }[] }) => [
                    rule.from[0],
                    rule.ports?.map(({ port }) => port),
                ],
            );
        const pods = (workload: string) => ({ podSelector: { matchLabels: { "app.kubernetes.io/name": workload } } });
        assert.deepEqual(from("kafka-controller"), [
            [pods("kafka-controller"), undefined],
            [pods("kafka-broker"), [9093]],
        ]);
        assert.deepEqual(from("kafka-broker"), [
            [pods("kafka-broker"), undefined],
            [pods("kafka-topics"), [9092]],
            [pods("events-to-lake"), [9092]],
            [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "keda" } } }, [9092]],
        ]);
    });

    it("stops a broker after its partitions have all copies, with time left for the controlled shutdown", () => {
        assert.equal(spec("kafka-broker").template.spec.terminationGracePeriodSeconds, 120);
        assert.deepEqual(container("kafka-broker").lifecycle.preStop.exec.command, [
            "/bin/sh",
            "/etc/kafka-server/before-stop.sh",
        ]);
        assert.match(files("kafka-broker")["etc.kafka-server.before-stop.sh"] ?? "", /date \+%s\) \+ 60\)/);
    });

    it("declares its recovery: an election of the controllers, new leaders for a broker's partitions", () => {
        for (const [name, session] of [
            ["kafka-controller", 2],
            ["kafka-broker", 9],
        ] as const) {
            const { recovery } = only(resources, ORDERED, name).inputs;
            assert.equal(recovery.kind, "promotion");
            assert.equal(recovery.event, "zone");
            assert.equal(recovery.terms[1].seconds, session);
            assert.ok(recovery.seconds < recovery.limitSeconds);
        }
        assert.equal(
            only(resources, "kubernetes:policy/v1:PodDisruptionBudget", "kafka-controller").inputs["spec"]
                .maxUnavailable,
            1,
        );
    });

    it("makes the topic, and has the deployment wait for it", () => {
        const job = only(resources, "kubernetes:batch/v1:Job");
        assert.equal(job.inputs["metadata"].annotations["pulumi.com/timeoutSeconds"], String(300 + 60));
        const script = files("kafka-topics")["etc.kafka-topics.ensure-topic.sh"] ?? "";
        assert.ok(script.includes(`--bootstrap-server ${kafka.bootstrapServers}`));
        assert.equal(kafka.bootstrapServers, "kafka-broker.kafka.svc.cluster.local:9092");
        assert.match(script, /--topic events --partitions 48/);
        const rules = job.inputs["spec"].podFailurePolicy.rules;
        assert.ok(rules[1].onExitCodes.values.includes(64), "what cannot succeed is not tried again");
    });

    it("makes the topics that other systems need with it", async () => {
        const made = await make(3, undefined, undefined, POOLS, { topics: [{ name: "journal", partitions: 1 }] });
        const { data } = only(made, "kubernetes:core/v1:ConfigMap", "kafka-topics").inputs;
        assert.match(
            data["etc.kafka-topics.ensure-topic.sh"],
            /--topic events --partitions 48[^]*--topic journal --par/,
        );
    });

    it("puts everything under one component", () => {
        const { urn } = only(resources, "dataplatform:system:Kafka");
        const parents = resources
            .filter((resource) => resource.type.startsWith("dataplatform:workload:"))
            .map((resource) => resource.parent);
        assert.deepEqual(parents, [urn, urn, urn]);
    });
});
