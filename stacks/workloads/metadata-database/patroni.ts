import { stringify } from "yaml";
import type { Duration } from "../../../components/values/duration.ts";
import type { Bytes } from "../../../components/values/quantity.ts";
import type { EnvValue } from "../../../components/workload-args.ts";
import { archivedBootstrap, archiveParameters, archiveRecovery, type Restored } from "./archive.ts";
import type { BackupStore } from "./backup-store.ts";
import { MAX_CONNECTIONS, memoryParameters } from "./sizing.ts";

/**
 * Patroni's election, in seconds. `ttl` has to be at least `loopWait + 2 × retryTimeout`.
 * Source: Patroni, "Dynamic Configuration Settings".
 */
export const ELECTION = { ttl: 30, loopWait: 10, retryTimeout: 10 } as const;

/** After the lease: the election's next loop at worst, the end of replay, and the clients' way to the new leader. */
export const PROMOTION: Duration = "20 seconds";

export const POSTGRESQL_PORT = 5432;
/** Patroni's REST API: health, metrics, switchover. */
export const PATRONI_PORT = 8008;

/** Label by which Patroni tells its own pods and objects from others'. */
export const SCOPE_LABEL = "cluster-name";
/** Label that Patroni keeps up to date on every pod: `primary` or `replica`. */
export const ROLE_LABEL = "spilo-role";

/** Role that replicas replicate as. */
const STANDBY_USER = "standby";
export const SUPERUSER = "postgres";

/** The image's volume. */
export const DATA_DIRECTORY = "/home/postgres/pgdata";

/** Spilo reads it with PyYAML, for which `off` without quotes is a boolean. */
const YAML_1_1 = { version: "1.1" } as const;

/** What the configuration is computed from. */
export interface PatroniArgs {
    /** Memory limit of a replica. */
    readonly memory: Bytes;
    /** Names of PostgreSQL's settings that follow from the size of the volume, see {@link spiloEnvironment}. */
    readonly volumeSettings: readonly string[];
    /**
     * Where WAL is archived, and what the database began with, if it was restored.
     * @default nowhere
     */
    readonly archive?: { readonly store: BackupStore; readonly restored: Restored | undefined };
}

/** Directory of a generation's files; the volume keeps those of the one before. */
function root(generation: number): string {
    return generation === 1 ? `${DATA_DIRECTORY}/pgroot` : `${DATA_DIRECTORY}/pgroot-${generation}`;
}

/** PostgreSQL's own directory. */
export function dataDirectory(generation: number): string {
    return `${root(generation)}/data`;
}

/** The directories, where they are not those that the image names. */
function directories(generation: number): Record<string, string> {
    return generation === 1 ? {} : { PGDATA: dataDirectory(generation), PGLOG: `${root(generation)}/pg_log` };
}

/** The variable of a setting that follows from the size of the volume. */
function volumeVariable(setting: string): string {
    return `VOLUME_${setting.toUpperCase()}`;
}

/**
 * What differs from the configuration that Spilo generates (`configure_spilo.py`); it is merged over it.
 *
 * Under `bootstrap.dcs` stands what Patroni keeps in the cluster: it is written at the first start only, and changed
 * later with `patronictl edit-config`. Everything else is each replica's own and follows the next rollout.
 */
export function patroniConfiguration(args: PatroniArgs): object {
    const { archive } = args;
    return {
        bootstrap: {
            dcs: {
                ttl: ELECTION.ttl,
                loop_wait: ELECTION.loopWait,
                retry_timeout: ELECTION.retryTimeout,
                // A commit is on two replicas before it counts, so a promotion loses none; with no replica left it goes on.
                synchronous_mode: true,
                // While the Kubernetes API is away the leader stays, as long as every replica agrees over REST.
                failsafe_mode: true,
                postgresql: { parameters: { max_connections: MAX_CONNECTIONS } },
            },
            ...(archive === undefined ? {} : archivedBootstrap(archive.store, archive.restored)),
        },
        // Who is no member may read health and metrics, but not switch or restart.
        restapi: { allowlist: ["127.0.0.0/8", "::1"], allowlist_include_members: true },
        postgresql: {
            parameters: {
                ...memoryParameters(args.memory),
                // Kubernetes puts the variable's value in.
                ...Object.fromEntries(args.volumeSettings.map((one) => [one, `$(${volumeVariable(one)})`])),
                password_encryption: "scram-sha-256",
                // To the container's output, where the log collector is; Spilo's default is files on the volume.
                logging_collector: "off",
                log_destination: "stderr",
                // Values for network-attached SSDs.
                random_page_cost: 1.1,
                effective_io_concurrency: 200,
                // A client on a dead node keeps its row locks until the server finds out: 60 s instead of 20 minutes.
                tcp_keepalives_idle: 30,
                tcp_keepalives_interval: 10,
                tcp_keepalives_count: 3,
                tcp_user_timeout: 30_000,
                client_connection_check_interval: "10s",
                ...(archive === undefined ? {} : archiveParameters()),
            },
            ...(archive === undefined ? {} : { recovery_conf: archiveRecovery() }),
            pg_hba: [
                // Spilo's own scripts; the socket is inside of the container.
                "local all all trust",
                `local replication ${STANDBY_USER} trust`,
                "host all all 127.0.0.1/32 scram-sha-256",
                "host all all ::1/128 scram-sha-256",
                `hostssl replication ${STANDBY_USER} all scram-sha-256`,
                "hostnossl all all all reject",
                "hostssl all all all scram-sha-256",
            ],
        },
    };
}

/**
 * The environment of a replica. Source: Spilo's ENVIRONMENT.rst and `configure_spilo.py`; endpoints mode is what is left
 * when KUBERNETES_USE_CONFIGMAPS is not set.
 *
 * @param scope name of the cluster, and so of the Service whose endpoints Patroni maintains
 * @param credentials name of the Secret with `superuser-password` and `standby-password`
 * @param volumeSettings name of the ConfigMap with each of `args.volumeSettings`. Their values are not the pod's own: a
 *   volume that grows would replace every replica.
 */
export function spiloEnvironment(
    scope: string,
    credentials: string,
    volumeSettings: string,
    args: PatroniArgs,
): Record<string, EnvValue> {
    const generation = args.archive?.store.generation ?? 1;
    return {
        // First, since only what comes before a variable can be part of it.
        ...Object.fromEntries(
            args.volumeSettings.map((key) => [volumeVariable(key), { configMap: volumeSettings, key }]),
        ),
        SCOPE: scope,
        DCS_ENABLE_KUBERNETES_API: "true",
        KUBERNETES_SCOPE_LABEL: SCOPE_LABEL,
        KUBERNETES_ROLE_LABEL: ROLE_LABEL,
        KUBERNETES_LEADER_LABEL_VALUE: "primary",
        KUBERNETES_LABELS: JSON.stringify({ "app.kubernetes.io/name": scope }),
        // Nothing is asked of the instance's metadata service.
        SPILO_PROVIDER: "local",
        POD_IP: { field: "status.podIP" },
        POD_NAMESPACE: { field: "metadata.namespace" },
        PGROOT: root(generation),
        ...directories(generation),
        PGUSER_SUPERUSER: SUPERUSER,
        PGPASSWORD_SUPERUSER: { secret: credentials, key: "superuser-password" },
        PGUSER_STANDBY: STANDBY_USER,
        PGPASSWORD_STANDBY: { secret: credentials, key: "standby-password" },
        SPILO_CONFIGURATION: stringify(patroniConfiguration(args), YAML_1_1),
    };
}

/**
 * What a leader does before it is stopped: it hands over to a synchronous replica, which takes a checkpoint first, and
 * so keeps the gap short. A replica does nothing, and so does a leader that finds no successor: it is stopped all the same.
 */
export const HAND_OVER = [
    `api=http://127.0.0.1:${PATRONI_PORT}`,
    "if curl -sf -m 5 -o /dev/null $api/leader",
    `then curl -s -m 60 -X POST -d "{\\"leader\\": \\"$HOSTNAME\\"}" $api/switchover`,
    "fi",
].join("\n");
