import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { Metabase, type MetabaseArgs } from "../../../stacks/workloads/metabase.ts";
import { type Collected, collect, type Inputs, only } from "../../support/mocks.ts";
import { POOLS } from "./pools.ts";

const CONFIG: MetabaseArgs["config"] = {
    image: "metabase/metabase:v0.63.19",
    replicas: 2,
    resources: { cpu: "500m", memory: "2Gi" },
};

const make = (config: Partial<MetabaseArgs["config"]> = {}, domain?: string): Promise<Collected[]> =>
    collect(() => {
        const context = {
            cluster: { loadBalancer: { groupName: "shared", cidrs: ["10.0.0.0/20"] } },
            claimProvider: new k8s.Provider("claims", {}),
            storageClass: undefined,
            throughputClass: undefined,
            pools: POOLS,
            availability: { downtimeBudget: "5 minutes" },
            ...(domain === undefined ? {} : { domain }),
        } as const;
        new Metabase("metabase", {
            config: { ...CONFIG, ...config },
            context,
            namespace: "bi",
            database: {
                host: "metabase-database.data",
                port: 5432,
                database: "metabase",
                user: "metabase",
                password: pulumi.secret("hidden"),
                tls: true,
            },
        });
    });

const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const JOB = "kubernetes:batch/v1:Job";

describe("Metabase", () => {
    let made: Collected[];
    before(async () => {
        made = await make();
    });
    const container = (type: string, resources = made): Inputs =>
        only(resources, type).inputs["spec"].template.spec.containers[0];
    const variable = (owner: Inputs, name: string): Inputs =>
        owner["env"].find((one: Inputs) => one["name"] === name) ?? {};

    it("lets one job migrate the database, before any server starts", () => {
        assert.deepEqual(container(JOB)["command"].slice(-2), ["migrate", "up"]);
        assert.ok(only(made, DEPLOYMENT).dependencies.includes(only(made, JOB).urn));
        assert.equal(variable(container(DEPLOYMENT), "MB_DB_AUTOMIGRATE")["value"], "false");
    });

    it("reads password and key from its Secret, and shows them nowhere", () => {
        const server = container(DEPLOYMENT);
        const refs = ["MB_DB_PASS", "MB_ENCRYPTION_SECRET_KEY"].map(
            (name) => variable(server, name)["valueFrom"]?.secretKeyRef.key,
        );
        assert.deepEqual(refs, ["database-password", "encryption-key"]);
        assert.equal(
            variable(server, "MB_DB_CONNECTION_URI")["value"],
            "jdbc:postgresql://metabase-database.data:5432/metabase?sslmode=require",
        );
        const others = made.filter(({ type }) => type !== "kubernetes:core/v1:Secret");
        assert.doesNotMatch(JSON.stringify(others.map(({ inputs }) => inputs)), /hidden/);
    });

    it("is rolled out without being away, and not restarted when its database fails over", () => {
        assert.equal(only(made, DEPLOYMENT).inputs["spec"].strategy.rollingUpdate.maxUnavailable, 0);
        const { readinessProbe, livenessProbe } = container(DEPLOYMENT);
        assert.equal(readinessProbe.httpGet.path, "/api/health");
        assert.equal(livenessProbe.tcpSocket.port, "http");
    });

    it("runs as the image's user, with the heap a share of the memory", () => {
        const { securityContext } = container(DEPLOYMENT);
        assert.deepEqual([securityContext.runAsUser, securityContext.readOnlyRootFilesystem], [2000, true]);
        assert.match(variable(container(DEPLOYMENT), "JDK_JAVA_OPTIONS")["value"], /MaxRAMPercentage=70.*Count=1/);
    });

    it("has a name on the load balancer where there is a domain", async () => {
        const ingress = "kubernetes:networking.k8s.io/v1:Ingress";
        assert.ok(!made.some(({ type }) => type === ingress));
        const named = await make({}, "data.example.com");
        assert.equal(only(named, ingress).inputs["spec"].rules[0].host, "metabase.data.example.com");
        assert.equal(
            variable(container(DEPLOYMENT, named), "MB_SITE_URL")["value"],
            "https://metabase.data.example.com",
        );
    });

    it("does what replicas, resources and image say", async () => {
        const other = await make({
            replicas: 3,
            resources: { cpu: "2", memory: "4Gi" },
            image: "metabase/metabase:v0.64.1",
        });
        assert.equal(only(other, DEPLOYMENT).inputs["spec"].replicas, 3);
        const { image, resources } = container(DEPLOYMENT, other);
        assert.deepEqual([image, resources.limits.memory], ["metabase/metabase:v0.64.1", "4Gi"]);
        assert.match(variable(container(DEPLOYMENT, other), "JDK_JAVA_OPTIONS")["value"], /Count=2/);
    });
});
