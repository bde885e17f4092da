import { ArgumentError } from "../../../components/support/errors.ts";
import { type Bytes, bytes, millicores } from "../../../components/values/quantity.ts";
import type { Resources, WorkloadArgs } from "../../../components/workload-args.ts";

/** `spark`, the user of Spark's own image, which names it; a check for root wants a number. */
const SPARK_USER = 185;

/** Where a Spark program writes: shuffles and spills, its working directory (warehouse, metastore), and jars it fetches. */
const LOCAL_DIRECTORY = "/var/data/spark";
const WORK_DIRECTORY = "/opt/spark/work-dir";
const TEMPORARY_DIRECTORY = "/tmp";

const MEBI = 2 ** 20;
/**
 * Spark does not start with less than 450 MiB (1.5 times what its memory manager reserves), and a small virtual machine
 * tells it 3 % less than it has: one survivor space does not count.
 */
const SMALLEST_HEAP_MIB = 480;
/** What is shuffled and spilled, at most, as a multiple of the memory. */
const SPILL_FACTOR = 4;
/**
 * The part of a pod's memory that is the driver's heap; the rest is for the virtual machine itself and, with Python, for
 * the interpreters, which Spark starts one a core.
 */
const HEAP_SHARE = { jvm: 0.75, python: 0.6 } as const;

/** What a Spark program is written in. */
export type SparkLanguage = keyof typeof HEAP_SHARE;

/** The number of tasks that run at once: the CPU request, rounded up. The node's own number of cores would be too many. */
export function cores(resources: Resources): number {
    return Math.ceil(millicores(resources.cpu) / 1000);
}

/**
 * The heap of a driver that has a pod for itself.
 *
 * @param field where the resources stand in the configuration, for the error
 * @returns MiB
 * @throws {ArgumentError} if the memory leaves Spark too small a heap to start
 */
export function heapMebibytes(field: string, resources: Resources, language: SparkLanguage): number {
    const share = HEAP_SHARE[language];
    const heap = Math.floor((bytes(resources.memory) * share) / MEBI);
    if (heap < SMALLEST_HEAP_MIB) {
        throw new ArgumentError("Spark", [
            {
                field: `${field}.memory`,
                value: resources.memory,
                reason: `${share * 100} % of it is the heap, and Spark does not start with less than ${SMALLEST_HEAP_MIB} MiB`,
                fix: `Set at least "${Math.ceil(SMALLEST_HEAP_MIB / share)}Mi"`,
            },
        ]);
    }
    return heap;
}

/** What a pod needs in which a Spark program runs on its own, driver and executors in one process. */
interface SparkRuntime {
    readonly env: Readonly<Record<string, string>>;
    readonly scratch: Readonly<Record<string, Bytes>>;
    readonly security: NonNullable<WorkloadArgs["security"]>;
}

/**
 * The surroundings of a Spark program in one pod, for `spark-submit` however it is called.
 *
 * Source: Spark, "Configuration" (`SPARK_LOCAL_DIRS`) and `SparkSubmitArguments` (`SPARK_DRIVER_MEMORY`); Spark's image,
 * Dockerfile (user and working directory).
 *
 * @throws {ArgumentError} as {@link heapMebibytes}
 */
export function sparkRuntime(field: string, resources: Resources, language: SparkLanguage): SparkRuntime {
    return {
        env: {
            SPARK_DRIVER_MEMORY: `${heapMebibytes(field, resources, language)}m`,
            SPARK_LOCAL_DIRS: LOCAL_DIRECTORY,
            // Without a CPU limit the virtual machine sees the whole node, and starts threads for it.
            JDK_JAVA_OPTIONS: `-XX:ActiveProcessorCount=${cores(resources)}`,
            // The image's user has none that exists.
            HOME: TEMPORARY_DIRECTORY,
        },
        scratch: {
            [LOCAL_DIRECTORY]: `${Math.ceil((bytes(resources.memory) * SPILL_FACTOR) / MEBI)}Mi`,
            [WORK_DIRECTORY]: "1Gi",
            [TEMPORARY_DIRECTORY]: "1Gi",
        },
        security: { user: SPARK_USER, group: SPARK_USER, volumeGroup: SPARK_USER },
    };
}
