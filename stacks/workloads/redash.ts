import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { BatchJob } from "../../components/batch-job.ts";
import { StatelessService, type StatelessServiceArgs } from "../../components/stateless-service.ts";
import { dependencyList } from "../../components/support/children.ts";
import { serviceAddress, workloadLabels } from "../../components/support/naming.ts";
import type { Duration } from "../../components/values/duration.ts";
import type { EnvValue, Health, WorkloadArgs } from "../../components/workload-args.ts";
import type { EksConfig } from "../config.ts";
import type { CacheProxy } from "./cache-proxy.ts";
import { placed, type WorkloadContext } from "./context.ts";
import { type DatabaseEndpoint, databaseUrl } from "./metadata-database/connection.ts";
import { cacheUrl, proxiedCacheUrl, type RedisCache } from "./redash/cache-url.ts";
import { REDIS_VARIABLE, schedulerCheck, workerCheck } from "./redash/checks.ts";
import { SUPERVISOR_FILE, supervisorConfiguration, WORKER_FILE, workerProgram } from "./redash/worker-files.ts";

const SYSTEM = "redash";
const SERVER = "redash-server";
const SCHEDULER = "redash-scheduler";
const WORKER = "redash-worker";
const MIGRATION = "redash-migrate";
const SECRET = "redash";

/** Pods that connect to the cache. */
export const REDASH_CACHE_CLIENTS = [SERVER, SCHEDULER, WORKER, MIGRATION] as const;

const HTTP_PORT = 5000;
const KEY_LENGTH = 64;
const CHECK_FILE = "/etc/redash/check.py";

/** A worker that stops finishes its query first; one that takes longer fails. */
const WORKER_GRACE: Duration = "5 minutes";

/** `redash` and its group in the image. Source: redash, Dockerfile (`useradd`). */
const IMAGE_USER = { user: 1000, group: 1000 } as const;

/** Tables in an empty database, then whatever a newer version changes in them; both do nothing where that is done. */
const MIGRATE = ["/app/manage.py database create_tables", "/app/manage.py db upgrade"].join("\n");

/** Arguments of {@link Redash}. */
export interface RedashArgs {
    readonly config: NonNullable<EksConfig["redash"]>;
    readonly context: WorkloadContext;
    /** Has to be there before (see `dependsOn`). */
    readonly namespace: string;
    readonly database: DatabaseEndpoint;
    /** What queries wait in. It has to be one address: Redash cannot ask sentinels who leads (redash/__init__.py, `from_url`). */
    readonly cache: RedisCache | Pick<CacheProxy, "host" | "port" | "password">;
}

/**
 * Redash: servers, workers that run queries, and the scheduler, which puts them into the queue by the clock. What has to
 * last is in the database and the queue is in the cache, so that all three are Deployments. There is one scheduler, and a
 * rollout stops it before the next one starts; a second would wait for the first one's lock.
 *
 * A failover of the cache closes all connections to it. Servers and workers connect again (RQ with growing pauses), the
 * scheduler ends and its container is started again; a query that was asked for in between fails, and is asked for once more
 * by whoever wants it. So what is behind the address may fail over as long as the address stays: `CacheProxy` sees to that in
 * front of Valkey with Sentinel, as ElastiCache does itself.
 *
 * The first to open it makes the administrator's account: do so as soon as it is up.
 */
export class Redash extends pulumi.ComponentResource {
    /** DNS name of the user interface. */
    readonly address: string;

    readonly #args: RedashArgs;

    constructor(name: string, args: RedashArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("dataplatform:system:Redash", name, {}, opts);
        const after = dependencyList(opts.dependsOn);
        this.#args = args;
        this.address = serviceAddress(SERVER, args.namespace);
        const secret = this.#secret(after);
        const ready = [...after, this.#migration([...after, secret])];
        this.#server(ready);
        this.#scheduler(ready);
        this.#worker(ready);
        this.registerOutputs({ address: this.address });
    }

    #secret(dependsOn: pulumi.Input<pulumi.Resource>[]): k8s.core.v1.Secret {
        const { namespace, database, cache } = this.#args;
        const key = (of: string): pulumi.Output<string> =>
            new random.RandomPassword(`redash-${of}`, { length: KEY_LENGTH, special: false }, { parent: this }).result;
        const tls: Record<string, string> = database.tls ? { sslmode: "require" } : {};
        return new k8s.core.v1.Secret(
            SECRET,
            {
                metadata: { name: SECRET, namespace, labels: workloadLabels(SECRET, SYSTEM) },
                stringData: {
                    "database-url": database.password.apply((password) =>
                        databaseUrl("postgresql", database, password, tls),
                    ),
                    "cache-url":
                        "password" in cache
                            ? cache.password.apply((password) => proxiedCacheUrl(cache.host, cache.port, password))
                            : cacheUrl(cache),
                    "cookie-secret": key("cookie-secret"),
                    // Encrypts what Redash knows of other databases.
                    "secret-key": key("secret-key"),
                },
            },
            { parent: this, dependsOn },
        );
    }

    #environment(): Record<string, EnvValue> {
        const { context } = this.#args;
        return {
            REDASH_DATABASE_URL: { secret: SECRET, key: "database-url" },
            REDASH_COOKIE_SECRET: { secret: SECRET, key: "cookie-secret" },
            REDASH_SECRET_KEY: { secret: SECRET, key: "secret-key" },
            [REDIS_VARIABLE]: { secret: SECRET, key: "cache-url" },
            // A connection that a failover has cut is noticed before it is used.
            SQLALCHEMY_ENABLE_POOL_PRE_PING: "true",
            REDASH_GUNICORN_BIND: `0.0.0.0:${HTTP_PORT}`,
            REDASH_LOG_STDOUT: "true",
            ...(context.domain === undefined
                ? {}
                : { REDASH_HOST: `https://${SYSTEM}.${context.domain}`, REDASH_COOKIES_SECURE: "true" }),
        };
    }

    /** What all parts have in common. */
    #workload(): Omit<WorkloadArgs, "command" | "resources"> {
        const { config, context, namespace } = this.#args;
        return {
            ...placed(context),
            namespace,
            system: SYSTEM,
            image: config.image,
            env: this.#environment(),
            scratch: { "/tmp": "1Gi" },
            security: IMAGE_USER,
        };
    }

    #migration(dependsOn: pulumi.Input<pulumi.Resource>[]): BatchJob {
        return new BatchJob(
            MIGRATION,
            {
                ...this.#workload(),
                args: ["bash", "-ec", MIGRATE],
                resources: this.#args.config.resources.server,
                deadline: "20 minutes",
                awaited: true,
            },
            { parent: this, dependsOn },
        );
    }

    #service(
        name: string,
        args: Omit<StatelessServiceArgs, "namespace" | "system" | "image">,
        dependsOn: pulumi.Input<pulumi.Resource>[],
    ): StatelessService {
        return new StatelessService(name, { ...this.#workload(), ...args }, { parent: this, dependsOn });
    }

    #server(dependsOn: pulumi.Input<pulumi.Resource>[]): StatelessService {
        const { config, context } = this.#args;
        return this.#service(
            SERVER,
            {
                args: ["server"],
                env: { ...this.#environment(), REDASH_WEB_WORKERS: String(config.processes) },
                replicas: config.replicas.server,
                resources: config.resources.server,
                ports: { http: HTTP_PORT },
                health: { ready: { kind: "http", path: "/ping", port: "http" }, startUp: "3 minutes" },
                shutdown: { gracePeriod: "75 seconds" },
                ...(context.domain === undefined ? {} : { ingress: { host: `${SYSTEM}.${context.domain}` } }),
            },
            dependsOn,
        );
    }

    #scheduler(dependsOn: pulumi.Input<pulumi.Resource>[]): StatelessService {
        return this.#service(
            SCHEDULER,
            {
                args: ["scheduler"],
                replicas: 1,
                update: "inPlace",
                resources: this.#args.config.resources.scheduler,
                configFiles: { [CHECK_FILE]: schedulerCheck() },
                health: CHECKED,
            },
            dependsOn,
        );
    }

    #worker(dependsOn: pulumi.Input<pulumi.Resource>[]): StatelessService {
        const { config } = this.#args;
        return this.#service(
            WORKER,
            {
                args: ["worker"],
                env: { ...this.#environment(), WORKERS_COUNT: String(config.processes), QUEUES: "" },
                replicas: config.replicas.worker,
                resources: config.resources.worker,
                configFiles: {
                    [CHECK_FILE]: workerCheck(),
                    [SUPERVISOR_FILE]: supervisorConfiguration(WORKER_GRACE),
                    [WORKER_FILE]: workerProgram(WORKER_GRACE),
                },
                health: CHECKED,
                shutdown: { gracePeriod: WORKER_GRACE },
            },
            dependsOn,
        );
    }
}

/** A program of its own each time, which asks the cache. */
const CHECKED: Health = {
    ready: { kind: "command", command: ["python", CHECK_FILE] },
    startUp: "3 minutes",
    every: "60 seconds",
    timeout: "15 seconds",
};
