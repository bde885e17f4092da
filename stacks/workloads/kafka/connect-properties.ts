import { type Duration, seconds } from "../../../components/values/duration.ts";
import type { StackConfig } from "../../config.ts";
import { clientProperties } from "./client-security.ts";
import type { KafkaEndpoint } from "./endpoint.ts";
import type { Properties } from "./properties.ts";
import { REPLICATION_FACTOR } from "./server-properties.ts";

/** Port of the workers' REST interface, by which they also talk to each other. */
export const REST_PORT = 8083;

/** Directory of the Secrets that connectors may read, each in a directory of its name. */
export const SECRETS_DIRECTORY = "/etc/kafka-connect/secrets";

/** `session.timeout.ms`: a worker that is silent for so long is out of the group. Kafka's default. */
export const WORKER_SESSION: Duration = "10 seconds";
/**
 * `scheduled.rebalance.max.delay.ms`: for so long the tasks of a worker that left wait for it to come back. Longer than a
 * worker's restart, so that a rollout moves nothing; Kafka's default of five minutes is all that ingestion may be away.
 */
export const RETURN_DELAY: Duration = "1 minute";
/** `task.shutdown.graceful.timeout.ms`: what tasks have to write and commit before they are stopped. */
const TASK_SHUTDOWN: Duration = "20 seconds";

/** Kafka's defaults, written down because they cannot be changed later. */
const OFFSET_PARTITIONS = 25;
const STATUS_PARTITIONS = 5;

const DEFAULT_GROUP = "kafka-connect";
const JSON_CONVERTER = "org.apache.kafka.connect.json.JsonConverter";
const PROVIDERS = "org.apache.kafka.common.config.provider";

/** Variable with the address of the registry of schemas, for connectors as `${env:SCHEMA_REGISTRY_URL}`. */
export const REGISTRY_VARIABLE = "SCHEMA_REGISTRY_URL";

const millis = (duration: Duration): number => seconds(duration) * 1000;

/** Workers of Kafka Connect, as far as their settings go. */
export interface WorkerSettings {
    readonly config: NonNullable<StackConfig["kafkaConnect"]>;
    readonly brokers: KafkaEndpoint;
    /** Whether {@link REGISTRY_VARIABLE} is in their environment. */
    readonly registry: boolean;
}

function converters({ converters: chosen }: WorkerSettings["config"]): Properties {
    return chosen === undefined
        ? {
              "key.converter": JSON_CONVERTER,
              "key.converter.schemas.enable": false,
              "value.converter": JSON_CONVERTER,
              "value.converter.schemas.enable": false,
          }
        : { "key.converter": chosen.key, "value.converter": chosen.value };
}

/**
 * What connectors may put in for `${NAME:…}`: Secrets that are mounted, so that none stands in a connector's configuration,
 * which everybody may read by REST and from its topic; and the registry's address. A provider without bounds would read any
 * file and variable (KIP-297, KIP-887; `allowed.paths`, `allowlist.pattern`).
 */
function providers({ config: { secrets }, registry }: WorkerSettings): Properties {
    const names = [...(registry ? ["env"] : []), ...(secrets === undefined ? [] : ["secrets"])];
    return {
        ...(names.length === 0 ? {} : { "config.providers": names.join(",") }),
        ...(registry
            ? {
                  "config.providers.env.class": `${PROVIDERS}.EnvVarConfigProvider`,
                  "config.providers.env.param.allowlist.pattern": REGISTRY_VARIABLE,
              }
            : {}),
        ...(secrets === undefined
            ? {}
            : {
                  "config.providers.secrets.class": `${PROVIDERS}.DirectoryConfigProvider`,
                  "config.providers.secrets.param.allowed.paths": SECRETS_DIRECTORY,
              }),
    };
}

/**
 * A worker's own clients have settings without a prefix; those that it makes for connectors have to be told again. Source:
 * Kafka, "Kafka Connect", "Running Kafka Connect": `producer.`, `consumer.` and `admin.`.
 */
export const CLIENT_PREFIXES: readonly string[] = ["", "producer.", "consumer.", "admin."];

function forAllClients(properties: Properties): Properties {
    return Object.fromEntries(
        CLIENT_PREFIXES.flatMap((prefix) =>
            Object.entries(properties).map(([key, value]) => [`${prefix}${key}`, value] as const),
        ),
    );
}

/**
 * The settings of every worker in distributed mode; the address that it is known by comes from its pod.
 *
 * Workers make their three topics themselves, compacted and with these copies. Source exactly-once is on from the start,
 * because switching it on later takes two rollouts (KIP-618); connectors that cannot do it go on as before.
 */
export function workerProperties(settings: WorkerSettings): Properties {
    const { config, brokers } = settings;
    const { group = DEFAULT_GROUP, pluginPath } = config;
    return {
        "bootstrap.servers": brokers.bootstrapServers,
        ...forAllClients(clientProperties(brokers.security)),
        "group.id": group,
        "session.timeout.ms": millis(WORKER_SESSION),
        "heartbeat.interval.ms": millis(WORKER_SESSION) / 4,
        "scheduled.rebalance.max.delay.ms": millis(RETURN_DELAY),
        "task.shutdown.graceful.timeout.ms": millis(TASK_SHUTDOWN),
        "config.storage.topic": `${group}-configs`,
        "config.storage.replication.factor": REPLICATION_FACTOR,
        "offset.storage.topic": `${group}-offsets`,
        "offset.storage.replication.factor": REPLICATION_FACTOR,
        "offset.storage.partitions": OFFSET_PARTITIONS,
        "status.storage.topic": `${group}-status`,
        "status.storage.replication.factor": REPLICATION_FACTOR,
        "status.storage.partitions": STATUS_PARTITIONS,
        "exactly.once.source.support": "enabled",
        listeners: `HTTP://:${REST_PORT}`,
        "rest.advertised.port": REST_PORT,
        ...(pluginPath === undefined ? {} : { "plugin.path": pluginPath.join(",") }),
        ...converters(config),
        ...providers(settings),
        ...config.settings,
    };
}
