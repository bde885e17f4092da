import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { OrderedStatefulService, type QuorumSize } from "../../components/ordered-stateful-service.ts";
import { dependencyList } from "../../components/support/children.ts";
import { serviceAddress, workloadLabels } from "../../components/support/naming.ts";
import { type Duration, duration } from "../../components/values/duration.ts";
import type { Peer } from "../../components/workload-args.ts";
import type { InClusterDatabaseConfig } from "../config.ts";
import { PodIdentity } from "../infrastructure/identity.ts";
import { placed, type WorkloadContext } from "./context.ts";
import { alertRules } from "./kafka/alert-rules.ts";
import { PATRONI_ACCESS } from "./metadata-database/access.ts";
import { archiveScripts } from "./metadata-database/archive.ts";
import { archiveStatements, type BackupStore, backupStore } from "./metadata-database/backup-store.ts";
import { BaseBackups } from "./metadata-database/base-backups.ts";
import type { DatabaseEndpoint } from "./metadata-database/connection.ts";
import { DatabaseExporter } from "./metadata-database/exporter.ts";
import { memberAlerts } from "./metadata-database/member-alerts.ts";
import {
    backupJob,
    exporterService,
    replicaService,
    roleSecret,
    setupJob,
    volumeSettingsMap,
} from "./metadata-database/names.ts";
import {
    DATA_DIRECTORY,
    dataDirectory,
    ELECTION,
    HAND_OVER,
    PATRONI_PORT,
    POSTGRESQL_PORT,
    PROMOTION,
    SCOPE_LABEL,
    spiloEnvironment,
} from "./metadata-database/patroni.ts";
import { SERVICE_ROLES } from "./metadata-database/service-roles.ts";
import { leaderService, patroniServices } from "./metadata-database/services.ts";
import { databaseSetup } from "./metadata-database/setup.ts";
import { sharedMemory, volumeParameters } from "./metadata-database/sizing.ts";

/** `postgres` and its group in Spilo's image. Source: postgres-operator, `spilo_runasuser` and `spilo_runasgroup`. */
const SPILO = { user: 101, group: 103 } as const;

/** Name of the role and the database that are made. */
const APPLICATION = "airflow";
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
        const { config, context, namespace } = args;
        const after = dependencyList(opts.dependsOn);
        const password = (role: string): pulumi.Output<string> => {
            const length = { length: PASSWORD_LENGTH, special: false };
            return new random.RandomPassword(`${name}-${role}`, length, { parent: this }).result;
        };
        const [superuser, standby, application] = [password("superuser"), password("standby"), password(APPLICATION)];
        const store = backupStore(name, config, context.aws);
        const roles = store === undefined ? [] : SERVICE_ROLES;
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
            ...roles.map((role) =>
                this.#secret(roleSecret(name, role), name, namespace, { password: password(role) }, after),
            ),
        ];
        const services = patroniServices(name, namespace, { parent: this, dependsOn: after });
        const settings = this.#volumeSettings(name, args, after);
        const access = this.#archiveAccess(name, args, store);
        const replicas = this.#replicas(name, args, store, [...after, ...secrets, ...services, settings, ...access]);
        this.#alerts(name, args, after);
        const setup = databaseSetup(
            { ...args, name, application: APPLICATION, secret: this.applicationSecret, roles, user: SPILO },
            { parent: this, dependsOn: [...after, replicas] },
        );
        if (store !== undefined) {
            this.#backups(name, args, store, [...after, setup]);
        }

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

    /** The role of the replicas' pods, which wait for it: one that starts before has no credentials. */
    #archiveAccess(
        name: string,
        { context: { aws }, namespace }: MetadataDatabaseArgs,
        store: BackupStore | undefined,
    ): PodIdentity[] {
        if (store === undefined || aws === undefined) {
            return [];
        }
        const { clusterName, clusterArn } = aws;
        const statements = archiveStatements(store, aws);
        const principal = { clusterName, clusterArn, namespace, serviceAccount: name };
        return [new PodIdentity(`${name}-archive`, { ...principal, statements }, { parent: this })];
    }

    #alerts(
        name: string,
        { context: { cluster }, namespace }: MetadataDatabaseArgs,
        dependsOn: pulumi.Input<pulumi.Resource>[],
    ): void {
        const subject = { name, namespace, system: name, containers: [name] };
        const owner = { namespace, system: name, cluster };
        alertRules(`${name}-members`, [memberAlerts(subject, FIRST_COPY)], owner, { parent: this, dependsOn });
    }

    /** Base backups, and what watches them and the archive. */
    #backups(
        name: string,
        { config, context, namespace }: MetadataDatabaseArgs,
        store: BackupStore,
        dependsOn: pulumi.Input<pulumi.Resource>[],
    ): void {
        const { aws } = context;
        const { backups, exporter } = config;
        const options = { parent: this, dependsOn };
        const shared = { context, namespace, database: name };
        const leader = { host: serviceAddress(name, namespace), port: POSTGRESQL_PORT };
        if (aws !== undefined && backups !== undefined) {
            const secret = roleSecret(name, "backup");
            const args = { ...shared, config, backups, aws, store, leader, secret, user: SPILO };
            new BaseBackups(backupJob(name), args, options);
        }
        if (exporter !== undefined) {
            const address = `${leader.host}:${leader.port}`;
            const secret = roleSecret(name, "monitoring");
            new DatabaseExporter(exporterService(name), { ...shared, config: exporter, address, secret }, options);
        }
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

    #replicas(
        name: string,
        { config, context, namespace, clients }: MetadataDatabaseArgs,
        store: BackupStore | undefined,
        dependsOn: pulumi.Input<pulumi.Resource>[],
    ): OrderedStatefulService {
        const { storageClass } = context;
        const { restored } = config;
        const volumeSettings = Object.keys(volumeParameters(config.storage));
        const archive = store === undefined ? {} : { archive: { store, restored } };
        const patroni = { memory: config.resources.memory, volumeSettings, ...archive };
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
                ...(store === undefined
                    ? {}
                    : { configFiles: archiveScripts(store, dataDirectory(store.generation), restored) }),
                resources: config.resources,
                scratch: { "/dev/shm": { size: sharedMemory(config.resources.memory), medium: "memory" } },
                ports: { postgresql: POSTGRESQL_PORT, patroni: PATRONI_PORT },
                health: {
                    ready: { kind: "http", path: "/readiness", port: "patroni" },
                    alive: { kind: "http", path: "/liveness", port: "patroni" },
                    // A restore, or the copy of a large database, takes as long as it takes: it is not begun anew.
                    started: { kind: "http", path: "/liveness", port: "patroni" },
                    startUp: FIRST_COPY,
                },
                shutdown: { gracePeriod: GRACE, before: { command: ["/bin/sh", "-c", HAND_OVER] } },
                metrics: { port: "patroni" },
                apiAccess: PATRONI_ACCESS,
                allowFrom: [
                    ...clients.map((client) => ({ ...client, ports: ["postgresql"] })),
                    ...[setupJob(name), ...(store === undefined ? [] : [backupJob(name), exporterService(name)])].map(
                        (workload) => ({ workload, ports: ["postgresql"] }),
                    ),
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
}
