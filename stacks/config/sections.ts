import { z } from "zod";
import { fernetKeys } from "./airflow.ts";
import { kafkaOfChoice } from "./brokers.ts";
import { dataBuckets } from "./data-buckets.ts";
import { count, cronSchedule, duration, image, refuse, resources, section } from "./fields.ts";
import { kafkaConnect, lagExporter, schemaRegistry } from "./kafka.ts";
import { logCollector } from "./logging.ts";
import { application, sparkBackfill, sparkBuckets } from "./spark.ts";
import { cache, zookeeper } from "./state-stores.ts";

/** More than one, so that a survivor carries the load; a bound that no stack has reason to pass. */
const replicas = () => count(2, 20);

/** The program and its arguments. */
const command = () => z.array(z.string()).min(1);

/** How the members of the consumer group hold their partitions. */
const membership = () =>
    z.discriminatedUnion("kind", [
        /** Each member has an identity of its own and keeps its partitions over a restart. */
        section({
            kind: z.literal("static"),
            /** Members; best a divisor of the partitions. */
            replicas: count(2, 1000),
            /** From a member's stop until it reads again; its partitions wait for it that long. */
            restartTime: duration(),
        }),
        /** Members come and go with the lag. */
        section({
            kind: z.literal("dynamic"),
            /** Fewest members. */
            min: count(1, 1000),
            /** Most members; more than partitions would idle. */
            max: count(1, 1000),
            /** Records of lag for which one more member is started. */
            lagPerReplica: count(1, 1_000_000_000),
        }).superRefine((range, sink) => {
            if (range.min > range.max) {
                refuse(
                    sink,
                    `the minimum is above the maximum of ${range.max}`,
                    `Use at most ${range.max}`,
                    ["min"],
                    range.min,
                );
            }
        }),
    ]);

/** How members and brokers talk about who reads what. */
const groupProtocol = () =>
    z.discriminatedUnion("kind", [
        /** The members' own: each says how long it may be silent. */
        section({
            kind: z.literal("classic"),
            /** A member that is silent for so long loses its partitions. */
            sessionTimeout: duration(),
        }),
        /** The brokers' (KIP-848): `kafka.groupSessionTimeout` holds for all. */
        section({ kind: z.literal("consumer") }),
    ]);

/**
 * What every stack has, whatever its cluster. Keys are those of `Pulumi.STACK.yaml`, without the project's name.
 */
export const commonSections = {
    /** What the team has promised. */
    availability: section({
        /** The longest that orchestration or ingestion may be gone at a time. */
        downtimeBudget: duration(),
    }),
    /** Airflow 3 with the KubernetesExecutor. Two schedulers each: a third adds lock contention, not availability. */
    airflow: section({
        image: image(),
        /** Task pods that may run at the same time, over all DAGs (`core.parallelism`). */
        parallelism: count(1, 10_000),
        replicas: section({ apiServer: replicas(), dagProcessor: replicas(), triggerer: replicas() }),
        /** What turns Airflow's metrics, which are StatsD's, into those of Prometheus. */
        statsd: section({ image: image(), resources: resources() }),
        /**
         * Versions of the key that connections and variables are encrypted with, the one to encrypt with first. Two of them
         * are a rotation under way: see `stacks/workloads/airflow/secrets.ts`.
         * @default [1]
         */
        fernetKeys: fernetKeys().optional(),
        resources: section({
            apiServer: resources(),
            scheduler: resources(),
            dagProcessor: resources(),
            triggerer: resources(),
            /** One task pod. */
            task: resources(),
        }),
    }),
    /** The connection pool in front of it. */
    pgbouncer: section({ image: image(), replicas: replicas(), resources: resources() }),
    /** Kafka in KRaft mode, controllers and brokers apart; or brokers elsewhere. */
    kafka: kafkaOfChoice(),
    /** The group that reads the topic. */
    consumers: section({
        image: image(),
        /** May use `$(KAFKA_BOOTSTRAP_SERVERS)`, `$(KAFKA_TOPIC)` and `$(KAFKA_CONSUMER_CONFIG)`, the settings' path. */
        command: command(),
        /** The name that the members share (`group.id`). */
        group: z.string().min(1),
        membership: membership(),
        protocol: groupProtocol(),
        /** The longest that a record may wait. */
        lagBudget: duration(),
        /** Of each member. */
        resources: resources(),
        /**
         * Buckets that members reach, by a role of the group; where there is AWS.
         * @default none, and no role
         */
        dataBuckets: dataBuckets().optional(),
    }),
    /**
     * Metrics of consumer groups.
     * @default none, and no alerts on the consumers' lag
     */
    lagExporter: lagExporter().optional(),
    /**
     * Kafka Connect.
     * @default none
     */
    kafkaConnect: kafkaConnect().optional(),
    /**
     * A registry of schemas, with the interface of Confluent's.
     * @default none
     */
    schemaRegistry: schemaRegistry().optional(),
    /** One Spark application, run as a job whose driver and executors share its pod's node. */
    spark: section({
        image: image(),
        /** What spark-submit runs: a jar or Python file in the image. */
        application: application(),
        /** Handed on to it. */
        arguments: z.array(z.string()),
        resources: resources(),
        /**
         * Buckets that it reaches; where there is AWS.
         * @default none
         */
        buckets: sparkBuckets().optional(),
    }),
    /** The nightly job. */
    etl: section({
        image: image(),
        command: command(),
        schedule: cronSchedule(),
        resources: resources(),
        /**
         * Buckets that it reaches; where there is AWS.
         * @default none
         */
        buckets: sparkBuckets().optional(),
    }),
    /**
     * Fills the last days again, for what came late.
     * @default none
     */
    backfill: sparkBackfill().optional(),
    /**
     * Valkey with Sentinel, for what needs a cache or a broker of messages.
     * @default there is none
     */
    cache: cache().optional(),
    /**
     * ZooKeeper, for tools that still need it.
     * @default there is none
     */
    zookeeper: zookeeper().optional(),
    /** Log collector of every node. */
    fluentBit: logCollector(),
    /** Metrics of every node. */
    nodeExporter: section({ image: image(), resources: resources() }),
};
