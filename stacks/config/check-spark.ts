import { type Problems, ValueError } from "../../components/support/errors.ts";
import { bytes, millicores } from "../../components/values/quantity.ts";
import { executorDisk, nodeFilling, sparkNodes } from "../workloads/spark/nodes.ts";
import { checkWithoutAws } from "./check-target.ts";
import type { ValidSections } from "./checks.ts";

/** Names that would be those of others: the operator's chart makes a service account `spark-driver`. */
const TAKEN = new Set(["spark", "spark-history", "celeborn"]);

/** Below, stages that sort what is larger than memory fail. */
const LEAST_DISK_GIB = 50;

type Complete<K extends keyof ValidSections> = { readonly [key in K]-?: NonNullable<ValidSections[key]> };

/** Checks that what an application asks for at its most is there. */
function checkRoom(
    problems: Problems,
    {
        sparkApplications,
        ...sections
    }: Complete<"sparkApplications" | "pools" | "quotas" | "fluentBit" | "nodeExporter"> &
        Pick<ValidSections, "celeborn">,
): void {
    const filling = nodeFilling(sparkNodes(sections));
    const { max } = sections.pools.sparkExecutor;
    for (const [name, { executors, executorResources = filling, driverResources }] of Object.entries(
        sparkApplications,
    )) {
        const field = `sparkApplications.${name}.executors.max`;
        problems.check(
            executors.max <= max,
            field,
            executors.max,
            `pools.sparkExecutor has ${max} nodes at most`,
            `Use at most ${max}, or raise pools.sparkExecutor.max`,
        );
        const { cpu, memory } = sections.quotas.batch;
        const most = Math.min(
            Math.floor((millicores(cpu) - millicores(driverResources.cpu)) / millicores(executorResources.cpu)),
            Math.floor((bytes(memory) - bytes(driverResources.memory)) / bytes(executorResources.memory)),
        );
        problems.check(
            executors.max <= most,
            field,
            executors.max,
            `quotas.batch takes the driver and ${most} executors of ${executorResources.cpu} CPU and ${executorResources.memory}`,
            `Use at most ${most}, or raise quotas.batch`,
        );
    }
}

/** GiB of an executor's node; undefined where a pool is refused for itself: no machine fits, or it is not known. */
function diskOf(pools: NonNullable<ValidSections["pools"]>): number | undefined {
    try {
        const disk = executorDisk(pools, undefined);
        return Number.isFinite(disk) ? disk : undefined;
    } catch (error) {
        if (error instanceof ValueError) {
            return undefined;
        }
        throw error;
    }
}

/** Checks what is said of Spark against the rest of the configuration. */
export function checkSpark(problems: Problems, sections: ValidSections): void {
    const { sparkApplications, celeborn, pools, quotas, fluentBit, nodeExporter } = sections;
    checkWithoutAws(problems, sections, {
        "spark.buckets": sections.spark?.buckets,
        "etl.buckets": sections.etl?.buckets,
        "backfill.buckets": sections.backfill?.buckets,
    });
    for (const [name, { shuffle }] of Object.entries(sparkApplications ?? {})) {
        problems.check(
            !TAKEN.has(name),
            `sparkApplications.${name}`,
            name,
            "another system has the name, or one that is made of it",
            "Rename the application",
        );
        problems.check(
            shuffle === "tracking" || celeborn !== undefined,
            `sparkApplications.${name}.shuffle`,
            shuffle,
            "there is no Celeborn in this stack",
            'Add the section celeborn, or use "tracking"',
        );
    }
    const all = pools === undefined ? undefined : diskOf(pools);
    if (pools === undefined || all === undefined) {
        return;
    }
    if (celeborn !== undefined) {
        problems.check(
            executorDisk(pools, celeborn.workerStorage) >= LEAST_DISK_GIB,
            "celeborn.workerStorage",
            celeborn.workerStorage,
            `the local disks of the smallest node of executors have ${all}Gi, and an executor spills there as well`,
            `Use at most "${all - LEAST_DISK_GIB}Gi"`,
        );
    }
    if (
        sparkApplications !== undefined &&
        quotas !== undefined &&
        fluentBit !== undefined &&
        nodeExporter !== undefined
    ) {
        checkRoom(problems, {
            sparkApplications,
            pools,
            quotas,
            fluentBit,
            nodeExporter,
            ...(celeborn === undefined ? {} : { celeborn }),
        });
    }
}
