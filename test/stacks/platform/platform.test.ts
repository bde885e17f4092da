import assert from "node:assert/strict";
import { parseConfig } from "../../../stacks/config.ts";
import { eksFoundation } from "../../../stacks/infrastructure/eks.ts";
import { kubeconfigFoundation } from "../../../stacks/infrastructure/kubeconfig.ts";
import { eksPlatform, kubeconfigPlatform, type Platform } from "../../../stacks/platform/platform.ts";
import { type Collected, collect, ofType, only } from "../../support/mocks.ts";
import { rawConfig } from "../raw-config.ts";

const NAMESPACE = "kubernetes:core/v1:Namespace";
const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const RELEASE = "kubernetes:helm.sh/v3:Release";
/** Karpenter's own custom resource definitions, which need nothing. */
const DEFINITIONS = "node-provisioning-definitions";
const WORKLOADS = ["airflow", "airflow-tasks", "batch", "data", "kafka", "node-agents"];

async function platform(stack: "prod" | "staging" | "local"): Promise<{ resources: Collected[]; made: Platform }> {
    const config = parseConfig(rawConfig(stack), "data-platform");
    const made: Platform[] = [];
    const resources = await collect(() => {
        made.push(
            config.target === "eks"
                ? eksPlatform(config, eksFoundation(config))
                : kubeconfigPlatform(kubeconfigFoundation(config)),
        );
    });
    const [first] = made;
    assert.ok(first);
    return { resources, made: first };
}

const namesOf = (resources: readonly Collected[]): string[] => resources.map((resource) => resource.name).toSorted();

describe("the platform", () => {
    let prod: Collected[] = [];
    let staging: Collected[] = [];
    let local: Collected[] = [];
    let facts: Platform["cluster"] = {};
    before(async () => {
        ({
            resources: prod,
            made: { cluster: facts },
        } = await platform("prod"));
        ({ resources: staging } = await platform("staging"));
        ({ resources: local } = await platform("local"));
    });

    describe("namespaces", () => {
        it("are those of systems everywhere, and those of charts on EKS", () => {
            const charts = ["ingress", "karpenter", "keda", "loki", "monitoring", "spark-operator"];
            const onAws = ["bi", "flink"];
            assert.deepEqual(namesOf(ofType(prod, NAMESPACE)), [...WORKLOADS, ...charts, ...onAws].toSorted());
            assert.deepEqual(namesOf(ofType(local, NAMESPACE)), WORKLOADS);
        });

        it("hold pods to the restricted level, but for the agents of nodes", () => {
            for (const { name, inputs } of ofType(prod, NAMESPACE)) {
                const level = name === "node-agents" ? "privileged" : "restricted";
                assert.equal(inputs.metadata.labels["pod-security.kubernetes.io/enforce"], level, name);
            }
        });

        it("are protected where they hold data, in prod alone", () => {
            const isProtected = (resources: readonly Collected[]) =>
                namesOf(ofType(resources, NAMESPACE).filter((namespace) => namespace.options.protect));
            assert.deepEqual(isProtected(prod), ["bi", "data", "kafka", "loki", "monitoring"]);
            assert.deepEqual(isProtected(staging), []);
        });

        it("with data are kept when the stack goes, and taken over when it comes back", () => {
            for (const { name, options, provider, inputs } of ofType(local, NAMESPACE)) {
                const kept = name === "data" || name === "kafka";
                assert.equal(options.retainOnDelete, kept, name);
                assert.equal(provider?.endsWith("-claims"), kept, name);
                assert.equal(inputs.metadata.annotations?.["pulumi.com/patchFieldManager"] !== undefined, kept, name);
            }
        });

        it("let nobody in by default", () => {
            for (const name of namesOf(ofType(prod, NAMESPACE))) {
                const policy = only(prod, POLICY, `${name}-default-deny-ingress`);
                assert.equal(policy.inputs.metadata.namespace, name);
                assert.deepEqual(policy.inputs.spec, { podSelector: {}, policyTypes: ["Ingress"] });
                assert.equal(policy.options.retainOnDelete, false);
                assert.equal(policy.parent, only(prod, NAMESPACE, name).urn);
            }
        });

        it("of charts let their own pods in, and the API server to webhooks", () => {
            const { ingress } = only(prod, POLICY, "monitoring-allow-chart").inputs.spec;
            assert.deepEqual(ingress, [
                { from: [{ podSelector: {} }] },
                {
                    from: ["10.20.0.0/18", "10.20.64.0/18", "10.20.128.0/18"].map((cidr) => ({ ipBlock: { cidr } })),
                    ports: [{ port: 10_250, protocol: "TCP" }],
                },
            ]);
        });

        it("of KEDA lets Prometheus in as well", () => {
            const { ingress } = only(prod, POLICY, "keda-allow-chart").inputs.spec;
            assert.deepEqual(ingress.at(-1), {
                from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } } }],
                ports: [{ port: 8080, protocol: "TCP" }],
            });
        });
    });

    describe("releases", () => {
        it("are pinned, and none where the cluster has its own", () => {
            for (const { inputs } of ofType(prod, RELEASE)) {
                assert.match(inputs.version, /^\d+\.\d+\.\d+$/);
                assert.match(inputs.repositoryOpts?.repo ?? inputs.chart, /^(https|oci):/);
            }
            assert.deepEqual(ofType(local, RELEASE), []);
        });

        it("bring the monitors' definitions before what uses them", () => {
            const monitoring = only(prod, RELEASE, "monitoring");
            const others = ofType(prod, RELEASE).filter(({ name }) => !["monitoring", DEFINITIONS].includes(name));
            assert.ok(others.length > 4);
            for (const { name, dependencies } of others) {
                assert.ok(dependencies.includes(monitoring.urn), name);
            }
        });

        it("go into namespaces that are there", () => {
            const monitoring = only(prod, RELEASE, "monitoring");
            assert.deepEqual(monitoring.propertyDependencies["namespace"], [only(prod, NAMESPACE, "monitoring").urn]);
        });

        it("pick up what carries the label that the components set", () => {
            const spec = only(prod, RELEASE, "monitoring").inputs.values.prometheus.prometheusSpec;
            const selector = { matchLabels: facts.monitoring?.labels };
            for (const kind of ["rule", "podMonitor", "serviceMonitor", "probe", "scrapeConfig"]) {
                assert.deepEqual(spec[`${kind}Selector`], selector, kind);
            }
            assert.equal(only(prod, RELEASE, "monitoring").inputs.name, facts.monitoring?.labels?.["release"]);
        });

        it("keep metrics 30 days on two volumes that outlive the release", () => {
            const spec = only(prod, RELEASE, "monitoring").inputs.values.prometheus.prometheusSpec;
            assert.equal(spec.replicas, 2);
            assert.equal(spec.retention, "30d");
            assert.equal(spec.retentionSize, "85GiB");
            assert.equal(spec.storageSpec.volumeClaimTemplate.spec.storageClassName, "gp3-retain");
            assert.deepEqual(spec.storageSpec.volumeClaimTemplate.spec.resources.requests, { storage: "100Gi" });
        });

        it("run Grafana as a StatefulSet with a password that is generated", () => {
            const { grafana } = only(prod, RELEASE, "monitoring").inputs.values;
            assert.equal(grafana.useStatefulSet, true);
            const secret = only(prod, "kubernetes:core/v1:Secret", "monitoring-grafana-admin");
            assert.equal(grafana.admin.existingSecret, secret.inputs.metadata.name);
            const password = only(prod, "random:index/randomPassword:RandomPassword", "monitoring-grafana");
            assert.deepEqual(secret.propertyDependencies["stringData"], [password.urn]);
        });

        it("watch nothing that EKS hides", () => {
            const { values } = only(prod, RELEASE, "monitoring").inputs;
            for (const hidden of ["kubeControllerManager", "kubeEtcd", "kubeProxy", "kubeScheduler", "nodeExporter"]) {
                assert.equal(values[hidden].enabled, false);
            }
        });
    });

    it("tells components where they are", () => {
        assert.equal(facts.zones, 3);
        assert.equal(facts.nodesPerZone, 355);
        assert.equal(facts.monitoring?.namespace, "monitoring");
    });
});
