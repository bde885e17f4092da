import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { BatchJob } from "../../components/batch-job.ts";
import { namespaceRole, serviceAccount } from "../../components/specs/rbac.ts";
import { StatelessService, type StatelessServiceArgs } from "../../components/stateless-service.ts";
import { dependencyList } from "../../components/support/children.ts";
import { serviceAddress, workloadLabels } from "../../components/support/naming.ts";
import type { Health, HealthCheck, WorkloadArgs } from "../../components/workload-args.ts";
import type { StackConfig } from "../config.ts";
import { API_SERVER_RULES, SCHEDULER_RULES, TASK_RULES, TRIGGERER_RULES } from "./airflow/access.ts";
import { apiServerProgram } from "./airflow/api-server.ts";
import { databaseUrls } from "./airflow/database-urls.ts";
import {
    type AirflowSettings,
    API_SERVER_PORT,
    componentEnvironment,
    POD_TEMPLATE_FILE,
    SCHEDULER_HEALTH_PORT,
    SCHEDULERS,
    TRIGGER_LOG_PORT,
} from "./airflow/environment.ts";
import { fernetKey } from "./airflow/keys.ts";
import { logAccess } from "./airflow/remote-logs.ts";
import { AIRFLOW_SCRATCH, AIRFLOW_USER, TASK, taskPodTemplate } from "./airflow/task-pod.ts";
import { placed, type WorkloadContext } from "./context.ts";
import type { DatabaseEndpoint } from "./metadata-database/connection.ts";

const SYSTEM = "airflow";
const API_SERVER = "airflow-api-server";
const SCHEDULER = "airflow-scheduler";
const DAG_PROCESSOR = "airflow-dag-processor";
const TRIGGERER = "airflow-triggerer";
/** Components that use the metadata database; tasks go through the API server instead. */
export const AIRFLOW_DATABASE_CLIENTS = [API_SERVER, SCHEDULER, DAG_PROCESSOR, TRIGGERER] as const;
/** Name of the migration, which connects to the database's leader itself. */
export const AIRFLOW_MIGRATION = "airflow-migrate";

/** Who writes task logs, which takes reading what is there already, and who shows them. */
const LOG_USERS = { [TASK]: ["read", "write"], [TRIGGERER]: ["read", "write"], [API_SERVER]: ["read"] } as const;

const KEYS_SECRET = "airflow-keys";
const DATABASE_SECRET = "airflow-database";
const MIGRATION_SECRET = "airflow-migration-database";
const ADMIN_SECRET = "airflow-admin";

/** Both are idempotent: an existing user is left as it is. */
const MIGRATE = [
    "airflow db migrate",
    'airflow users create --username "$ADMIN_USERNAME" --password "$ADMIN_PASSWORD" --role Admin' +
        " --firstname Platform --lastname Admin --email admin@localhost",
].join("\n");

/** Arguments of {@link Airflow}. */
export interface AirflowArgs {
    readonly config: StackConfig["airflow"];
    readonly context: WorkloadContext;
    /** Namespace of all components and of task pods; has to be there before (see `dependsOn`). */
    readonly namespace: string;
    /** The database through its connection pools. */
    readonly database: DatabaseEndpoint;
    /** The database's leader itself: a migration holds locks for its session, which pooling by transaction does not keep. */
    readonly migrationDatabase: DatabaseEndpoint;
}

/**
 * Airflow 3 with the KubernetesExecutor: API server, two schedulers, DAG processor and triggerer, and a pod for every task.
 * DAGs are in the image.
 *
 * Everything waits for the migration, which also makes the first user: name and password are in the Secret `airflow-admin`.
 * Roles and users are Airflow's FAB auth manager's: the default one keeps passwords in a file of each API server.
 */
export class Airflow extends pulumi.ComponentResource {
    /** DNS name of the API server, which is the user interface as well. */
    readonly address: string;
    /** Secret with `username` and `password` of the first administrator. */
    readonly adminSecret: string = ADMIN_SECRET;

    readonly #args: AirflowArgs;
    readonly #settings: AirflowSettings;

    constructor(name: string, args: AirflowArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("dataplatform:system:Airflow", name, {}, opts);
        const { config, context, namespace } = args;
        const after = dependencyList(opts.dependsOn);
        this.address = serviceAddress(API_SERVER, namespace);
        this.#args = args;
        const logs = logAccess(context.aws, namespace, LOG_USERS, this);
        this.#settings = {
            namespace,
            apiServer: this.address,
            parallelism: config.parallelism,
            downtimeBudget: context.availability.downtimeBudget,
            keysSecret: KEYS_SECRET,
            databaseSecret: DATABASE_SECRET,
            ...logs.settings,
            ...(context.domain === undefined ? {} : { host: `${SYSTEM}.${context.domain}` }),
        };
        const secrets = this.#secrets(after);
        const migration = this.#migration([...after, ...secrets]);
        const ready = [...after, migration, ...logs.access];

        this.#apiServer(ready);
        const taskAccount = this.#taskAccount(after);
        this.#scheduler([...ready, ...taskAccount]);
        this.#dagProcessor(ready);
        this.#triggerer(ready);
        this.registerOutputs({ address: this.address });
    }

    #secrets(dependsOn: pulumi.Input<pulumi.Resource>[]): k8s.core.v1.Secret[] {
        const { namespace, database, migrationDatabase } = this.#args;
        const text = (name: string, length: number): pulumi.Output<string> =>
            new random.RandomPassword(name, { length, special: false }, { parent: this }).result;
        const secret = (name: string, stringData: pulumi.Input<Record<string, pulumi.Input<string>>>) =>
            new k8s.core.v1.Secret(
                name,
                { metadata: { name, namespace, labels: workloadLabels(name, SYSTEM) }, stringData },
                { parent: this, dependsOn },
            );
        const fernet = new random.RandomBytes("airflow-fernet-key", { length: 32 }, { parent: this });
        return [
            secret(KEYS_SECRET, {
                "fernet-key": fernet.base64.apply(fernetKey),
                // As long as the digest that signs with it.
                "jwt-secret": text("airflow-jwt-secret", 64),
                "api-secret-key": text("airflow-api-secret-key", 64),
            }),
            secret(
                DATABASE_SECRET,
                database.password.apply((password) => databaseUrls(database, password)),
            ),
            secret(
                MIGRATION_SECRET,
                migrationDatabase.password.apply((password) => databaseUrls(migrationDatabase, password)),
            ),
            secret(ADMIN_SECRET, { username: "admin", password: text("airflow-admin-password", 32) }),
        ];
    }

    /** What all containers have in common. */
    #workload(): Pick<
        WorkloadArgs,
        "namespace" | "system" | "image" | "env" | "scratch" | "security" | "cluster" | "pool"
    > {
        const { config, context, namespace } = this.#args;
        return {
            ...placed(context),
            namespace,
            system: SYSTEM,
            image: config.image,
            env: componentEnvironment(this.#settings),
            scratch: AIRFLOW_SCRATCH,
            security: AIRFLOW_USER,
        };
    }

    #migration(dependsOn: pulumi.Input<pulumi.Resource>[]): BatchJob {
        return new BatchJob(
            AIRFLOW_MIGRATION,
            {
                ...this.#workload(),
                args: ["bash", "-ec", MIGRATE],
                env: {
                    ...componentEnvironment({ ...this.#settings, databaseSecret: MIGRATION_SECRET }),
                    ADMIN_USERNAME: { secret: ADMIN_SECRET, key: "username" },
                    ADMIN_PASSWORD: { secret: ADMIN_SECRET, key: "password" },
                },
                resources: this.#args.config.resources.scheduler,
                deadline: "15 minutes",
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
        return new StatelessService(
            name,
            { ...this.#workload(), availability: this.#args.context.availability, ...args },
            { parent: this, dependsOn },
        );
    }

    #apiServer(dependsOn: pulumi.Input<pulumi.Resource>[]): StatelessService {
        const { replicas, resources } = this.#args.config;
        return this.#service(
            API_SERVER,
            {
                ...apiServerProgram(this.#settings),
                replicas: replicas.apiServer,
                resources: resources.apiServer,
                ports: { http: API_SERVER_PORT },
                health: {
                    ready: { kind: "http", path: "/api/v2/monitor/health", port: "http" },
                    // Asks the database nothing: a promotion is no reason to restart.
                    alive: { kind: "http", path: "/api/v2/version", port: "http" },
                    startUp: "3 minutes",
                    timeout: "10 seconds",
                },
                shutdown: { gracePeriod: "60 seconds" },
                apiAccess: { rules: API_SERVER_RULES },
                allowFrom: [{ workload: TASK, ports: ["http"] }],
            },
            dependsOn,
        );
    }

    #scheduler(dependsOn: pulumi.Input<pulumi.Resource>[]): StatelessService {
        const { config, context } = this.#args;
        const template = taskPodTemplate({
            settings: this.#settings,
            system: SYSTEM,
            image: config.image,
            resources: config.resources.task,
            ...(context.pools === undefined ? {} : { pool: context.pools.jobs }),
        });
        return this.#service(
            SCHEDULER,
            {
                args: ["scheduler"],
                replicas: SCHEDULERS,
                update: "inPlace",
                resources: config.resources.scheduler,
                configFiles: { [POD_TEMPLATE_FILE]: template },
                ports: { health: SCHEDULER_HEALTH_PORT },
                health: heartbeat({ kind: "http", path: "/health", port: "health" }),
                shutdown: { gracePeriod: "60 seconds" },
                apiAccess: { rules: SCHEDULER_RULES },
            },
            dependsOn,
        );
    }

    #dagProcessor(dependsOn: pulumi.Input<pulumi.Resource>[]): StatelessService {
        const { replicas, resources } = this.#args.config;
        return this.#service(
            DAG_PROCESSOR,
            {
                args: ["dag-processor"],
                replicas: replicas.dagProcessor,
                resources: resources.dagProcessor,
                health: heartbeat(jobCheck("DagProcessorJob")),
                shutdown: { gracePeriod: "60 seconds" },
            },
            dependsOn,
        );
    }

    #triggerer(dependsOn: pulumi.Input<pulumi.Resource>[]): StatelessService {
        const { replicas, resources } = this.#args.config;
        return this.#service(
            TRIGGERER,
            {
                args: ["triggerer"],
                replicas: replicas.triggerer,
                resources: resources.triggerer,
                ports: { logs: TRIGGER_LOG_PORT },
                health: heartbeat(jobCheck("TriggererJob")),
                shutdown: { gracePeriod: "60 seconds" },
                apiAccess: { rules: TRIGGERER_RULES },
                allowFrom: [{ workload: API_SERVER, ports: ["logs"] }],
            },
            dependsOn,
        );
    }

    /** The service account of task pods, which no component makes: the executor does. */
    #taskAccount(dependsOn: pulumi.Input<pulumi.Resource>[]): pulumi.Resource[] {
        const owner = { namespace: this.#args.namespace, system: SYSTEM };
        const { role, binding } = namespaceRole(TASK, owner, TASK_RULES);
        const options = { parent: this, dependsOn };
        const account = new k8s.core.v1.ServiceAccount(TASK, serviceAccount(TASK, owner), options);
        const made = new k8s.rbac.v1.Role(TASK, role, options);
        return [
            account,
            new k8s.rbac.v1.RoleBinding(TASK, binding, { parent: this, dependsOn: [...dependsOn, account, made] }),
        ];
    }
}

/** The heartbeat in the database of the component on this very pod. Source: Airflow's chart. */
function jobCheck(jobType: string): HealthCheck {
    return { kind: "command", command: ["airflow", "jobs", "check", "--job-type", jobType, "--local"] };
}

/**
 * Checks that ask the database, once a minute, because the command takes seconds of CPU. A promotion makes them fail, so
 * a container is restarted only after six minutes: longer than the database may be gone.
 */
function heartbeat(check: HealthCheck): Health {
    return { ready: check, startUp: "5 minutes", every: "60 seconds", timeout: "45 seconds", failures: 2 };
}
