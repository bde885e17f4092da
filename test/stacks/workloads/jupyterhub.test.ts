import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { JupyterHub, type JupyterHubArgs } from "../../../stacks/workloads/jupyterhub.ts";
import { type Collected, collect, type Inputs, ofType, only, Secret } from "../../support/mocks.ts";
import { withGeneratedValues } from "../rendered/stack.ts";
import { POOLS } from "./pools.ts";

const CONFIG: JupyterHubArgs["config"] = {
    image: "quay.io/jupyter/scipy-notebook:2026-10-05",
    admins: ["root-of-all"],
    users: ["ana", "ben"],
    guarantee: { cpu: "250m", memory: "1Gi" },
    limit: { cpu: "2", memory: "4Gi" },
    homeStorage: "10Gi",
    idleTimeout: "1 hour",
};

const make = (config: Partial<JupyterHubArgs["config"]> = {}): Promise<Collected[]> =>
    withGeneratedValues(() =>
        collect(() => {
            const context = {
                cluster: { loadBalancer: { groupName: "shared", cidrs: ["10.0.0.0/20"] } },
                claimProvider: new k8s.Provider("claims", {}),
                storageClass: "gp3-retain",
                throughputClass: undefined,
                pools: POOLS,
                availability: { downtimeBudget: "5 minutes" },
                domain: "data.example.com",
            } as const;
            new JupyterHub("jupyterhub", {
                config: { ...CONFIG, ...config },
                context,
                namespace: "jupyterhub",
                database: {
                    host: "jupyterhub-database.data",
                    port: 5432,
                    database: "jupyterhub",
                    user: "jupyterhub",
                    password: pulumi.secret("hidden"),
                    tls: true,
                },
            });
        }),
    );

const RELEASE = "kubernetes:helm.sh/v3:Release";
const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";

describe("JupyterHub", () => {
    let made: Collected[];
    before(async () => {
        made = await make();
    });
    const values = (resources = made): Inputs => only(resources, RELEASE).inputs["values"];

    it("keeps the hub's state in the database, so that its Deployment has no claim", () => {
        const { type, url, upgrade, pvc } = values()["hub"].db;
        assert.deepEqual([type, upgrade, pvc], ["postgres", true, undefined]);
        assert.equal(url, "postgresql+psycopg2://jupyterhub@jupyterhub-database.data:5432/jupyterhub?sslmode=require");
    });

    it("hands passwords to the hub by a Secret, and none to the chart", () => {
        const { existingSecret } = values()["hub"];
        const { metadata, stringData } = only(made, "kubernetes:core/v1:Secret", existingSecret).inputs;
        assert.equal(metadata.name, "jupyterhub");
        const read = (key: string): string => {
            const all = Object(stringData instanceof Secret ? stringData.reveal() : stringData);
            return String(all[key] instanceof Secret ? all[key].reveal() : all[key]);
        };
        assert.equal(read("hub.db.password"), "hidden");
        const { SharedPasswordAuthenticator: accounts } = parse(read("values.yaml")).hub.config;
        assert.notEqual(accounts.admin_password, accounts.user_password);
        assert.doesNotMatch(JSON.stringify(values()), /hidden|generated-value/);
    });

    it("puts notebooks into the pool of jobs, within limits, and stops those that do nothing", () => {
        const { nodeSelector, extraTolerations, cpu, memory, storage, image } = values()["singleuser"];
        assert.deepEqual(nodeSelector, { workload: "batch" });
        assert.deepEqual(extraTolerations[0].value, "batch");
        assert.deepEqual(
            [cpu, memory],
            [
                { guarantee: 0.25, limit: 2 },
                { guarantee: "1G", limit: "4G" },
            ],
        );
        assert.deepEqual([storage.capacity, storage.dynamic.storageClass], ["10Gi", "gp3-retain"]);
        assert.deepEqual(image, { name: "quay.io/jupyter/scipy-notebook", tag: "2026-10-05" });
        assert.deepEqual([values()["cull"].enabled, values()["cull"].timeout], [true, 3600]);
    });

    it("asks for nothing that the namespace refuses", () => {
        assert.equal(values()["singleuser"].cloudMetadata.blockWithIptables, false);
        const security = values()["hub"].config.KubeSpawner.container_security_context;
        assert.deepEqual([security.runAsNonRoot, security.capabilities.drop], [true, ["ALL"]]);
    });

    it("lets in whom each part needs, and nobody else", () => {
        const edges: readonly string[] = ofType(made, POLICY).flatMap(({ name, inputs }) =>
            inputs["spec"].ingress.flatMap(({ from, ports }: Inputs) =>
                from.map(({ podSelector, namespaceSelector, ipBlock }: Inputs) => {
                    const part = podSelector?.matchLabels["app.kubernetes.io/component"];
                    const peer = part ?? ipBlock?.cidr ?? namespaceSelector.matchLabels["kubernetes.io/metadata.name"];
                    return `${peer} → ${name}:${ports[0].port}`;
                }),
            ),
        );
        assert.deepEqual(edges.toSorted(), [
            "10.0.0.0/20 → jupyterhub-proxy:8000",
            "hub → jupyterhub-proxy:8001",
            "hub → jupyterhub-singleuser-server:8888",
            "monitoring → jupyterhub-hub:8081",
            "proxy → jupyterhub-hub:8081",
            "proxy → jupyterhub-singleuser-server:8888",
            "singleuser-server → jupyterhub-hub:8081",
        ]);
    });

    it("is released once policies and Secret are there, and has a name on the load balancer", () => {
        const { dependencies } = only(made, RELEASE);
        for (const policy of ofType(made, POLICY)) {
            assert.ok(dependencies.includes(policy.urn), policy.name);
        }
        const { rules } = only(made, "kubernetes:networking.k8s.io/v1:Ingress").inputs["spec"];
        assert.equal(rules[0].host, "jupyterhub.data.example.com");
        assert.equal(rules[0].http.paths[0].backend.service.name, "proxy-public");
    });

    it("does what its options say", async () => {
        const other = values(
            await make({
                image: "registry.example.com:443/notebook:1.2",
                admins: ["eva"],
                users: [],
                guarantee: { cpu: "1", memory: "2Gi" },
                limit: { cpu: "4", memory: "512Mi" },
                homeStorage: "1Ti",
                idleTimeout: "20 minutes",
            }),
        );
        assert.deepEqual(other["singleuser"].image, { name: "registry.example.com:443/notebook", tag: "1.2" });
        assert.deepEqual(other["hub"].config.Authenticator, { admin_users: ["eva"], allowed_users: ["eva"] });
        assert.deepEqual(values()["hub"].config.Authenticator.allowed_users, ["root-of-all", "ana", "ben"]);
        assert.deepEqual(other["singleuser"].memory, { guarantee: "2G", limit: "512M" });
        assert.equal(other["singleuser"].storage.capacity, "1Ti");
        assert.equal(other["cull"].timeout, 1200);
    });
});
