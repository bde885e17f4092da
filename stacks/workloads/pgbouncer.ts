import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { StatelessService } from "../../components/stateless-service.ts";
import { dependencyList } from "../../components/support/children.ts";
import { workloadLabels } from "../../components/support/naming.ts";
import type { Peer } from "../../components/workload-args.ts";
import type { StackConfig } from "../config.ts";
import { placed, type WorkloadContext } from "./context.ts";
import type { DatabaseEndpoint } from "./metadata-database/connection.ts";
import {
    PGBOUNCER_PORT,
    pgbouncerIni,
    USERS_DIRECTORY,
    USERS_FILE,
    userListEntry,
} from "./metadata-database/pgbouncer-ini.ts";
import { poolSize } from "./metadata-database/sizing.ts";

const INI_FILE = "/etc/pgbouncer/pgbouncer.ini";

/** `pgbouncer` and its group in the image. Source: cloudnative-pg/pgbouncer-containers, Dockerfile. */
const IMAGE_USER = { user: 998, group: 996 } as const;

/**
 * After a pause in which the endpoints forget the pod, SIGINT: running transactions end, then each client is sent away and
 * comes back to another instance. SIGTERM, which Kubernetes sends, waits for clients that never leave (PgBouncer 1.23).
 */
const DRAIN = "sleep 10; kill -INT 1; sleep 40";

/** Arguments of {@link PgBouncer}. */
export interface PgBouncerArgs {
    readonly config: StackConfig["pgbouncer"];
    readonly context: WorkloadContext;
    /** Namespace; has to be there before (see `dependsOn`). */
    readonly namespace: string;
    /** The database behind it. */
    readonly database: DatabaseEndpoint;
    /** Who may connect. */
    readonly clients: readonly Peer[];
}

/** Connection pools in front of a PostgreSQL leader, by transaction. */
export class PgBouncer extends pulumi.ComponentResource {
    /** The same database, through the pool. */
    readonly pooled: DatabaseEndpoint;

    constructor(name: string, args: PgBouncerArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("dataplatform:system:PgBouncer", name, {}, opts);
        const { config, context, namespace, database } = args;
        const after = dependencyList(opts.dependsOn);
        const usersSecret = `${name}-users`;
        const users = new k8s.core.v1.Secret(
            usersSecret,
            {
                metadata: { name: usersSecret, namespace, labels: workloadLabels(name, name) },
                stringData: {
                    [USERS_FILE]: database.password.apply((password) => userListEntry(database.user, password)),
                },
            },
            { parent: this, dependsOn: after },
        );
        const service = new StatelessService(
            name,
            {
                ...placed(context),
                namespace,
                system: name,
                image: config.image,
                // The image's own entry point is a shell that keeps signals to itself.
                command: ["/usr/bin/pgbouncer", INI_FILE],
                replicas: config.replicas,
                configFiles: { [INI_FILE]: pgbouncerIni(database, poolSize(config.replicas)) },
                secretFiles: { [USERS_DIRECTORY]: usersSecret },
                resources: config.resources,
                ports: { postgresql: PGBOUNCER_PORT },
                health: { ready: { kind: "tcp", port: "postgresql" }, startUp: "30 seconds" },
                shutdown: { gracePeriod: "60 seconds", before: { command: ["/bin/sh", "-c", DRAIN] } },
                allowFrom: args.clients.map((client) => ({ ...client, ports: ["postgresql"] })),
                availability: context.availability,
                security: IMAGE_USER,
            },
            { parent: this, dependsOn: [...after, users] },
        );
        this.pooled = { ...database, host: service.address ?? name, port: PGBOUNCER_PORT, tls: false };
        this.registerOutputs({ address: service.address });
    }
}
