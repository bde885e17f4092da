import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterFacts } from "../../components/cluster-facts.ts";
import { StatelessService, type StatelessServiceArgs } from "../../components/stateless-service.ts";
import { STATELESS } from "../support/arguments.ts";
import { type Collected, collect, ofType, only } from "../support/mocks.ts";

const WORKLOAD = "dataplatform:workload:StatelessService";
const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const SCALED_OBJECT = "kubernetes:keda.sh/v1alpha1:ScaledObject";
const CPU = { min: 2, max: 10, on: { kind: "cpu", percent: 70 } } as const;
const LAG = {
    kind: "kafkaLag",
    bootstrapServers: "kafka.kafka.svc:9092",
    group: "lake",
    topic: "events",
    partitions: 48,
    lagPerReplica: 100,
} as const;

function made(
    change: Partial<StatelessServiceArgs> = {},
    opts?: pulumi.ComponentResourceOptions,
): Promise<Collected[]> {
    return collect(() => new StatelessService("web", { ...STATELESS, ...change }, opts));
}

describe("StatelessService", () => {
    it("makes its children under itself", async () => {
        const resources = await made();
        const component = only(resources, WORKLOAD);
        const children = resources.filter((r) => r.parent === component.urn).map((r) => r.type);
        assert.deepEqual(children.toSorted(), [
            "kubernetes:apps/v1:Deployment",
            "kubernetes:core/v1:Service",
            "kubernetes:core/v1:ServiceAccount",
            "kubernetes:monitoring.coreos.com/v1:PrometheusRule",
            "kubernetes:networking.k8s.io/v1:NetworkPolicy",
            "kubernetes:policy/v1:PodDisruptionBudget",
        ]);
        assert.equal(resources.length, children.length + 1);
    });

    it("records what it is: controller, replicas, recovery", async () => {
        const { inputs } = only(await made({ availability: { downtimeBudget: "2 minutes" } }), WORKLOAD);
        assert.equal(inputs["controller"], "Deployment");
        assert.equal(inputs["replicas"], 2);
        assert.equal(inputs["recovery"].kind, "survivors");
        assert.equal(inputs["recovery"].event, "zone");
        assert.equal(inputs["recovery"].seconds, 60);
        assert.equal(inputs["recovery"].limitSeconds, 120);
    });

    it("a single replica is rescheduled, and promises a node only", async () => {
        const { recovery } = only(await made({ replicas: 1 }), WORKLOAD).inputs;
        assert.deepEqual([recovery.kind, recovery.event, recovery.seconds], ["reschedule", "node", 145]);
    });

    it("gives what a caller needs", async () => {
        let service: StatelessService | undefined;
        await collect(() => {
            service = new StatelessService("web", STATELESS);
        });
        assert.equal(service?.address, "web.apps.svc.cluster.local");
        assert.deepEqual(service?.ports, { http: 8080 });
        assert.deepEqual(service?.selectorLabels, { "app.kubernetes.io/name": "web" });
    });

    it("has no Service without ports", async () => {
        const resources = await made({
            ports: {},
            health: { ready: { kind: "command", command: ["true"] }, startUp: "5 seconds" },
        });
        assert.equal(ofType(resources, "kubernetes:core/v1:Service").length, 0);
    });

    it("surges by default, and never has one more in place", async () => {
        const strategy = async (update: "surge" | "inPlace"): Promise<unknown> =>
            only(await made({ update }), DEPLOYMENT).inputs["spec"].strategy.rollingUpdate;
        assert.deepEqual(await strategy("surge"), { maxSurge: "25%", maxUnavailable: 0 });
        assert.deepEqual(await strategy("inPlace"), { maxSurge: 0, maxUnavailable: 1 });
    });

    it("waits for a rollout as long as it may take: waves of grace, placement, start-up and settling", async () => {
        const { inputs } = only(await made({ replicas: 8 }), DEPLOYMENT);
        // 8 replicas in waves of 2, each 30 + 20 + 30 + 5 s.
        assert.equal(inputs["spec"].progressDeadlineSeconds, 4 * 85);
        assert.equal(inputs["metadata"].annotations["pulumi.com/timeoutSeconds"], String(4 * 85 + 120));
    });

    it("is evicted one at a time, and never blocks a drain", async () => {
        const { spec } = only(await made(), "kubernetes:policy/v1:PodDisruptionBudget").inputs;
        assert.deepEqual(
            [spec.maxUnavailable, spec.unhealthyPodEvictionPolicy, spec.selector.matchLabels],
            [1, "AlwaysAllow", { "app.kubernetes.io/name": "web" }],
        );
    });

    it("scales on CPU by an autoscaler, and sends the minimum once", async () => {
        const resources = await made({ replicas: CPU });
        const hpa = only(resources, "kubernetes:autoscaling/v2:HorizontalPodAutoscaler").inputs["spec"];
        assert.deepEqual(
            [hpa.minReplicas, hpa.maxReplicas, hpa.metrics[0].resource.target.averageUtilization],
            [2, 10, 70],
        );
        const deployment = only(resources, DEPLOYMENT);
        assert.equal(deployment.inputs["spec"].replicas, 2);
        assert.deepEqual(deployment.options.ignoreChanges, ["spec.replicas"]);
        assert.equal(only(resources, WORKLOAD).inputs["replicas"], "2–10");
    });

    it("a fixed number of replicas is ours to change", async () => {
        assert.deepEqual(only(await made(), DEPLOYMENT).options.ignoreChanges, []);
    });

    it("scales on Kafka lag by KEDA, whose release it waits for", async () => {
        const resources = await collect(() => {
            const keda = new pulumi.ComponentResource("test:Keda", "keda");
            const cluster: ClusterFacts = { autoscaler: [keda] };
            new StatelessService("web", { ...STATELESS, cluster, replicas: { min: 2, max: 48, on: LAG } });
        });
        const object = only(resources, SCALED_OBJECT);
        assert.equal(object.inputs["spec"].triggers[0].metadata.lagThreshold, "100");
        assert.equal(object.inputs["spec"].maxReplicaCount, 48);
        assert.equal(ofType(resources, "kubernetes:autoscaling/v2:HorizontalPodAutoscaler").length, 0);
        assert.ok(object.dependencies.includes(only(resources, DEPLOYMENT).urn));
    });

    it("gets a token and a role only when it uses the API", async () => {
        const rule = { apiGroups: [""], resources: ["pods"], verbs: ["get"] };
        const resources = await made({ apiAccess: { rules: [rule], clusterRules: [rule] } });
        assert.deepEqual(only(resources, "kubernetes:rbac.authorization.k8s.io/v1:Role").inputs["rules"], [rule]);
        const binding = only(resources, "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding").inputs;
        assert.equal(binding["roleRef"].name, "apps:web");
        assert.equal(only(resources, DEPLOYMENT).inputs["spec"].template.spec.automountServiceAccountToken, true);
    });

    it("names its exceptions in the summary and in the pod", async () => {
        const exceptions = { writableRootFilesystem: "renders its configuration on start" };
        const resources = await made({ security: { exceptions } });
        assert.deepEqual(only(resources, WORKLOAD).inputs["exceptions"], [
            { what: "writableRootFilesystem", why: "renders its configuration on start" },
        ]);
        const [container] = only(resources, DEPLOYMENT).inputs["spec"].template.spec.containers;
        assert.equal(container.securityContext.readOnlyRootFilesystem, false);
    });

    it("lets in its own group, the named peers, Prometheus and the load balancer, each on its ports", async () => {
        const resources = await made({
            ports: { http: 8080, metrics: 9090 },
            metrics: { port: "metrics" },
            allowFrom: [
                { workload: "proxy", ports: ["http"] },
                { everyPodOf: "tools" },
                { system: "airflow", namespace: "airflow" },
            ],
            cluster: { loadBalancer: { groupName: "internal", cidrs: ["10.0.0.0/20"] } },
            ingress: { host: "web.example", port: "http" },
        });
        const { ingress, policyTypes } = only(resources, "kubernetes:networking.k8s.io/v1:NetworkPolicy").inputs[
            "spec"
        ];
        assert.deepEqual(policyTypes, ["Ingress"]);
        const http = { port: 8080, protocol: "TCP" };
        const metrics = { port: 9090, protocol: "TCP" };
        const named = (namespace: string): object => ({ matchLabels: { "kubernetes.io/metadata.name": namespace } });
        assert.deepEqual(ingress, [
            { from: [{ podSelector: { matchLabels: { "app.kubernetes.io/name": "web" } } }] },
            { from: [{ podSelector: { matchLabels: { "app.kubernetes.io/name": "proxy" } } }], ports: [http] },
            { from: [{ namespaceSelector: named("tools") }], ports: [http, metrics] },
            {
                from: [
                    {
                        namespaceSelector: named("airflow"),
                        podSelector: { matchLabels: { "app.kubernetes.io/part-of": "airflow" } },
                    },
                ],
                ports: [http, metrics],
            },
            { from: [{ namespaceSelector: named("monitoring") }], ports: [metrics] },
            { from: [{ ipBlock: { cidr: "10.0.0.0/20" } }], ports: [http] },
        ]);
    });

    it("stands behind the shared load balancer with TLS", async () => {
        const resources = await made({
            cluster: { loadBalancer: { groupName: "internal", cidrs: ["10.0.0.0/20"] } },
            ingress: { host: "web.example" },
        });
        const { metadata, spec } = only(resources, "kubernetes:networking.k8s.io/v1:Ingress").inputs;
        assert.equal(metadata.annotations["alb.ingress.kubernetes.io/group.name"], "internal");
        assert.equal(metadata.annotations["alb.ingress.kubernetes.io/target-type"], "ip");
        assert.equal(metadata.annotations["alb.ingress.kubernetes.io/listen-ports"], '[{"HTTPS":443}]');
        assert.equal(spec.rules[0].host, "web.example");
        assert.deepEqual(spec.rules[0].http.paths[0].backend, { service: { name: "web", port: { name: "http" } } });
        assert.deepEqual(spec.tls, [{ hosts: ["web.example"] }]);
    });

    it("is scraped by a PodMonitor that Prometheus selects", async () => {
        const resources = await made({ metrics: { port: "http", every: "1 minute" } });
        const monitor = only(resources, "kubernetes:monitoring.coreos.com/v1:PodMonitor").inputs;
        assert.equal(monitor["metadata"].labels.release, "kube-prometheus-stack");
        assert.deepEqual(monitor["spec"].podMetricsEndpoints, [{ port: "http", path: "/metrics", interval: "1m" }]);
    });

    it("keeps no secret of its own arguments in the recorded summary", async () => {
        const component = only(await made({ env: { TOKEN: pulumi.secret("hunter2") } }), WORKLOAD);
        assert.ok(!JSON.stringify(component.inputs).includes("hunter2"));
    });

    it("changes each child by its transform", async () => {
        const resources = await made({
            metrics: { port: "http" },
            transform: {
                deployment: (args) => ({ ...args, metadata: { name: "renamed" } }),
                service: (args) => ({ ...args, metadata: { name: "other" } }),
                serviceAccount: (args) => ({ ...args, automountServiceAccountToken: true }),
                podDisruptionBudget: (args) => ({ ...args, spec: { maxUnavailable: 2 } }),
                networkPolicy: (args) => ({ ...args, spec: { podSelector: {} } }),
                podMonitor: (args) => ({ ...args, spec: { changed: true } }),
                prometheusRule: (args) => ({ ...args, spec: { groups: [] } }),
            },
        });
        assert.equal(only(resources, DEPLOYMENT).inputs["metadata"].name, "renamed");
        assert.equal(only(resources, "kubernetes:core/v1:Service").inputs["metadata"].name, "other");
        assert.equal(only(resources, "kubernetes:core/v1:ServiceAccount").inputs["automountServiceAccountToken"], true);
        assert.equal(only(resources, "kubernetes:policy/v1:PodDisruptionBudget").inputs["spec"].maxUnavailable, 2);
        assert.deepEqual(only(resources, "kubernetes:networking.k8s.io/v1:NetworkPolicy").inputs["spec"], {
            podSelector: {},
        });
        assert.deepEqual(only(resources, "kubernetes:monitoring.coreos.com/v1:PodMonitor").inputs["spec"], {
            changed: true,
        });
        assert.deepEqual(only(resources, "kubernetes:monitoring.coreos.com/v1:PrometheusRule").inputs["spec"], {
            groups: [],
        });
    });

    it("makes nothing before what it depends on", async () => {
        const resources = await collect(() => {
            const first = new StatelessService("first", STATELESS);
            new StatelessService("second", STATELESS, { dependsOn: first.deployment });
        });
        const first = only(resources, DEPLOYMENT, "first");
        const second = only(resources, WORKLOAD, "second");
        const children = resources.filter((r) => r.parent === second.urn);
        assert.ok(children.length > 0 && children.every((r) => r.dependencies.includes(first.urn)));
    });
});
