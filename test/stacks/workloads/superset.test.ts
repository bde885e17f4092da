import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { Superset, type SupersetArgs } from "../../../stacks/workloads/superset.ts";
import { type Collected, collect, type Inputs, ofType, only } from "../../support/mocks.ts";
import { POOLS } from "./pools.ts";

const CONFIG: SupersetArgs["config"] = {
    image: "apache/superset:6.1.0-dev",
    replicas: { web: 2, worker: 3 },
    processes: 2,
    resources: {
        web: { cpu: "500m", memory: "2Gi" },
        worker: { cpu: "1", memory: "3Gi" },
        beat: { cpu: "100m", memory: "512Mi" },
    },
};

const SENTINELS = [0, 1, 2].map((ordinal) => `cache-${ordinal}.cache-headless.data:26379`);

const make = (config: Partial<SupersetArgs["config"]> = {}): Promise<Collected[]> =>
    collect(() => {
        const context = {
            cluster: { loadBalancer: { groupName: "shared", cidrs: ["10.0.0.0/20"] } },
            claimProvider: new k8s.Provider("claims", {}),
            storageClass: undefined,
            throughputClass: undefined,
            pools: POOLS,
            availability: { downtimeBudget: "5 minutes" },
            domain: "data.example.com",
        } as const;
        new Superset("superset", {
            config: { ...CONFIG, ...config },
            context,
            namespace: "bi",
            database: {
                host: "superset-database.data",
                port: 5432,
                database: "superset",
                user: "superset",
                password: pulumi.secret("hidden"),
                tls: true,
            },
            cache: {
                sentinelAddresses: SENTINELS,
                primaryName: "cache",
                password: pulumi.secret("hidden-password-of-the-cache"),
            },
        });
    });

const DEPLOYMENT = "kubernetes:apps/v1:Deployment";

describe("Superset", () => {
    let made: Collected[];
    before(async () => {
        made = await make();
    });
    const spec = (name: string, resources = made): Inputs => only(resources, DEPLOYMENT, name).inputs["spec"];
    const container = (name: string, resources = made): Inputs => spec(name, resources)["template"].spec.containers[0];
    const variable = (owner: Inputs, name: string): Inputs =>
        owner["env"].find((one: Inputs) => one["name"] === name) ?? {};

    it("never runs a second beat, not even in a rollout", () => {
        assert.equal(spec("superset-beat")["replicas"], 1);
        assert.deepEqual(spec("superset-beat")["strategy"].rollingUpdate, { maxSurge: 0, maxUnavailable: 1 });
        assert.ok(container("superset-beat")["command"].includes("beat"));
    });

    it("starts everything after the migration, which is awaited", () => {
        const job = only(made, "kubernetes:batch/v1:Job");
        assert.equal(job.inputs["metadata"].annotations["pulumi.com/skipAwait"], undefined);
        assert.match(
            job.inputs["spec"].template.spec.containers[0].command.at(-1),
            /^superset db upgrade\nsuperset init\n/,
        );
        for (const { name, dependencies } of ofType(made, DEPLOYMENT)) {
            assert.ok(dependencies.includes(job.urn), name);
        }
    });

    it("keeps database and key in Secrets, and nowhere in plain", () => {
        for (const [name, key] of [
            ["SUPERSET_DATABASE_URL", "database-url"],
            ["SUPERSET_SECRET_KEY", "secret-key"],
        ] as const) {
            assert.equal(variable(container("superset-web"), name)["valueFrom"].secretKeyRef.key, key);
        }
        const others = made.filter(({ type }) => type !== "kubernetes:core/v1:Secret");
        assert.doesNotMatch(JSON.stringify(others.map(({ inputs }) => inputs)), /hidden/);
    });

    it("asks the sentinels where the cache is, with a password that is nowhere in plain", () => {
        const worker = container("superset-worker");
        assert.equal(variable(worker, "SUPERSET_CACHE_SENTINELS")["value"], SENTINELS.join(","));
        assert.equal(variable(worker, "SUPERSET_CACHE_PRIMARY")["value"], "cache");
        assert.equal(variable(worker, "SUPERSET_CACHE_PASSWORD")["valueFrom"].secretKeyRef.key, "cache-password");
    });

    it("gives all parts the same configuration, where Superset looks for it", () => {
        for (const part of ["web", "worker", "beat"]) {
            const paths: readonly string[] = container(`superset-${part}`)["volumeMounts"].map(
                (m: Inputs) => m["mountPath"],
            );
            assert.ok(paths.includes("/app/pythonpath/superset_config.py"), part);
        }
    });

    it("is reached by the load balancer at its web servers, and by nobody else", () => {
        assert.equal(only(made, "kubernetes:networking.k8s.io/v1:Ingress").name, "superset-web");
        const rules = (part: string) =>
            only(made, "kubernetes:networking.k8s.io/v1:NetworkPolicy", `superset-${part}`).inputs["spec"].ingress;
        assert.deepEqual([rules("web").length, rules("worker").length, rules("beat").length], [2, 1, 1]);
    });

    it("does what its options say", async () => {
        const other = await make({
            image: "registry.example.com/superset:6.1.0-1",
            replicas: { web: 3, worker: 4 },
            processes: 5,
            resources: { ...CONFIG.resources, beat: { cpu: "200m", memory: "1Gi" } },
        });
        assert.deepEqual([spec("superset-web", other)["replicas"], spec("superset-worker", other)["replicas"]], [3, 4]);
        assert.ok(container("superset-web", other)["command"].includes("--workers=5"));
        assert.ok(container("superset-worker", other)["command"].includes("--concurrency=5"));
        assert.equal(container("superset-beat", other)["resources"].limits.memory, "1Gi");
        assert.equal(container("superset-beat", other)["image"], "registry.example.com/superset:6.1.0-1");
    });
});
