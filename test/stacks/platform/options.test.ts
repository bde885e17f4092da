import assert from "node:assert/strict";
import { COMPUTED, type Collected, type Inputs, ofType, only } from "../../support/mocks.ts";
import { schemaProblems } from "../../support/schema.ts";
import { builtWith, everything, releases } from "./everything.ts";

const INGRESS = "kubernetes:networking.k8s.io/v1:Ingress";
const NAMESPACE = "kubernetes:core/v1:Namespace";
const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const CERTIFICATE = "arn:aws:acm:eu-central-1:111122223333:certificate/12345678-1234-1234-1234-123456789012";
const KEY = "arn:aws:kms:eu-central-1:111122223333:key/12345678-1234-1234-1234-123456789012";
const SECRET = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:metabase-AbCdEf";
const VPA = "kubernetes:autoscaling.k8s.io/v1:VerticalPodAutoscaler";

const valuesOf = (resources: readonly Collected[], release: string): Inputs =>
    releases(resources).get(release)?.inputs["values"];
const airflow = (resources: readonly Collected[]): Inputs =>
    only(resources, "kubernetes:apps/v1:Deployment", "airflow-api-server").inputs["spec"].template.spec.containers[0];

describe("options of the platform", () => {
    /** With everything; with other values; and with nothing that can be left out. */
    let all: readonly Collected[] = [];
    let varied: readonly Collected[] = [];
    let bare: readonly Collected[] = [];
    before(async () => {
        all = await everything();
        varied = await builtWith({
            ingress: { domain: "data.example.com", hostedZoneId: "Z0123456789ABCDEFGHIJ", certificateArn: CERTIFICATE },
            externalSecrets: { secretArns: [SECRET], keyArns: [KEY] },
        });
        bare = await builtWith({
            ingress: undefined,
            loki: undefined,
            sparkApplications: undefined,
            alerting: { emails: ["one@example.com", "two@example.com"] },
            quotas: {
                airflow: { pods: 41, cpu: "30", memory: "60Gi" },
                airflowTasks: { pods: 401, cpu: "300", memory: "600Gi" },
                batch: { pods: 402, cpu: "301", memory: "601Gi" },
                data: { pods: 403, cpu: "302", memory: "602Gi" },
                kafka: { pods: 404, cpu: "303", memory: "603Gi" },
                flink: { pods: 405, cpu: "304", memory: "604Gi" },
                bi: { pods: 406, cpu: "305", memory: "605Gi" },
            },
        });
    });

    const onlyIn = (namespace: string, release: string): void => {
        assert.ok(ofType([...all], NAMESPACE).some(({ name }) => name === namespace));
        assert.ok(!ofType([...bare], NAMESPACE).some(({ name }) => name === namespace));
        assert.ok(releases(all).has(release));
        assert.ok(!releases(bare).has(release));
    };

    it("ingress: Airflow gets a name, behind controllers that make its balancer and its record", () => {
        onlyIn("ingress", "aws-load-balancer-controller");
        onlyIn("ingress", "external-dns");
        assert.deepEqual(ofType([...bare], INGRESS), []);
        const ingress = only(all, INGRESS, "airflow-api-server");
        assert.equal(ingress.inputs["spec"].rules[0].host, "airflow.data.example.com");
        assert.ok(ingress.dependencies.includes(releases(all).get("aws-load-balancer-controller")?.urn ?? ""));
        assert.ok(airflow(all)["args"].includes("--proxy-headers"));
        assert.ok(!airflow(bare)["args"].includes("--proxy-headers"));
    });

    it("ingress: Grafana gets a name on the same balancer, at the chart's Service and its own health path", () => {
        const { inputs, dependencies, parent } = only(all, INGRESS, "grafana");
        const { metadata, spec } = inputs;
        assert.deepEqual(schemaProblems(inputs as never), []);
        assert.equal(metadata.namespace, "monitoring");
        assert.equal(spec.rules[0].host, "grafana.data.example.com");
        assert.deepEqual(spec.rules[0].http.paths[0].backend, {
            service: { name: "kube-prometheus-stack-grafana", port: { name: "http-web" } },
        });
        assert.equal(metadata.annotations["alb.ingress.kubernetes.io/healthcheck-path"], "/api/health");
        for (const release of ["monitoring", "aws-load-balancer-controller"]) {
            assert.ok(dependencies.includes(releases(all).get(release)?.urn ?? ""), release);
        }
        assert.equal(parent, only(all, "dataplatform:platform:Monitoring", "monitoring").urn);
    });

    it("ingress: Grafana is protected as Airflow is: the same annotations, and the balancer alone is let in", () => {
        const HEALTH = "alb.ingress.kubernetes.io/healthcheck-path";
        for (const resources of [all, varied]) {
            const [airflowPage, grafana] = ["airflow-api-server", "grafana"].map(
                (name) => only(resources, INGRESS, name).inputs,
            );
            const shared = { ...airflowPage?.["metadata"].annotations, [HEALTH]: "/api/health" };
            assert.deepEqual(grafana?.["metadata"].annotations, shared);
            assert.equal(grafana?.["spec"].tls === undefined, airflowPage?.["spec"].tls === undefined);
        }
        const policy = (name: string): Inputs => only(all, POLICY, name).inputs["spec"];
        const { podSelector, policyTypes, ingress } = policy("grafana");
        assert.deepEqual(podSelector, { matchLabels: { "app.kubernetes.io/name": "grafana" } });
        assert.deepEqual(policyTypes, ["Ingress"]);
        const balancer = policy("airflow-api-server")["ingress"].at(-1).from;
        assert.ok(balancer.every((peer: Inputs) => peer["ipBlock"] !== undefined));
        assert.deepEqual(ingress, [{ from: balancer, ports: [{ port: 3000, protocol: "TCP" }] }]);
        assert.ok(!ofType([...bare], POLICY).some(({ name }) => name === "grafana"));
    });

    it("ingress: Grafana knows the name that browsers have for it, and gives its cookie to TLS alone", () => {
        const settings = (resources: readonly Collected[]) =>
            valuesOf(resources, "monitoring")["grafana"]["grafana.ini"];
        assert.deepEqual(settings(all), {
            server: { root_url: "https://grafana.data.example.com" },
            security: { cookie_secure: true },
        });
        assert.equal(settings(bare), undefined);
    });

    it("ingress: zone and domain are what DNS is about", () => {
        const { domainFilters, extraArgs } = valuesOf(all, "external-dns");
        assert.deepEqual(domainFilters, ["data.example.com"]);
        assert.deepEqual(extraArgs, { "zone-id-filter": "Z0123456789ABCDEFGHIJ" });
    });

    it("ingress.certificateArn: the balancer takes this one instead of looking for one", () => {
        const key = "alb.ingress.kubernetes.io/certificate-arn";
        const of = (some: readonly Collected[]) =>
            only(some, INGRESS, "airflow-api-server").inputs["metadata"].annotations[key];
        assert.deepEqual([of(varied), of(all)], [CERTIFICATE, undefined]);
    });

    it("loki: it is released on its bucket, fed by the collectors, and Grafana has it as a data source", () => {
        onlyIn("loki", "loki");
        const sources = (resources: readonly Collected[]) =>
            valuesOf(resources, "monitoring")["grafana"].additionalDataSources;
        assert.deepEqual(sources(bare), []);
        assert.deepEqual(
            sources(all).map(({ type, url }: Inputs) => [type, url]),
            [["loki", "http://loki.loki.svc:3100"]],
        );
        const collectors = (resources: readonly Collected[]) =>
            JSON.stringify(only(resources, "kubernetes:core/v1:ConfigMap", "fluent-bit").inputs["data"]);
        assert.match(collectors(all), /name: loki.*host: loki\.loki\.svc.*port: 3100/);
        assert.doesNotMatch(collectors(bare), /name: loki/);
        const { loki, singleBinary } = valuesOf(all, "loki");
        assert.equal(loki.limits_config.retention_period, "720h");
        assert.equal(loki.storage.bucketNames.chunks, "dp-prod-loki-111122223333-eu-central-1-an");
        assert.equal(singleBinary.persistence.size, "50Gi");
        assert.deepEqual(singleBinary.resources.requests, { cpu: "1", memory: "4Gi" });
    });

    it("externalSecrets: the operator may read what is listed, through a store", () => {
        onlyIn("external-secrets", "external-secrets");
        const policy = only(all, "aws:iam/rolePolicy:RolePolicy", "external-secrets");
        const [statement] = JSON.parse(policy.inputs["policy"]).Statement;
        assert.deepEqual(statement.Resource, [SECRET]);
        const store = only(all, "kubernetes:external-secrets.io/v1:ClusterSecretStore").inputs;
        assert.deepEqual(schemaProblems(store as never), []);
    });

    it("externalSecrets.keyArns: it may decrypt with these, through Secrets Manager", () => {
        const statements = (resources: readonly Collected[]) =>
            JSON.parse(only(resources, "aws:iam/rolePolicy:RolePolicy", "external-secrets").inputs["policy"]).Statement;
        assert.equal(statements(all).length, 1);
        assert.deepEqual(statements(varied)[1], {
            Effect: "Allow",
            Action: ["kms:Decrypt"],
            Resource: [KEY],
            Condition: { StringEquals: { "kms:ViaService": "secretsmanager.eu-central-1.amazonaws.com" } },
        });
    });

    it("verticalAutoscaler: every workload that runs for good gets recommendations, and nothing is changed", () => {
        onlyIn("vertical-autoscaler", "vertical-autoscaler");
        assert.deepEqual(ofType([...bare], VPA), []);
        const targets = ofType([...all], VPA).map(({ inputs }) => inputs["spec"].targetRef);
        const workloads = ["Deployment", "StatefulSet", "DaemonSet"].flatMap((kind) =>
            ofType([...all], `kubernetes:apps/v1:${kind}`).map(({ inputs }) => `${kind} ${inputs["metadata"].name}`),
        );
        assert.deepEqual(targets.map(({ kind, name }) => `${kind} ${name}`).toSorted(), workloads.toSorted());
        for (const { inputs, dependencies } of ofType([...all], VPA)) {
            assert.deepEqual(schemaProblems(inputs as never), []);
            assert.equal(inputs["spec"].updatePolicy.updateMode, "Off");
            assert.ok(dependencies.includes(releases(all).get("vertical-autoscaler")?.urn ?? ""));
        }
        const values = valuesOf(all, "vertical-autoscaler");
        assert.deepEqual([values["updater"].enabled, values["admissionController"].enabled], [false, false]);
        assert.deepEqual(values["recommender"].resources.requests, { cpu: "100m", memory: "500Mi" });
    });

    it("alerting.emails: one subscription each", () => {
        const endpoints = (resources: readonly Collected[]) =>
            ofType([...resources], "aws:sns/topicSubscription:TopicSubscription").map(
                ({ inputs }) => inputs["endpoint"],
            );
        assert.deepEqual(endpoints(bare), ["one@example.com", "two@example.com"]);
        assert.deepEqual(endpoints(all), ["data-platform-on-call@example.com"]);
    });

    it("quotas: each namespace gets its own", () => {
        const hard = ["airflow", "airflow-tasks", "batch", "data", "kafka", "flink", "bi"].map(
            (name) => only(bare, "kubernetes:core/v1:ResourceQuota", `${name}-quota`).inputs["spec"].hard,
        );
        assert.deepEqual(hard, [
            { pods: "41", "requests.cpu": "30000m", "requests.memory": "61440Mi" },
            { pods: "401", "requests.cpu": "300000m", "requests.memory": "614400Mi" },
            { pods: "402", "requests.cpu": "301000m", "requests.memory": "615424Mi" },
            { pods: "403", "requests.cpu": "302000m", "requests.memory": "616448Mi" },
            { pods: "404", "requests.cpu": "303000m", "requests.memory": "617472Mi" },
            { pods: "405", "requests.cpu": "304000m", "requests.memory": "618496Mi" },
            { pods: "406", "requests.cpu": "305000m", "requests.memory": "619520Mi" },
        ]);
    });

    it("quotas: a namespace that only some stacks have gets its own where it is there", () => {
        const quota = (resources: readonly Collected[]): readonly Collected[] =>
            ofType(resources, "kubernetes:core/v1:ResourceQuota").filter(({ name }) => name === "jupyterhub-quota");
        assert.deepEqual(
            quota(all).map(({ inputs }) => inputs["spec"].hard),
            [{ pods: "40", "requests.cpu": "20000m", "requests.memory": "81920Mi" }],
        );
        assert.deepEqual(quota(bare), []);
    });

    it("the load-balancer controller asks no node where it is", () => {
        const { region, vpcId } = valuesOf(all, "aws-load-balancer-controller");
        assert.deepEqual([region, vpcId], ["eu-central-1", COMPUTED]);
    });
});
