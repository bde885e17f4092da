import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { Redash, type RedashArgs } from "../../../stacks/workloads/redash.ts";
import { type Collected, collect, type Inputs, ofType, only } from "../../support/mocks.ts";
import { revealed, withGeneratedValues } from "../rendered/stack.ts";
import { POOLS } from "./pools.ts";

const CONFIG: RedashArgs["config"] = {
    image: "redash/redash:26.9.0",
    replicas: { server: 2, worker: 3 },
    processes: 2,
    resources: {
        server: { cpu: "500m", memory: "1Gi" },
        worker: { cpu: "1", memory: "2Gi" },
        scheduler: { cpu: "100m", memory: "512Mi" },
    },
    cache: { kind: "external", host: "cache.example.com", port: 6379, tls: true },
};

const EXTERNAL = { host: "cache.example.com", port: 6379, tls: true };

const make = (
    config: Partial<RedashArgs["config"]> = {},
    cache: RedashArgs["cache"] = EXTERNAL,
): Promise<Collected[]> =>
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
        const all = { ...CONFIG, ...config };
        new Redash("redash", {
            config: all,
            context,
            namespace: "bi",
            database: {
                host: "redash-database.data",
                port: 5432,
                database: "redash",
                user: "redash",
                password: pulumi.secret("hidden"),
                tls: true,
            },
            cache,
        });
    });

const DEPLOYMENT = "kubernetes:apps/v1:Deployment";

describe("Redash", () => {
    let made: Collected[];
    before(async () => {
        made = await make();
    });
    const spec = (part: string, resources = made): Inputs =>
        only(resources, DEPLOYMENT, `redash-${part}`).inputs["spec"];
    const container = (part: string, resources = made): Inputs => spec(part, resources)["template"].spec.containers[0];
    const variable = (owner: Inputs, name: string): Inputs =>
        owner["env"].find((one: Inputs) => one["name"] === name) ?? {};

    it("is made of servers, workers and one scheduler, of which a rollout never has two", () => {
        const parts = ofType(made, DEPLOYMENT).map(({ name, inputs }) => {
            const { replicas, template } = inputs["spec"];
            return `${name}: ${replicas} × ${template.spec.containers[0].args}`;
        });
        assert.deepEqual(parts.toSorted(), [
            "redash-scheduler: 1 × scheduler",
            "redash-server: 2 × server",
            "redash-worker: 3 × worker",
        ]);
        assert.deepEqual(spec("scheduler")["strategy"].rollingUpdate, { maxSurge: 0, maxUnavailable: 1 });
    });

    it("starts everything after the migration, which is awaited", () => {
        const job = only(made, "kubernetes:batch/v1:Job");
        assert.equal(job.inputs["metadata"].annotations["pulumi.com/skipAwait"], undefined);
        for (const { name, dependencies } of ofType(made, DEPLOYMENT)) {
            assert.ok(dependencies.includes(job.urn), name);
        }
    });

    it("asks each part for what it does: scheduler and worker by a program of their own", () => {
        assert.equal(container("server")["readinessProbe"].httpGet.path, "/ping");
        const check = (part: string) => only(made, "kubernetes:core/v1:ConfigMap", `redash-${part}`).inputs["data"];
        assert.match(check("scheduler")["etc.redash.check.py"], /scheduler_lock/);
        assert.match(check("worker")["etc.redash.check.py"], /gethostname/);
        assert.deepEqual(container("worker")["readinessProbe"].exec.command, ["python", "/etc/redash/check.py"]);
    });

    it("gives a worker's query the time that its pod has", () => {
        const { data } = only(made, "kubernetes:core/v1:ConfigMap", "redash-worker").inputs;
        const grace = spec("worker")["template"].spec.terminationGracePeriodSeconds;
        assert.equal(grace, 300);
        assert.match(data["app.worker.conf"], /^stopwaitsecs=285$/m);
        assert.match(data["app.graceful_worker.py"], /^Worker\.imminent_shutdown_delay = 270$/m);
        const paths: readonly string[] = container("worker")["volumeMounts"].map((m: Inputs) => m["mountPath"]);
        assert.ok(paths.includes("/app/worker.conf"), "where the image looks for it");
    });

    it("keeps database and keys in a Secret, and nowhere in plain", () => {
        for (const name of ["REDASH_DATABASE_URL", "REDASH_REDIS_URL", "REDASH_COOKIE_SECRET", "REDASH_SECRET_KEY"]) {
            assert.ok(variable(container("server"), name)["valueFrom"].secretKeyRef, name);
        }
        const others = made.filter(({ type }) => type !== "kubernetes:core/v1:Secret");
        assert.doesNotMatch(JSON.stringify(others.map(({ inputs }) => inputs)), /hidden/);
    });

    it("does what its options say", async () => {
        const other = await make({
            image: "redash/redash:26.10.0",
            replicas: { server: 4, worker: 5 },
            processes: 6,
            resources: { ...CONFIG.resources, scheduler: { cpu: "200m", memory: "1Gi" } },
        });
        assert.deepEqual([spec("server", other)["replicas"], spec("worker", other)["replicas"]], [4, 5]);
        assert.equal(variable(container("server", other), "REDASH_WEB_WORKERS")["value"], "6");
        assert.equal(variable(container("worker", other), "WORKERS_COUNT")["value"], "6");
        assert.equal(container("scheduler", other)["resources"].limits.memory, "1Gi");
        assert.equal(container("server", other)["image"], "redash/redash:26.10.0");
    });

    it("finds its cache at one address: another's, or that of proxies, which ask for a password", async () => {
        const url = (resources: Collected[]): unknown => {
            const { stringData } = only(resources, "kubernetes:core/v1:Secret", "redash").inputs;
            return (revealed(stringData) as Inputs)["cache-url"];
        };
        assert.equal(
            url(await withGeneratedValues(() => make())),
            "rediss://cache.example.com:6379/0?ssl_cert_reqs=required",
        );
        const proxy = { host: "cache-proxy.data", port: 6379, password: pulumi.secret("hidden") } as const;
        const proxied = await withGeneratedValues(() => make({}, proxy));
        assert.equal(url(proxied), "redis://:hidden@cache-proxy.data:6379/0");
        const others = proxied.filter(({ type }) => type !== "kubernetes:core/v1:Secret");
        assert.doesNotMatch(JSON.stringify(others.map(({ inputs }) => inputs)), /hidden/);
    });
});
