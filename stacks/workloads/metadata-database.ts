import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { BatchJob } from "../../components/batch-job.ts";
import { OrderedStatefulService, type QuorumSize } from "../../components/ordered-stateful-service.ts";
import { dependencyList } from "../../components/support/children.ts";
import { selectorLabels, serviceAddress, workloadLabels } from "../../components/support/naming.ts";
import { type Duration, duration } from "../../components/values/duration.ts";
import type { Peer } from "../../components/workload-args.ts";
import type { InClusterDatabaseConfig } from "../config.ts";
import { placed, type WorkloadContext } from "./context.ts";
import { PATRONI_ACCESS } from "./metadata-database/access.ts";
import type { DatabaseEndpoint } from "./metadata-database/connection.ts";
import {
    DATA_DIRECTORY,
    ELECTION,
    HAND_OVER,
    PATRONI_PORT,
    POSTGRESQL_PORT,
    PROMOTION,
    ROLE_LABEL,
    SCOPE_LABEL,
    SUPERUSER,
    spiloEnvironment,
} from "./metadata-database/patroni.ts";
import { SETUP_VARIABLES, setupSql } from "./metadata-database/setup-sql.ts";
import { sharedMemory, volumeParameters } from "./metadata-database/sizing.ts";

/** `postgres` and its group in Spilo's image. Source: postgres-operator, `spilo_runasuser` and `spilo_runasgroup`. */
const SPILO = { user: 101, group: 103 } as const;

/** Name of the role and the database that are made. */
const APPLICATION = "airflow";

const SETUP_FILE = "/etc/metadata-database/setup.sql";
const PASSWORD_LENGTH = 32;

/** A new replica copies the whole database from the leader before it is ready. */
const FIRST_COPY: Duration = "15 minutes";
/** Hand-over, then the last checkpoint. */
const GRACE: Duration = "2 minutes";

/** Arguments of {@link MetadataDatabase}. */
export interface MetadataDatabaseArgs {
    readonly config: InClusterDatabaseConfig;
    readonly context: WorkloadContext;
    /** Namespace; has to be there before (see `dependsOn`). */
    readonly namespace: string;
    /** Who may connect to PostgreSQL: connection poolers, migrations. */
    readonly clients: readonly Peer[];
}

/**
 * PostgreSQL for Airflow's metadata: replicas under Patroni, which elects a leader through the Kubernetes API and points
 * the endpoints of the Service `NAME` at it. `NAME-replica` reaches the others, for reading.
 *
 * A commit is on a second replica before it counts, so losing the leader loses none; it costs the lease's 30 s and a
 * promotion. Volumes outlive everything, see {@link OrderedStatefulService}.
 */
export class MetadataDatabase extends pulumi.ComponentResource {
    /** The leader, whoever it is, as the application's own role. */
    readonly leader: DatabaseEndpoint;
    /** DNS name of any replica, for reading. */
    readonly replicaAddress: string;
    /** Secret with the application's `password`, in the database's own namespace. */
    readonly applicationSecret: string;

    constructor(name: string, args: MetadataDatabaseArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("dataplatform:system:MetadataDatabase", name, {}, opts);
        const { namespace } = args;
        const after = dependencyList(opts.dependsOn);
        const [superuser, standby, application] = ["superuser", "standby", APPLICATION].map((role) => {
            const length = { length: PASSWORD_LENGTH, special: false };
            return new random.RandomPassword(`${name}-${role}`, length, { parent: this }).result;
        }) as [pulumi.Output<string>, pulumi.Output<string>, pulumi.Output<string>];
        this.applicationSecret = `${name}-${APPLICATION}`;
        const secrets = [
            this.#secret(
                name,
                name,
                namespace,
                { "superuser-password": superuser, "standby-password": standby },
                after,
            ),
            this.#secret(this.applicationSecret, name, namespace, { password: application }, after),
        ];
        const services = this.#services(name, namespace, after);
        const settings = this.#volumeSettings(name, args, after);
        const replicas = this.#replicas(name, args, [...after, ...secrets, ...services, settings]);
        this.#setup(name, args, [...after, replicas]);

        this.leader = {
            host: serviceAddress(name, namespace),
            port: POSTGRESQL_PORT,
            database: APPLICATION,
            user: APPLICATION,
            password: application,
            tls: true,
        };
        this.replicaAddress = serviceAddress(replicaService(name), namespace);
        this.registerOutputs({ address: this.leader.host, replicaAddress: this.replicaAddress });
    }

    #secret(
        secretName: string,
        system: string,
        namespace: string,
        stringData: Record<string, pulumi.Output<string>>,
        dependsOn: pulumi.Input<pulumi.Resource>[],
    ): k8s.core.v1.Secret {
        return new k8s.core.v1.Secret(
            secretName,
            { metadata: { name: secretName, namespace, labels: workloadLabels(system, system) }, stringData },
            { parent: this, dependsOn },
        );
    }

    /** Beside the pods, which go on with the old values when their volumes grow, and take the new ones at their next start. */
    #volumeSettings(
        name: string,
        { config, namespace }: MetadataDatabaseArgs,
        dependsOn: pulumi.Input<pulumi.Resource>[],
    ): k8s.core.v1.ConfigMap {
        return new k8s.core.v1.ConfigMap(
            volumeSettingsMap(name),
            {
                metadata: { name: volumeSettingsMap(name), namespace, labels: workloadLabels(name, name) },
                data: volumeParameters(config.storage),
            },
            { parent: this, dependsOn },
        );
    }

    /** What Patroni's sample manifest declares beside the leader's Service. */
    #services(name: string, namespace: string, dependsOn: pulumi.Input<pulumi.Resource>[]): k8s.core.v1.Service[] {
        const service = (
            serviceName: string,
            spec: k8s.types.input.core.v1.ServiceSpec,
            annotations: Record<string, string> = {},
        ): k8s.core.v1.Service =>
            new k8s.core.v1.Service(
                serviceName,
                {
                    metadata: { name: serviceName, namespace, labels: workloadLabels(name, name), annotations },
                    spec,
                },
                { parent: this, dependsOn },
            );
        return [
            service(
                replicaService(name),
                {
                    type: "ClusterIP",
                    selector: { ...selectorLabels(name), [ROLE_LABEL]: "replica" },
                    ports: [{ name: "postgresql", port: POSTGRESQL_PORT, targetPort: "postgresql", protocol: "TCP" }],
                },
                // It is made before the replicas are, which the provider would wait for.
                { "pulumi.com/skipAwait": "true" },
            ),
            // Patroni keeps state in the endpoints of these names; the endpoints controller removes those without a Service.
            ...["config", "sync"].map((state) => service(`${name}-${state}`, { clusterIP: "None" })),
        ];
    }

    #replicas(
        name: string,
        { config, context, namespace, clients }: MetadataDatabaseArgs,
        dependsOn: pulumi.Input<pulumi.Resource>[],
    ): OrderedStatefulService {
        const { storageClass } = context;
        const volumeSettings = Object.keys(volumeParameters(config.storage));
        const patroni = { memory: config.resources.memory, volumeSettings };
        return new OrderedStatefulService(
            name,
            {
                ...placed(context, "data"),
                namespace,
                system: name,
                image: config.image,
                quorum: "majority",
                // The configuration takes odd numbers from 3 to 7 only.
                replicas: config.replicas as QuorumSize,
                order: "parallel",
                volumes: {
                    data: {
                        mountPath: DATA_DIRECTORY,
                        size: config.storage,
                        ...(storageClass === undefined ? {} : { storageClass }),
                    },
                },
                claimProvider: context.claimProvider,
                labels: { [SCOPE_LABEL]: name },
                env: spiloEnvironment(name, name, volumeSettingsMap(name), patroni),
                resources: config.resources,
                scratch: { "/dev/shm": { size: sharedMemory(config.resources.memory), medium: "memory" } },
                ports: { postgresql: POSTGRESQL_PORT, patroni: PATRONI_PORT },
                health: {
                    ready: { kind: "http", path: "/readiness", port: "patroni" },
                    alive: { kind: "http", path: "/liveness", port: "patroni" },
                    startUp: FIRST_COPY,
                },
                shutdown: { gracePeriod: GRACE, before: { command: ["/bin/sh", "-c", HAND_OVER] } },
                metrics: { port: "patroni" },
                apiAccess: PATRONI_ACCESS,
                allowFrom: [
                    ...clients.map((client) => ({ ...client, ports: ["postgresql"] })),
                    { workload: setupJob(name), ports: ["postgresql"] },
                ],
                failover: {
                    kind: "promotion",
                    leaderTimeToLive: duration(ELECTION.ttl),
                    promotion: PROMOTION,
                },
                availability: context.availability,
                security: {
                    user: SPILO.user,
                    group: SPILO.group,
                    volumeGroup: SPILO.group,
                    exceptions: {
                        writableRootFilesystem:
                            "Spilo's start script writes /etc/passwd, its service directory and PostgreSQL's socket",
                    },
                },
                transform: { clientService: () => leaderService(name, namespace) },
            },
            { parent: this, dependsOn },
        );
    }

    #setup(name: string, args: MetadataDatabaseArgs, dependsOn: pulumi.Input<pulumi.Resource>[]): BatchJob {
        const { config, context, namespace } = args;
        return new BatchJob(
            setupJob(name),
            {
                ...placed(context),
                namespace,
                system: name,
                image: config.image,
                command: ["psql", "--no-psqlrc", `--file=${SETUP_FILE}`],
                configFiles: { [SETUP_FILE]: setupSql() },
                env: {
                    PGHOST: serviceAddress(name, namespace),
                    PGPORT: String(POSTGRESQL_PORT),
                    PGDATABASE: "postgres",
                    PGUSER: SUPERUSER,
                    PGPASSWORD: { secret: name, key: "superuser-password" },
                    PGSSLMODE: "require",
                    PGCONNECT_TIMEOUT: "10",
                    [SETUP_VARIABLES.role]: APPLICATION,
                    [SETUP_VARIABLES.database]: APPLICATION,
                    [SETUP_VARIABLES.password]: { secret: this.applicationSecret, key: "password" },
                },
                resources: { cpu: "50m", memory: "128Mi" },
                security: { user: SPILO.user, group: SPILO.group },
                deadline: "10 minutes",
                // The leader may be changing just then.
                retries: 6,
                awaited: true,
            },
            { parent: this, dependsOn },
        );
    }
}

function replicaService(name: string): string {
    return `${name}-replica`;
}

function volumeSettingsMap(name: string): string {
    return `${name}-volume-settings`;
}

function setupJob(name: string): string {
    return `${name}-setup`;
}

/** The leader's Service: without a selector, so that Patroni alone decides where it leads. */
function leaderService(name: string, namespace: string): k8s.core.v1.ServiceArgs {
    return {
        metadata: {
            name,
            namespace,
            labels: workloadLabels(name, name),
            // Its endpoints come with the first leader, and the provider would wait for them.
            annotations: { "pulumi.com/skipAwait": "true" },
        },
        spec: {
            type: "ClusterIP",
            // The name is the one that Spilo gives the port in the endpoints.
            ports: [{ name: "postgresql", port: POSTGRESQL_PORT, targetPort: POSTGRESQL_PORT, protocol: "TCP" }],
        },
    };
}
