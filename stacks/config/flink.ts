import { seconds } from "../../components/values/duration.ts";
import { type Bytes, bytes } from "../../components/values/quantity.ts";
import { dataBuckets } from "./data-buckets.ts";
import { count, duration, image, readable, refuse, resources, section } from "./fields.ts";

/** The first version whose only configuration file is config.yaml; the keys that we write are those of 2.x. */
const OLDEST_MAJOR = 2;

/**
 * The smallest memory of which Flink's own shares leave a heap: metaspace, JVM overhead and off-heap memory have lower
 * bounds of their own. Tried with Flink 2.3's BashJavaUtils: a task manager of 900 MiB is refused, one of 1 GiB starts.
 */
const LEAST_MEMORY: Bytes = "1Gi";

/** The plugins in the image carry the version in their names, which the tag has to tell. */
const versioned = () =>
    image().superRefine((text, sink) => {
        const version = /:(\d+)\.\d+\.\d+(?:-[\w.-]+)?(?:@|$)/.exec(text);
        if (version === null) {
            refuse(
                sink,
                "its tag does not begin with Flink's whole version, by which the image's own plugins are found",
                'Write it like "flink:2.3.0-scala_2.12-java17"',
            );
        } else if (Number(version[1]) < OLDEST_MAJOR) {
            refuse(sink, "Flink 1.x reads another configuration", "Use Flink 2.x");
        }
    });

const memory = () =>
    resources().superRefine((asked, sink) => {
        if (bytes(asked.memory) < bytes(LEAST_MEMORY)) {
            refuse(
                sink,
                "Flink's own shares of it leave no heap",
                `Use at least "${LEAST_MEMORY}"`,
                ["memory"],
                asked.memory,
            );
        }
    });

const interval = () =>
    duration().superRefine((text, sink) => {
        if (seconds(text) < 1) {
            refuse(sink, "one checkpoint would follow the other without a pause", 'Use "1 minute"');
        }
    });

/** A Flink session cluster. */
export const flink = () =>
    section({
        image: versioned(),
        /** Every job shares them. */
        taskManagers: count(2, 200),
        /** Tasks of one task manager at the same time; they share its memory. */
        slots: count(1, 64),
        /** Of each of the two job managers. */
        jobManagerResources: memory(),
        /** Of each task manager. */
        taskManagerResources: memory(),
        /** Disk of each task manager for the state that RocksDB works on; it is gone with the pod, checkpoints are not. */
        stateStorage: readable<Bytes>(bytes),
        /** From one checkpoint to the next: what is worked through again after a failure, at most. */
        checkpointInterval: interval(),
        /** Checkpoints of a job that are kept, to go back to an older one by hand. */
        retainedCheckpoints: count(1, 100),
        /**
         * Buckets that jobs reach, beside the stack's own for checkpoints. All jobs share the role.
         * @default none
         */
        dataBuckets: dataBuckets().optional(),
    });
