import { z } from "zod";
import { ValueError } from "../../components/support/errors.ts";
import { longestPause } from "../../components/values/schedule.ts";
import { count, duration, image, matching, quorum, refuse, resources, section, volumeSize } from "./fields.ts";

/** More than one, so that a survivor carries the load; a bound that no stack has reason to pass. */
const replicas = () => count(2, 20);

const command = () => z.array(z.string()).min(1);

const cronSchedule = () =>
    section({ cron: z.string(), timeZone: z.string() }).superRefine((schedule, sink) => {
        try {
            longestPause(schedule);
        } catch (error) {
            if (!(error instanceof ValueError)) {
                throw error;
            }
            const key = error.value === schedule.timeZone ? "timeZone" : "cron";
            refuse(sink, error.reason, error.fix, [key], error.value);
        }
    });

/** Values that CloudWatch takes (PutRetentionPolicy). */
const RETENTION_DAYS = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const retentionDays = () =>
    z.int().superRefine((days, sink) => {
        if (!RETENTION_DAYS.includes(days)) {
            const longer = RETENTION_DAYS.find((candidate) => candidate > days) ?? RETENTION_DAYS.at(-1);
            refuse(sink, "CloudWatch does not take this number of days", `Use ${longer}`);
        }
    });

const TOPIC_NAME = /^[A-Za-z0-9._-]{1,249}$/;

/** How the members of the consumer group hold their partitions. */
const membership = () =>
    z.discriminatedUnion("kind", [
        /** Each member has an identity of its own and keeps its partitions over a restart. */
        section({
            kind: z.literal("static"),
            replicas: count(2, 1000),
            /** From a member's stop until it reads again; its partitions wait for it that long. */
            restartTime: duration(),
        }),
        /** Members come and go with the lag. */
        section({
            kind: z.literal("dynamic"),
            min: count(1, 1000),
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
        section({ kind: z.literal("classic"), sessionTimeout: duration() }),
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
    /** How long logs are kept. */
    logs: section({ retentionDays: retentionDays() }),
    /** Airflow 3 with the KubernetesExecutor. Two schedulers each: a third adds lock contention, not availability. */
    airflow: section({
        image: image(),
        /** Task pods that may run at the same time, over all DAGs (`core.parallelism`). */
        parallelism: count(1, 10_000),
        replicas: section({ apiServer: replicas(), dagProcessor: replicas(), triggerer: replicas() }),
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
    /** Kafka in KRaft mode: controllers and brokers apart. */
    kafka: section({
        image: image(),
        brokers: count(3, 99),
        controllers: quorum(),
        /** Of each broker. */
        brokerStorage: volumeSize(),
        /** Of each controller. */
        controllerStorage: volumeSize(),
        brokerResources: resources(),
        controllerResources: resources(),
        /** A member of a group that is silent for so long loses its partitions, where the group's protocol is `consumer`. */
        groupSessionTimeout: duration(),
        /** The topic that the consumers read. */
        topic: section({
            name: matching(
                TOPIC_NAME,
                "a topic's name has 1 to 249 letters, digits, dots, underscores and hyphens",
                "Rename it",
            ),
            partitions: count(1, 10_000),
        }),
    }),
    /** The group that reads the topic. */
    consumers: section({
        image: image(),
        /** May use `$(KAFKA_BOOTSTRAP_SERVERS)`, `$(KAFKA_TOPIC)` and `$(KAFKA_CONSUMER_CONFIG)`, the settings' path. */
        command: command(),
        group: z.string().min(1),
        membership: membership(),
        protocol: groupProtocol(),
        /** The longest that a record may wait. */
        lagBudget: duration(),
        /** Of each member. */
        resources: resources(),
    }),
    /** One Spark application, run as a job whose driver and executors share its pod's node. */
    spark: section({
        image: image(),
        /** What spark-submit runs: a jar or Python file in the image. */
        application: matching(
            /^local:\/\/\/.+\.(jar|py)$/,
            "spark-submit runs a jar or a Python file that is in the image",
            'Write it like "local:///opt/spark/jobs/report.py"',
        ),
        arguments: z.array(z.string()),
        resources: resources(),
    }),
    /** The nightly job. */
    etl: section({
        image: image(),
        command: command(),
        schedule: cronSchedule(),
        resources: resources(),
    }),
    /** Log collector of every node. */
    fluentBit: section({ image: image(), resources: resources() }),
    /** Metrics of every node. */
    nodeExporter: section({ image: image(), resources: resources() }),
};
