import { z } from "zod";
import { dataBuckets } from "./data-buckets.ts";
import { count, cronSchedule, duration, image, matching, refuse, resources, section, volumeSize } from "./fields.ts";

/** What spark-submit runs. */
export const application = () =>
    matching(
        /^local:\/\/\/.+\.(jar|py)$/,
        "spark-submit runs a jar or a Python file that is in the image",
        'Write it like "local:///opt/spark/jobs/report.py"',
    );

/** What a program of Spark that is one pod does with buckets. Its image has `hadoop-aws` then, with its libraries. */
export const sparkBuckets = () =>
    section({
        /** Whether the history server shows its runs. */
        eventLog: z.boolean(),
        /**
         * Buckets beside the stack's own.
         * @default none
         */
        data: dataBuckets().optional(),
    });

/** A number of executors that follows the work. */
const executors = () =>
    section({
        /** What is kept when there is nothing to do; 0 frees every node between stages. */
        min: count(0, 1000),
        /** Most executors at a time. */
        max: count(1, 1000),
    }).superRefine(({ min, max }, sink) => {
        if (min > max) {
            refuse(sink, `the minimum is above the maximum of ${max}`, `Use at most ${max}`, ["min"], min);
        }
    });

const sparkApplication = () =>
    section({
        /** Spark with Python or Java, the application, and `hadoop-aws` of Spark's own Hadoop version with its libraries. */
        image: image(),
        /** Spark in the image. */
        sparkVersion: matching(/^[4-9]\.\d+\.\d+$/, "it is no version of Spark from 4.0 on", 'Write it like "4.2.0"'),
        application: application(),
        /** Class that a jar starts with; a Python file has none. */
        mainClass: matching(
            /^[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*$/,
            "it is no name of a class",
            'Write it like "com.example.Report"',
        ).optional(),
        /** Handed on to the application. */
        arguments: z.array(z.string()),
        /** Of the driver's pod, the virtual machine's and Python's own memory included. */
        driverResources: resources(),
        /**
         * Of an executor's pod, likewise.
         * @default one fills the smallest node of the pool
         */
        executorResources: resources().optional(),
        executors: executors(),
        /** Executors keep what is shuffled, and take it along to others; or the workers of Celeborn do. */
        shuffle: z.enum(["tracking", "celeborn"]),
        /** Of each attempt; one that takes longer is stopped and counts as failed. */
        deadline: duration(),
        /** Attempts after the first. */
        retries: count(0, 10),
        /**
         * Beside the stack's own for event logs and shuffles. Drivers of other applications can come by them as well.
         * @default none
         */
        dataBuckets: dataBuckets().optional(),
    }).superRefine(({ application: file, mainClass }, sink) => {
        if (file.endsWith(".jar") && mainClass === undefined) {
            refuse(sink, "a jar may hold many classes with a main method", "Name the one to start", ["mainClass"]);
        }
        if (file.endsWith(".py") && mainClass !== undefined) {
            refuse(sink, "a Python file is started as a whole", "Leave it out", ["mainClass"], mainClass);
        }
    });

/** Sections about Spark of a stack that has its operator, and buckets. */
export const sparkSections = {
    /**
     * Applications whose driver and executors have pods of their own, by name. Each runs once for each version of what
     * stands here. A driver may start pods in the namespace `batch`, as any service account there: it can reach every bucket
     * that an application or a job of Spark there reaches, and mount every Secret. Put in only what may know of each other.
     * @default none
     */
    sparkApplications: z.record(z.string(), sparkApplication()).optional(),
    /**
     * The pages of applications that have ended, out of their event logs.
     * @default none
     */
    sparkHistoryServer: section({
        /** Spark, and `hadoop-aws` of its own Hadoop version with its libraries. */
        image: image(),
        /** Pods that show the same. */
        replicas: count(2, 5),
        /** Of each replica. */
        resources: resources(),
    }).optional(),
    /**
     * Celeborn, which keeps what is shuffled apart from executors: three masters, and a worker on every node of executors.
     * @default none
     */
    celeborn: section({
        image: image(),
        /** Of each master: the log of their agreement. */
        masterStorage: volumeSize(),
        masterResources: resources(),
        /** Of each worker; half of the memory is its buffers. */
        workerResources: resources(),
        /** Of the local disks of each node. */
        workerStorage: volumeSize(),
    }).optional(),
};

/** A job that fills the same days again each time, so that what came late is in them. */
export const sparkBackfill = () =>
    section({
        image: image(),
        /** Is called with `--from DAY --to DAY --partitions-at-once N`, both days included, and with `arguments`. */
        application: application(),
        /** Handed on to the application. */
        arguments: z.array(z.string()),
        schedule: cronSchedule(),
        /** Days of UTC that a run fills, counted back from that on which it was due. */
        range: section({
            /** The last one; 1 is the day before. */
            endsDaysAgo: count(0, 365),
            /** How many days it goes back from there. */
            days: count(1, 366),
        }),
        /** Days that are worked on at the same time. */
        partitionsAtOnce: count(1, 64),
        /** Of its one pod. */
        resources: resources(),
        /** A run that takes longer is stopped. */
        deadline: duration(),
        /**
         * Buckets that it reaches; where there is AWS.
         * @default none
         */
        buckets: sparkBuckets().optional(),
    }).superRefine(({ range, partitionsAtOnce }, sink) => {
        if (partitionsAtOnce > range.days) {
            refuse(
                sink,
                `a run fills ${range.days} days`,
                `Use at most ${range.days}`,
                ["partitionsAtOnce"],
                partitionsAtOnce,
            );
        }
    });
