import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { BatchJob } from "../../components/batch-job.ts";
import { resolveClusterFacts } from "../../components/cluster-facts.ts";
import { PROMETHEUS_RULE, prometheusRuleSpec } from "../../components/specs/monitoring.ts";
import { StatelessService, type StatelessServiceArgs } from "../../components/stateless-service.ts";
import { dependencyList } from "../../components/support/children.ts";
import { serviceAddress, workloadLabels } from "../../components/support/naming.ts";
import type { Health, HealthCheck, WorkloadArgs } from "../../components/workload-args.ts";
import type { StackConfig } from "../config.ts";
import { API_SERVER_RULES, SCHEDULER_RULES, TRIGGERER_RULES } from "./airflow/access.ts";
import { airflowAlerts } from "./airflow/alerts.ts";
import { apiServerProgram } from "./airflow/api-server.ts";
import {
    type AirflowSettings,
    API_SERVER_PORT,
    componentEnvironment,
    POD_TEMPLATE_FILE,
    SCHEDULER_HEALTH_PORT,
    SCHEDULERS,
    TRIGGER_LOG_PORT,
} from "./airflow/environment.ts";
import { STATSD, statsdExporter } from "./airflow/metrics.ts";
import { migrationProgram } from "./airflow/migration.ts";
import { logAccess } from "./airflow/remote-logs.ts";
import { airflowSecrets, fernetVersions, SECRETS } from "./airflow/secrets.ts";
import { taskNamespaceAccess } from "./airflow/task-namespace.ts";
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

/** Arguments of {@link Airflow}. */
export interface AirflowArgs {
    readonly config: StackConfig["airflow"];
    readonly context: WorkloadContext;
    /** Namespace of all components; has to be there before (see `dependsOn`). */
    readonly namespace: string;
    /** Namespace of task pods, and of those that tasks start; has to be there before as well. */
    readonly taskNamespace: string;
    /** The database through its connection pools. */
    readonly database: DatabaseEndpoint;
    /** The database's leader itself: a migration holds locks for its session, which pooling by transaction does not keep. */
    readonly migrationDatabase: DatabaseEndpoint;
}

/**
 * Airflow 3 with the KubernetesExecutor: API server, two schedulers, DAG processor and triggerer, and a pod for every task,
 * in a namespace without anything secret. DAGs are in the image.
 *
 * Everything waits for the migration, which also makes the first user: name and password are in the Secret `airflow-admin`.
 * Roles and users are Airflow's FAB auth manager's: the default one keeps passwords in a file of each API server.
 */
export class Airflow extends pulumi.ComponentResource {
    /** DNS name of the API server, which is the user interface as well. */
    readonly address: string;
    /** Secret with `username` and `password` of the first administrator. */
    readonly adminSecret: string = SECRETS.admin;

    readonly #args: AirflowArgs;
    readonly #settings: AirflowSettings;

    constructor(name: string, args: AirflowArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("dataplatform:system:Airflow", name, {}, opts);
        const { config, context, namespace, taskNamespace } = args;
        const after = dependencyList(opts.dependsOn);
        this.address = serviceAddress(API_SERVER, namespace);
        this.#args = args;
        const logs = this.#logs();
        const settings = {
            namespace,
            taskNamespace,
            apiServer: this.address,
            parallelism: config.parallelism,
            downtimeBudget: context.availability.downtimeBudget,
            keysSecret: SECRETS.keys,
            databaseSecret: SECRETS.database,
            ...logs.settings,
            ...(context.domain === undefined ? {} : { host: `${SYSTEM}.${context.domain}` }),
        };
        this.#settings = { ...settings, statsd: serviceAddress(STATSD, namespace) };
        const secrets = airflowSecrets({ ...args, system: SYSTEM, fernetKeys: config.fernetKeys }, this, after);
        const migration = this.#migration(settings, [...after, ...secrets]);
        const metrics = this.#metrics(after);
        const tasks = this.#taskAccess(after);
        const ready = [...after, migration, metrics, ...tasks, ...logs.access];

        this.#apiServer(ready);
        this.#scheduler(ready);
        this.#dagProcessor(ready);
        this.#triggerer(ready);
        this.#alerts(after);
        this.registerOutputs({ address: this.address });
    }

    /** Who writes task logs, which takes reading what is there already, and who shows them. */
    #logs(): ReturnType<typeof logAccess> {
        const { context, namespace, taskNamespace } = this.#args;
        const users = {
            [TASK]: { namespace: taskNamespace, rights: ["read", "write"] },
            [TRIGGERER]: { namespace, rights: ["read", "write"] },
            [API_SERVER]: { namespace, rights: ["read"] },
        } as const;
        return logAccess(context.aws, users, this);
    }

    /** What all containers have in common. */
    #workload(): Pick<
        WorkloadArgs,
        "namespace" | "system" | "image" | "env" | "scratch" | "security" | "cluster" | "pool" | "annotations"
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
            annotations: { "dataplatform/fernet-keys": fernetVersions(config.fernetKeys) },
        };
    }

    #migration(settings: AirflowSettings, dependsOn: pulumi.Input<pulumi.Resource>[]): BatchJob {
        const { config } = this.#args;
        return new BatchJob(
            AIRFLOW_MIGRATION,
            {
                ...this.#workload(),
                ...migrationProgram(settings, (config.fernetKeys ?? []).length > 1),
                resources: config.resources.scheduler,
            },
            { parent: this, dependsOn },
        );
    }

    #metrics(dependsOn: pulumi.Input<pulumi.Resource>[]): StatelessService {
        const { config, context, namespace, taskNamespace } = this.#args;
        const senders = [
            ...AIRFLOW_DATABASE_CLIENTS.map((workload) => ({ workload })),
            { workload: TASK, namespace: taskNamespace },
        ];
        return new StatelessService(
            STATSD,
            { ...placed(context), ...statsdExporter(senders), ...config.statsd, namespace, system: SYSTEM },
            { parent: this, dependsOn },
        );
    }

    #taskAccess(dependsOn: pulumi.Input<pulumi.Resource>[]): pulumi.Resource[] {
        const { namespace, taskNamespace } = this.#args;
        const components = {
            [SCHEDULER]: SCHEDULER_RULES,
            [API_SERVER]: API_SERVER_RULES,
            [TRIGGERER]: TRIGGERER_RULES,
        };
        const args = { namespace: taskNamespace, system: SYSTEM, componentNamespace: namespace, components };
        return taskNamespaceAccess(args, this, dependsOn);
    }

    #alerts(after: readonly pulumi.Input<pulumi.Resource>[]): void {
        const { context, namespace } = this.#args;
        const { labels, dependsOn } = resolveClusterFacts(context.cluster).monitoring;
        const name = `${SYSTEM}-orchestration`;
        const group = airflowAlerts({ name: SYSTEM, namespace, system: SYSTEM, containers: [STATSD] });
        new k8s.apiextensions.CustomResource(
            name,
            {
                ...PROMETHEUS_RULE,
                spec: prometheusRuleSpec([group]),
                metadata: { name, namespace, labels: { ...workloadLabels(STATSD, SYSTEM), ...labels } },
            },
            { parent: this, dependsOn: [...after, ...dependsOn] },
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
                apiAccess: {},
                allowFrom: [{ workload: TASK, namespace: this.#args.taskNamespace, ports: ["http"] }],
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
                apiAccess: {},
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
                apiAccess: {},
                allowFrom: [{ workload: API_SERVER, ports: ["logs"] }],
            },
            dependsOn,
        );
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
