import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { BatchJob } from "../../components/batch-job.ts";
import { StatelessService, type StatelessServiceArgs } from "../../components/stateless-service.ts";
import { dependencyList } from "../../components/support/children.ts";
import { serviceAddress, workloadLabels } from "../../components/support/naming.ts";
import type { EnvValue, WorkloadArgs } from "../../components/workload-args.ts";
import type { EksConfig } from "../config.ts";
import type { Cache } from "./cache.ts";
import { placed, type WorkloadContext } from "./context.ts";
import { type DatabaseEndpoint, databaseUrl } from "./metadata-database/connection.ts";
import { SUPERSET_VARIABLES, supersetConfig } from "./superset/config-file.ts";

const SYSTEM = "superset";
const WEB = "superset-web";
const WORKER = "superset-worker";
const BEAT = "superset-beat";
const MIGRATION = "superset-migrate";
/** Pods that use the cache: the whole program does, whatever it is started for. */
export const SUPERSET_CACHE_CLIENTS = [WEB, WORKER, BEAT, MIGRATION] as const;
const SECRET = "superset";
const ADMIN_SECRET = "superset-admin";

const HTTP_PORT = 8088;
/** Requests that one pod works on at the same time; they wait for databases more than they compute. */
const THREADS = 20;
const CONFIG_FILE = "/app/pythonpath/superset_config.py";
const CELERY = ["celery", "--app=superset.tasks.celery_app:app"] as const;
/** Where beat notes what it has done; only for itself, from one minute to the next. */
const SCHEDULE_FILE = "/tmp/celerybeat-schedule";

/** `superset` and its group in the image. Source: superset, Dockerfile (`useradd`). */
const IMAGE_USER = { user: 1000, group: 1000 } as const;

/** All are idempotent: an existing user is left as it is. */
const MIGRATE = [
    "superset db upgrade",
    "superset init",
    'superset fab create-admin --username "$ADMIN_USERNAME" --password "$ADMIN_PASSWORD"' +
        " --firstname Platform --lastname Admin --email admin@localhost",
].join("\n");

/** Arguments of {@link Superset}. */
export interface SupersetArgs {
    readonly config: NonNullable<EksConfig["superset"]>;
    readonly context: WorkloadContext;
    /** Has to be there before (see `dependsOn`). */
    readonly namespace: string;
    readonly database: DatabaseEndpoint;
    /** What queries wait in, and their results; lets in {@link SUPERSET_CACHE_CLIENTS}. */
    readonly cache: Pick<Cache, "sentinelAddresses" | "primaryName" | "password">;
}

/**
 * Superset: web servers, workers for queries that take long, and beat, which puts tasks into the queue by the clock. What
 * has to last is in the database; queue and results are in the cache, so that all three are Deployments.
 *
 * There is one beat, and a rollout stops it before the next one starts: two would start every task twice. One that is lost
 * with its node is away until it is rescheduled, and what was due meanwhile is skipped.
 *
 * Everything waits for the migration, which also makes the first administrator: name and password are in the Secret
 * `superset-admin`.
 */
export class Superset extends pulumi.ComponentResource {
    /** DNS name of the user interface. */
    readonly address: string;

    readonly #args: SupersetArgs;

    constructor(name: string, args: SupersetArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("dataplatform:system:Superset", name, {}, opts);
        const after = dependencyList(opts.dependsOn);
        this.#args = args;
        this.address = serviceAddress(WEB, args.namespace);
        const secrets = this.#secrets(after);
        const ready = [...after, this.#migration([...after, ...secrets])];
        this.#web(ready);
        this.#worker(ready);
        this.#beat(ready);
        this.registerOutputs({ address: this.address });
    }

    #secrets(dependsOn: pulumi.Input<pulumi.Resource>[]): k8s.core.v1.Secret[] {
        const { namespace, database, cache } = this.#args;
        const text = (name: string, length: number): pulumi.Output<string> =>
            new random.RandomPassword(name, { length, special: false }, { parent: this }).result;
        const secret = (name: string, stringData: Record<string, pulumi.Input<string>>): k8s.core.v1.Secret =>
            new k8s.core.v1.Secret(
                name,
                { metadata: { name, namespace, labels: workloadLabels(name, SYSTEM) }, stringData },
                { parent: this, dependsOn },
            );
        const tls: Record<string, string> = database.tls ? { sslmode: "require" } : {};
        return [
            secret(SECRET, {
                "database-url": database.password.apply((password) =>
                    databaseUrl("postgresql+psycopg2", database, password, tls),
                ),
                "cache-password": cache.password,
                // Signs sessions, and encrypts what Superset knows of other databases.
                "secret-key": text("superset-secret-key", 64),
            }),
            secret(ADMIN_SECRET, { username: "admin", password: text("superset-admin-password", 32) }),
        ];
    }

    #environment(): Record<string, EnvValue> {
        const { cache } = this.#args;
        return {
            [SUPERSET_VARIABLES.database]: { secret: SECRET, key: "database-url" },
            [SUPERSET_VARIABLES.secretKey]: { secret: SECRET, key: "secret-key" },
            [SUPERSET_VARIABLES.sentinels]: cache.sentinelAddresses.join(","),
            [SUPERSET_VARIABLES.primary]: cache.primaryName,
            [SUPERSET_VARIABLES.password]: { secret: SECRET, key: "cache-password" },
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
            configFiles: { [CONFIG_FILE]: supersetConfig() },
            scratch: { "/app/superset_home": "1Gi", "/tmp": "1Gi" },
            security: IMAGE_USER,
        };
    }

    #migration(dependsOn: pulumi.Input<pulumi.Resource>[]): BatchJob {
        return new BatchJob(
            MIGRATION,
            {
                ...this.#workload(),
                command: ["bash", "-ec", MIGRATE],
                env: {
                    ...this.#environment(),
                    ADMIN_USERNAME: { secret: ADMIN_SECRET, key: "username" },
                    ADMIN_PASSWORD: { secret: ADMIN_SECRET, key: "password" },
                },
                resources: this.#args.config.resources.worker,
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

    #web(dependsOn: pulumi.Input<pulumi.Resource>[]): StatelessService {
        const { config, context } = this.#args;
        return this.#service(
            WEB,
            {
                command: [
                    "gunicorn",
                    `--bind=0.0.0.0:${HTTP_PORT}`,
                    "--worker-class=gthread",
                    `--workers=${config.processes}`,
                    `--threads=${THREADS}`,
                    "--timeout=60",
                    "--worker-tmp-dir=/tmp",
                    "--access-logfile=-",
                    "superset.app:create_app()",
                ],
                replicas: config.replicas.web,
                resources: config.resources.web,
                ports: { http: HTTP_PORT },
                // It asks neither the database nor the cache: a failover is no reason to restart.
                health: { ready: { kind: "http", path: "/health", port: "http" }, startUp: "3 minutes" },
                shutdown: { gracePeriod: "75 seconds" },
                ...(context.domain === undefined ? {} : { ingress: { host: `${SYSTEM}.${context.domain}` } }),
            },
            dependsOn,
        );
    }

    #worker(dependsOn: pulumi.Input<pulumi.Resource>[]): StatelessService {
        const { config } = this.#args;
        const ping = [...CELERY, "inspect", "ping", '--destination="celery@$HOSTNAME"'].join(" ");
        return this.#service(
            WORKER,
            {
                command: [...CELERY, "worker", "--pool=prefork", `--concurrency=${config.processes}`],
                replicas: config.replicas.worker,
                resources: config.resources.worker,
                // Asked by way of the cache, and a whole program each time.
                health: {
                    ready: { kind: "command", command: ["bash", "-c", ping] },
                    startUp: "3 minutes",
                    every: "2 minutes",
                    timeout: "60 seconds",
                },
                // What runs is finished first. A query that takes longer is killed, and begun again by another worker when the
                // queue counts it as lost: not at once, but after hours (`visibility_timeout`).
                shutdown: { gracePeriod: "5 minutes" },
            },
            dependsOn,
        );
    }

    #beat(dependsOn: pulumi.Input<pulumi.Resource>[]): StatelessService {
        // Beat writes its notes every three minutes.
        const fresh = `find ${SCHEDULE_FILE}* -mmin -10 | grep -q .`;
        return this.#service(
            BEAT,
            {
                command: [...CELERY, "beat", "--pidfile=", `--schedule=${SCHEDULE_FILE}`],
                replicas: 1,
                update: "inPlace",
                resources: this.#args.config.resources.beat,
                health: {
                    ready: { kind: "command", command: ["bash", "-c", fresh] },
                    startUp: "3 minutes",
                    every: "60 seconds",
                },
            },
            dependsOn,
        );
    }
}
