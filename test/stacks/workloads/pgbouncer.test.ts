import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { PgBouncer } from "../../../stacks/workloads/pgbouncer.ts";
import { type Collected, collect, only, Secret } from "../../support/mocks.ts";

const make = (seen: (pooler: PgBouncer) => void = () => undefined): Promise<Collected[]> =>
    collect(() => {
        const context = {
            cluster: {},
            claimProvider: new k8s.Provider("claims", {}),
            storageClass: undefined,
            throughputClass: undefined,
            pools: undefined,
            availability: { downtimeBudget: "5 minutes" },
        } as const;
        const pooler = new PgBouncer("pgbouncer", {
            config: {
                image: "ghcr.io/cloudnative-pg/pgbouncer:1.25.1",
                replicas: 2,
                resources: { cpu: "250m", memory: "256Mi" },
            },
            context,
            namespace: "data",
            database: {
                host: "db.data.svc.cluster.local",
                port: 5432,
                database: "airflow",
                user: "airflow",
                password: pulumi.secret("hidden"),
                tls: true,
            },
            clients: [{ system: "airflow", namespace: "airflow" }],
        });
        seen(pooler);
    });

describe("PgBouncer", () => {
    it("runs without a volume, and is told to drain before it is stopped", async () => {
        const { spec } = only(await make(), "kubernetes:apps/v1:Deployment").inputs;
        assert.equal(spec.replicas, 2);
        const { containers, volumes, terminationGracePeriodSeconds } = spec.template.spec;
        assert.ok(volumes.every((volume: object) => !("persistentVolumeClaim" in volume)));
        assert.deepEqual(containers[0].command, ["/usr/bin/pgbouncer", "/etc/pgbouncer/pgbouncer.ini"]);
        assert.match(containers[0].lifecycle.preStop.exec.command.at(-1), /kill -INT 1/);
        assert.equal(terminationGracePeriodSeconds, 60);
        assert.equal(containers[0].securityContext.readOnlyRootFilesystem, true);
    });

    it("has the configuration in a ConfigMap, and the password in a Secret alone", async () => {
        const resources = await make();
        const files = only(resources, "kubernetes:core/v1:ConfigMap").inputs["data"];
        assert.match(files["etc.pgbouncer.pgbouncer.ini"], /host=db\.data\.svc\.cluster\.local port=5432/);
        assert.doesNotMatch(files["etc.pgbouncer.pgbouncer.ini"], /hidden/);
        const users = only(resources, "kubernetes:core/v1:Secret").inputs["stringData"];
        const list = users instanceof Secret ? Object(users.reveal())["userlist.txt"] : users["userlist.txt"];
        assert.equal(list instanceof Secret ? list.reveal() : list, '"airflow" "hidden"\n');
        assert.ok(users instanceof Secret || list instanceof Secret);
    });

    it("lets in its clients on its one port", async () => {
        const { ingress } = only(await make(), "kubernetes:networking.k8s.io/v1:NetworkPolicy").inputs["spec"];
        assert.deepEqual(ingress[1], {
            from: [
                {
                    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "airflow" } },
                    podSelector: { matchLabels: { "app.kubernetes.io/part-of": "airflow" } },
                },
            ],
            ports: [{ port: 6432, protocol: "TCP" }],
        });
    });

    it("is the same database at another address", async () => {
        const pooled: PgBouncer["pooled"][] = [];
        await make((pooler) => pooled.push(pooler.pooled));
        const { host, port, database, user, tls } = pooled[0] ?? assert.fail("nothing was made");
        assert.deepEqual(
            { host, port, database, user, tls },
            { host: "pgbouncer.data.svc.cluster.local", port: 6432, database: "airflow", user: "airflow", tls: false },
        );
    });
});
