import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { Airflow, type AirflowArgs } from "../../../stacks/workloads/airflow.ts";
import { type Collected, collect, ofType, only, Secret } from "../../support/mocks.ts";
import { POOLS } from "./pools.ts";

const CONFIG: AirflowArgs["config"] = {
    image: "apache/airflow:3.3.2",
    parallelism: 200,
    replicas: { apiServer: 2, dagProcessor: 3, triggerer: 2 },
    statsd: { image: "quay.io/prometheus/statsd-exporter:v0.31.0", resources: { cpu: "70m", memory: "96Mi" } },
    resources: {
        apiServer: { cpu: "500m", memory: "2Gi" },
        scheduler: { cpu: "1", memory: "2Gi" },
        dagProcessor: { cpu: "500m", memory: "2Gi" },
        triggerer: { cpu: "250m", memory: "1Gi" },
        task: { cpu: "300m", memory: "1Gi" },
    },
};

const connection = (host: string, tls: boolean): AirflowArgs["database"] => ({
    host,
    port: 5432,
    database: "airflow",
    user: "airflow",
    password: pulumi.secret("hidden"),
    tls,
});

const make = (change: Partial<AirflowArgs["config"]> = {}): Promise<Collected[]> =>
    collect(() => {
        const context = {
            cluster: {},
            claimProvider: new k8s.Provider("claims", {}),
            storageClass: undefined,
            throughputClass: undefined,
            pools: POOLS,
            availability: { downtimeBudget: "5 minutes" },
        } as const;
        new Airflow("airflow", {
            config: { ...CONFIG, ...change },
            context,
            namespace: "airflow",
            taskNamespace: "airflow-tasks",
            database: connection("pgbouncer.data", false),
            migrationDatabase: connection("leader.data", true),
        });
    });

const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const JOB = "kubernetes:batch/v1:Job";
const ROLE = "kubernetes:rbac.authorization.k8s.io/v1:Role";
const BINDING = "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding";
const SECRET = "kubernetes:core/v1:Secret";
const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";

/** A Secret's value, wherever the mark is. */
function revealed(stringData: unknown): Record<string, string> {
    const data = Object(stringData instanceof Secret ? stringData.reveal() : stringData);
    return Object.fromEntries(
        Object.entries(data).map(([key, value]) => [key, String(value instanceof Secret ? value.reveal() : value)]),
    );
}

describe("Airflow", () => {
    let resources: Collected[];
    before(async () => {
        resources = await make();
    });
    const deployment = (name: string) => only(resources, DEPLOYMENT, name).inputs["spec"];
    const container = (name: string) => deployment(name).template.spec.containers[0];
    const variable = (owner: { env: { name: string }[] }, name: string) => owner.env.find((env) => env.name === name);

    it("is made of API server, schedulers, DAG processor and triggerer", () => {
        const made = ofType(resources, DEPLOYMENT).map(({ name, inputs }) => {
            const { replicas, template } = inputs["spec"];
            return `${name}: ${replicas} × ${template.spec.containers[0].args[0]}`;
        });
        assert.deepEqual(made.toSorted(), [
            "airflow-api-server: 2 × api-server",
            "airflow-dag-processor: 3 × dag-processor",
            "airflow-scheduler: 2 × scheduler",
            "airflow-statsd: 1 × --statsd.listen-udp=:9125",
            "airflow-triggerer: 2 × triggerer",
        ]);
    });

    it("never runs a third scheduler, not even in a rollout", () => {
        assert.deepEqual(deployment("airflow-scheduler").strategy.rollingUpdate, { maxSurge: 0, maxUnavailable: 1 });
    });

    it("starts everything after the migration, which is awaited", () => {
        const types = resources.map((resource) => resource.type);
        assert.ok(types.indexOf(JOB) < types.indexOf(DEPLOYMENT));
        const job = only(resources, JOB);
        assert.equal(job.inputs["metadata"].annotations["pulumi.com/timeoutSeconds"], String(900 + 60));
        assert.match(
            job.inputs["spec"].template.spec.containers[0].args.at(-1),
            /^airflow db migrate\nairflow users create /,
        );
    });

    it("migrates past the connection pool, and uses it for everything else", () => {
        const source = (owner: { env: { name: string }[] }) =>
            Object(variable(owner, "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN")).valueFrom.secretKeyRef.name;
        assert.equal(
            source(only(resources, JOB).inputs["spec"].template.spec.containers[0]),
            "airflow-migration-database",
        );
        assert.equal(source(container("airflow-scheduler")), "airflow-database");
        const url = (name: string) =>
            revealed(only(resources, "kubernetes:core/v1:Secret", name).inputs["stringData"])["connection"] ?? "";
        assert.match(url("airflow-migration-database"), /@leader\.data:5432\/airflow\?sslmode=require/);
        assert.match(url("airflow-database"), /@pgbouncer\.data:5432\/airflow\?connect_timeout/);
    });

    it("gives the scheduler the template of task pods, and what it takes to run them", () => {
        const data = only(resources, "kubernetes:core/v1:ConfigMap", "airflow-scheduler").inputs["data"];
        const template = parse(data["opt.airflow.pod-templates.task.yaml"]);
        assert.equal(template.spec.containers[0].resources.requests.cpu, "300m");
        assert.deepEqual(template.spec.nodeSelector, { workload: "batch" });
        const path = variable(container("airflow-scheduler"), "AIRFLOW__KUBERNETES_EXECUTOR__POD_TEMPLATE_FILE");
        const mounted = container("airflow-scheduler").volumeMounts.map(
            (mount: { mountPath: string }) => mount.mountPath,
        );
        assert.ok(mounted.includes(Object(path).value));
        const verbs = only(resources, ROLE, "airflow-scheduler").inputs["rules"][0].verbs;
        assert.deepEqual(verbs, ["create", "get", "list", "watch", "patch", "delete"]);
    });

    it("lets nobody start pods where its Secrets are, and everybody who has to where there are none", () => {
        const roles = ofType(resources, ROLE).map(({ name, inputs }) => `${inputs["metadata"].namespace}/${name}`);
        const who = ["airflow-api-server", "airflow-scheduler", "airflow-task", "airflow-triggerer"];
        assert.deepEqual(
            roles.toSorted(),
            who.map((name) => `airflow-tasks/${name}`),
        );
        const secrets = ofType(resources, SECRET).map(({ inputs }) => inputs["metadata"].namespace);
        assert.deepEqual([...new Set(secrets)], ["airflow"]);
    });

    it("starts the executor when what its pods need is there", () => {
        const { dependencies } = only(resources, DEPLOYMENT, "airflow-scheduler");
        for (const { urn } of ofType(resources, BINDING)) {
            assert.ok(dependencies.includes(urn), urn);
        }
        assert.ok(dependencies.includes(only(resources, DEPLOYMENT, "airflow-statsd").urn));
    });

    it("waits with the components for who takes metrics, not with the migration, which has none", () => {
        const job = only(resources, JOB);
        const host = "AIRFLOW__METRICS__STATSD_HOST";
        assert.equal(variable(job.inputs["spec"].template.spec.containers[0], host), undefined);
        assert.ok(!job.dependencies.includes(only(resources, DEPLOYMENT, "airflow-statsd").urn));
        assert.equal(
            Object(variable(container("airflow-triggerer"), host)).value,
            "airflow-statsd.airflow.svc.cluster.local",
        );
    });

    it("has an exporter of the image and size that are configured, and alerts on what it exports", () => {
        const { image, resources: sizes } = container("airflow-statsd");
        assert.equal(image, "quay.io/prometheus/statsd-exporter:v0.31.0");
        assert.deepEqual([sizes.requests.cpu, sizes.limits.memory], ["70m", "96Mi"]);
        const rule = only(resources, "kubernetes:monitoring.coreos.com/v1:PrometheusRule", "airflow-orchestration");
        const alerts: readonly { alert: string }[] = rule.inputs["spec"].groups[0].rules;
        assert.ok(alerts.some(({ alert }) => alert === "AirflowSchedulerSilent"));
        const [endpoint] = only(resources, "kubernetes:monitoring.coreos.com/v1:PodMonitor").inputs["spec"]
            .podMetricsEndpoints;
        assert.deepEqual([endpoint.port, endpoint.path], ["metrics", "/metrics"]);
    });

    it("takes three updates to change the key of what is encrypted", async () => {
        const secretOf = (made: readonly Collected[]) =>
            made.filter(({ type }) => type === "random:index/randomBytes:RandomBytes");
        const script = (made: readonly Collected[]): string =>
            only([...made], JOB).inputs["spec"].template.spec.containers[0].args.at(-1);
        const versions = (made: readonly Collected[]) =>
            ofType([...made], DEPLOYMENT)
                .filter(({ name }) => name !== "airflow-statsd")
                .map(({ inputs }) => inputs["spec"].template.metadata.annotations["dataplatform/fernet-keys"]);
        const rotating = await make({ fernetKeys: [2, 1] });
        assert.deepEqual(
            [resources, rotating].map((made) => secretOf(made).map(({ name }) => name)),
            [["airflow-fernet-key"], ["airflow-fernet-key-2", "airflow-fernet-key"]],
        );
        assert.deepEqual([...new Set(versions(resources)), ...new Set(versions(rotating))], ["1", "2,1"]);
        assert.doesNotMatch(script(resources), /rotate/);
        assert.match(script(rotating), /^airflow db migrate\n.*\nairflow rotate-fernet-key$/);
    });

    it("does not let the DAG processor near the Kubernetes API", () => {
        assert.equal(deployment("airflow-dag-processor").template.spec.automountServiceAccountToken, false);
    });

    it("lets task pods in to the API server, and the API server to the triggerer's logs; nobody else", () => {
        const edges: string[] = ofType(resources, POLICY).flatMap(({ name, inputs }) =>
            inputs["spec"].ingress.slice(1).map((rule: { from: object[]; ports: { port: number }[] }) => {
                const { podSelector, namespaceSelector } = Object(rule.from[0]);
                const where = namespaceSelector?.matchLabels["kubernetes.io/metadata.name"] ?? "its own";
                const peer = podSelector?.matchLabels["app.kubernetes.io/name"] ?? `every pod of ${where}`;
                return `${peer} → ${name}:${rule.ports[0]?.port}`;
            }),
        );
        assert.deepEqual(
            edges.toSorted(),
            [
                "airflow-api-server → airflow-triggerer:8794",
                "airflow-task → airflow-api-server:8080",
                ...["api-server", "dag-processor", "scheduler", "task", "triggerer"].map(
                    (name) => `airflow-${name} → airflow-statsd:9125`,
                ),
                "every pod of monitoring → airflow-statsd:9102",
            ].toSorted(),
        );
    });

    it("checks health without restarting when the database is gone for as long as it may be", () => {
        const { livenessProbe } = container("airflow-api-server");
        assert.equal(livenessProbe.httpGet.path, "/api/v2/version");
        for (const name of ["airflow-scheduler", "airflow-dag-processor", "airflow-triggerer"]) {
            const { periodSeconds, failureThreshold } = container(name).livenessProbe;
            assert.ok(periodSeconds * failureThreshold > 300, name);
        }
        assert.deepEqual(container("airflow-triggerer").readinessProbe.exec.command, [
            "airflow",
            "jobs",
            "check",
            "--job-type",
            "TriggererJob",
            "--local",
        ]);
    });

    it("runs as the image's user with group 0, on a file system that it cannot write to", () => {
        for (const { name } of ofType(resources, DEPLOYMENT).filter((one) => one.name !== "airflow-statsd")) {
            const { runAsUser, runAsGroup, readOnlyRootFilesystem } = container(name).securityContext;
            assert.deepEqual([runAsUser, runAsGroup, readOnlyRootFilesystem], [50_000, 0, true]);
        }
    });

    it("keeps what is secret in Secrets, and nowhere in plain", () => {
        const secrets = ofType(resources, "kubernetes:core/v1:Secret");
        assert.deepEqual(secrets.map((secret) => secret.name).toSorted(), [
            "airflow-admin",
            "airflow-database",
            "airflow-keys",
            "airflow-migration-database",
        ]);
        const others = resources.filter((resource) => !secrets.includes(resource));
        assert.doesNotMatch(JSON.stringify(others.map((resource) => resource.inputs)), /hidden/);
    });

    it("survives the loss of a zone in every part", () => {
        const services = ofType(resources, "dataplatform:workload:StatelessService");
        // Metrics may be gone for as long as their exporter takes to start elsewhere.
        for (const { inputs } of services.filter(({ name }) => name !== "airflow-statsd")) {
            assert.equal(inputs["recovery"].kind, "survivors");
            assert.equal(inputs["recovery"].event, "zone");
        }
    });
});
