import { ArgumentError } from "../../../components/support/errors.ts";
import { type Bytes, bytes, millicores } from "../../../components/values/quantity.ts";
import type { Resources, WorkloadArgs } from "../../../components/workload-args.ts";

/** `spark`, the user of Spark's own image, which names it; a check for root wants a number. */
const SPARK_USER = 185;

/** Where Spark looks for its settings, whichever of its programs is started. */
export const SETTINGS_FILE = "/opt/spark/conf/spark-defaults.conf";

/** Where a Spark program writes: shuffles and spills, its working directory (warehouse, metastore), and jars it fetches. */
export const LOCAL_DIRECTORY = "/var/data/spark";
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
/**
 * The same of an executor, whose heap is large: what is left is the overhead that Spark itself would add, a tenth of the
 * heap, and with Python two fifths. Source: Spark, "Running Spark on Kubernetes", `spark.kubernetes.memoryOverheadFactor`.
 */
const EXECUTOR_HEAP_SHARE = { jvm: 0.9, python: 0.7 } as const;

/** What a Spark program is written in. */
export type SparkLanguage = keyof typeof HEAP_SHARE;

/** The number of tasks that run at once: the CPU request, rounded up. The node's own number of cores would be too many. */
export function cores(resources: Resources): number {
    return Math.ceil(millicores(resources.cpu) / 1000);
}

/** The memory of a pod by what it is for, in MiB. */
interface MemorySplit {
    readonly heap: number;
    /** Of the virtual machine beside the heap, and of the interpreters. */
    readonly overhead: number;
}

/**
 * How a pod's memory is shared out.
 *
 * @param field where the resources stand in the configuration, for the error
 * @throws {ArgumentError} if the memory leaves Spark too small a heap to start
 */
export function memorySplit(
    field: string,
    resources: Resources,
    language: SparkLanguage,
    role: "driver" | "executor" = "driver",
): MemorySplit {
    const share = (role === "driver" ? HEAP_SHARE : EXECUTOR_HEAP_SHARE)[language];
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
    return { heap, overhead: Math.floor(bytes(resources.memory) / MEBI) - heap };
}

/**
 * The heap of a driver that has a pod for itself.
 *
 * @returns MiB
 * @throws {ArgumentError} as {@link memorySplit}
 */
export function heapMebibytes(field: string, resources: Resources, language: SparkLanguage): number {
    return memorySplit(field, resources, language).heap;
}

/** What a pod needs in which a program of Spark runs. */
interface SparkRuntime {
    readonly env: Readonly<Record<string, string>>;
    readonly scratch: Readonly<Record<string, Bytes>>;
    readonly security: NonNullable<WorkloadArgs["security"]>;
}

/**
 * What every program of Spark needs, be it driver, executor or server: a place to write, and a user.
 *
 * @param local room for what is shuffled and spilled; by default a multiple of the memory
 */
export function sparkSurroundings(resources: Resources, local?: Bytes): SparkRuntime {
    return {
        env: {
            // Without a CPU limit the virtual machine sees the whole node, and starts threads for it.
            JDK_JAVA_OPTIONS: `-XX:ActiveProcessorCount=${cores(resources)}`,
            // The image's user has none that exists.
            HOME: TEMPORARY_DIRECTORY,
        },
        scratch: {
            [LOCAL_DIRECTORY]: local ?? `${Math.ceil((bytes(resources.memory) * SPILL_FACTOR) / MEBI)}Mi`,
            [WORK_DIRECTORY]: "1Gi",
            [TEMPORARY_DIRECTORY]: "1Gi",
        },
        security: { user: SPARK_USER, group: SPARK_USER, volumeGroup: SPARK_USER },
    };
}

/**
 * The surroundings of a Spark program that is driver and executors in one process, for `spark-submit` however it is called.
 *
 * Source: Spark, "Configuration" (`SPARK_LOCAL_DIRS`) and `SparkSubmitArguments` (`SPARK_DRIVER_MEMORY`); Spark's image,
 * Dockerfile (user and working directory).
 *
 * @throws {ArgumentError} as {@link heapMebibytes}
 */
export function sparkRuntime(field: string, resources: Resources, language: SparkLanguage): SparkRuntime {
    const { env, scratch, security } = sparkSurroundings(resources);
    return {
        env: {
            SPARK_DRIVER_MEMORY: `${heapMebibytes(field, resources, language)}m`,
            SPARK_LOCAL_DIRS: LOCAL_DIRECTORY,
            ...env,
        },
        scratch,
        security,
    };
}
