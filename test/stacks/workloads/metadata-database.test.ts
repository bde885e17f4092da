import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { MetadataDatabase, type MetadataDatabaseArgs } from "../../../stacks/workloads/metadata-database.ts";
import { COMPUTED, type Collected, collect, ofType, only } from "../../support/mocks.ts";
import { POOLS } from "./pools.ts";

const CONFIG: MetadataDatabaseArgs["config"] = {
    kind: "in-cluster",
    image: "ghcr.io/zalando/spilo-18:4.1-p2",
    replicas: 3,
    storage: "50Gi",
    resources: { cpu: "1", memory: "4Gi" },
};

const make = (config = CONFIG): Promise<Collected[]> =>
    collect(() => {
        const context = {
            cluster: {},
            claimProvider: new k8s.Provider("claims", {}),
            storageClass: "gp3-retain",
            throughputClass: undefined,
            pools: POOLS,
            availability: { downtimeBudget: "5 minutes" },
        } as const;
        new MetadataDatabase("metadata-database", {
            config,
            context,
            namespace: "data",
            clients: [{ workload: "pgbouncer" }, { workload: "airflow-migrate", namespace: "airflow" }],
        });
    });

const SERVICE = "kubernetes:core/v1:Service";
const CONTROLLER = "kubernetes:apps/v1:StatefulSet";

describe("MetadataDatabase", () => {
    let resources: Collected[];
    before(async () => {
        resources = await make();
    });
    const container = () => only(resources, CONTROLLER).inputs["spec"].template.spec.containers[0];

    it("runs three replicas with a volume each, none of which waits for another", () => {
        const { spec } = only(resources, CONTROLLER).inputs;
        assert.equal(spec.replicas, 3);
        assert.equal(spec.podManagementPolicy, "Parallel");
        const claims = ofType(resources, "kubernetes:core/v1:PersistentVolumeClaim").map(
            (claim) => claim.inputs["spec"],
        );
        assert.deepEqual(
            claims.map((claim) => [claim.storageClassName, claim.resources.requests.storage]),
            Array.from({ length: 3 }, () => ["gp3-retain", "50Gi"]),
        );
        assert.equal(container().volumeMounts.at(-1).mountPath, "/home/postgres/pgdata");
    });

    it("keeps its pods as they are when the volumes grow, and has the settings that follow beside them", async () => {
        const larger = await make({ ...CONFIG, storage: "80Gi" });
        const template = (all: Collected[]) => only(all, CONTROLLER).inputs["spec"].template;
        assert.deepEqual(template(larger), template(resources));
        const settings = only(larger, "kubernetes:core/v1:ConfigMap", "metadata-database-volume-settings");
        assert.deepEqual(settings.inputs["data"], { max_wal_size: "8192MB", max_slot_wal_keep_size: "16384MB" });
        assert.ok(only(larger, CONTROLLER).dependencies.includes(settings.urn));
    });

    it("leaves it to Patroni where the leader's service leads", () => {
        const { metadata, spec } = only(resources, SERVICE, "metadata-database").inputs;
        assert.equal(spec.selector, undefined);
        assert.deepEqual(spec.ports, [{ name: "postgresql", port: 5432, targetPort: 5432, protocol: "TCP" }]);
        assert.equal(metadata.annotations["pulumi.com/skipAwait"], "true");
        const scope = container().env.find((variable: { name: string }) => variable.name === "SCOPE");
        assert.equal(scope.value, metadata.name);
    });

    it("reaches the replicas by the role that Patroni gives them", () => {
        assert.deepEqual(only(resources, SERVICE, "metadata-database-replica").inputs["spec"].selector, {
            "app.kubernetes.io/name": "metadata-database",
            "spilo-role": "replica",
        });
    });

    it("keeps Patroni's state by services without a selector", () => {
        for (const state of ["config", "sync"]) {
            assert.deepEqual(only(resources, SERVICE, `metadata-database-${state}`).inputs["spec"], {
                clusterIP: "None",
            });
        }
    });

    it("carries the labels that Patroni looks for", () => {
        const { labels } = only(resources, CONTROLLER).inputs["spec"].template.metadata;
        assert.equal(labels["cluster-name"], "metadata-database");
        assert.equal(labels["app.kubernetes.io/name"], "metadata-database");
    });

    it("asks Patroni whether it is ready, and whether it lives", () => {
        const { readinessProbe, livenessProbe } = container();
        assert.equal(readinessProbe.httpGet.path, "/readiness");
        assert.equal(livenessProbe.httpGet.path, "/liveness");
    });

    it("hands over before it is stopped", () => {
        const { spec } = only(resources, CONTROLLER).inputs["spec"].template;
        assert.match(spec.containers[0].lifecycle.preStop.exec.command.at(-1), /switchover/);
        assert.equal(spec.terminationGracePeriodSeconds, 120);
    });

    it("may do with the Kubernetes API what Patroni does, and no more", () => {
        const { rules } = only(resources, "kubernetes:rbac.authorization.k8s.io/v1:Role").inputs;
        assert.deepEqual(
            rules.flatMap((rule: { resources: string[] }) => rule.resources),
            ["endpoints", "pods"],
        );
        assert.ok(rules.every((rule: { verbs: string[] }) => !rule.verbs.includes("delete")));
        const cluster = only(resources, "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole").inputs["rules"];
        assert.deepEqual(
            cluster.map((rule: { resourceNames: string[]; verbs: string[] }) => [rule.resourceNames, rule.verbs]),
            [[["kubernetes"], ["get"]]],
        );
    });

    it("lets in its clients on PostgreSQL's port alone", () => {
        const policy = only(resources, "kubernetes:networking.k8s.io/v1:NetworkPolicy").inputs["spec"];
        const clients = policy.ingress.filter((rule: { ports?: { port: number }[] }) => rule.ports?.[0]?.port === 5432);
        assert.deepEqual(
            clients.map((rule: { from: { podSelector: { matchLabels: Record<string, string> } }[] }) =>
                Object.values(rule.from[0]?.podSelector.matchLabels ?? {}),
            ),
            [["pgbouncer"], ["airflow-migrate"], ["metadata-database-setup"]],
        );
    });

    it("promises a promotion within the budget", () => {
        const { inputs } = only(resources, "dataplatform:workload:OrderedStatefulService");
        assert.equal(inputs["recovery"].kind, "promotion");
        assert.equal(inputs["recovery"].event, "zone");
        assert.equal(inputs["recovery"].seconds, 105);
    });

    it("makes the application's role and database after the replicas, and waits for it", () => {
        const job = only(resources, "kubernetes:batch/v1:Job");
        assert.equal(job.inputs["metadata"].annotations["pulumi.com/skipAwait"], undefined);
        const { env, command } = job.inputs["spec"].template.spec.containers[0];
        assert.equal(command[0], "psql");
        const value = (name: string) => env.find((variable: { name: string }) => variable.name === name);
        assert.equal(value("PGHOST").value, "metadata-database.data.svc.cluster.local");
        assert.equal(value("APPLICATION_PASSWORD").valueFrom.secretKeyRef.name, "metadata-database-airflow");
        assert.equal(value("PGPASSWORD").valueFrom.secretKeyRef.key, "superuser-password");
        const types = resources.map((resource) => resource.type);
        assert.ok(types.indexOf("kubernetes:batch/v1:Job") > types.indexOf(CONTROLLER));
    });

    it("keeps its passwords in Secrets, and nowhere in plain", () => {
        const secrets = ofType(resources, "kubernetes:core/v1:Secret");
        assert.deepEqual(secrets.map((secret) => secret.name).toSorted(), [
            "metadata-database",
            "metadata-database-airflow",
        ]);
        for (const { inputs } of secrets) {
            // What RandomPassword will be is not known yet; a literal would be.
            assert.equal(inputs["stringData"], COMPUTED);
        }
        for (const password of ofType(resources, "random:index/randomPassword:RandomPassword")) {
            assert.ok(password.options.additionalSecretOutputs.includes("result"));
        }
    });

    it("says why its root file system is writable", () => {
        const { exceptions } = only(resources, "dataplatform:workload:OrderedStatefulService").inputs;
        assert.deepEqual(
            exceptions.map((exception: { what: string }) => exception.what),
            ["writableRootFilesystem"],
        );
        assert.equal(container().securityContext.runAsUser, 101);
        assert.equal(container().securityContext.allowPrivilegeEscalation, false);
    });
});
