import { Problems } from "../../../components/support/errors.ts";
import { type Duration, duration, seconds } from "../../../components/values/duration.ts";
import type { Resources } from "../../../components/workload-args.ts";
import { fits, type Room } from "../../infrastructure/allocatable.ts";
import type { SparkNodes } from "./nodes.ts";

/** Of an application's object, whose name becomes that of a Service: a label of RFC 1035. */
const NAME = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
/** A label takes 63 characters; `-executor` is appended for service accounts and labels. */
const MOST_CHARACTERS = 63 - "-executor".length;

/** A node waits for a driver no longer than seven hours (`LONGEST_RUN`), the driver's own end included. */
const LONGEST_ATTEMPT: Duration = "6 hours";

/** What is checked of an application before anything of it is made. */
interface CheckedApplication {
    readonly driverResources: Resources;
    readonly executorResources: Resources;
    readonly executors: { readonly min: number; readonly max: number };
    readonly retries: number;
    readonly deadline: Duration;
}

function checkFit(problems: Problems, field: string, resources: Resources, rooms: readonly Room[], pool: string): void {
    const largest = rooms.at(-1);
    problems.check(
        largest === undefined || rooms.some((room) => fits(resources, room)),
        field,
        `${resources.cpu} CPU and ${resources.memory}`,
        `the largest node of ${pool} has ${largest?.millicores}m and ${largest?.mebibytes}Mi for it, after kubelet and agents`,
        "Ask for less, or raise maxCpu of the pool",
    );
}

/**
 * Checks an application.
 *
 * @throws {ArgumentError} with everything that is wrong
 */
export function checkApplication(name: string, args: CheckedApplication, nodes: SparkNodes): void {
    const problems = new Problems();
    const { executors, deadline, retries } = args;
    problems.check(
        NAME.test(name) && name.length <= MOST_CHARACTERS,
        "name",
        name,
        `it becomes that of a Service: at most ${MOST_CHARACTERS} lower-case letters, digits and hyphens, a letter first`,
        "Rename it",
    );
    for (const key of ["min", "max"] as const) {
        problems.check(
            Number.isInteger(executors[key]) && executors[key] >= (key === "min" ? 0 : 1),
            `executors.${key}`,
            executors[key],
            "a number of executors is whole and not negative, and the most is at least 1",
            "Correct it",
        );
    }
    problems.check(
        executors.min <= executors.max,
        "executors.min",
        executors.min,
        `the minimum is above the maximum of ${executors.max}`,
        `Use at most ${executors.max}`,
    );
    problems.check(
        Number.isInteger(retries) && retries >= 0,
        "retries",
        retries,
        "a number of attempts is whole and not negative",
        "Correct it",
    );
    const length = problems.attempt("deadline", () => seconds(deadline));
    problems.check(
        length === undefined || (length > 0 && length <= seconds(LONGEST_ATTEMPT)),
        "deadline",
        deadline,
        `nodes that are to go wait for a driver no longer than ${LONGEST_ATTEMPT}`,
        `Use at most "${duration(seconds(LONGEST_ATTEMPT))}", and several applications for more`,
    );
    checkFit(problems, "driverResources", args.driverResources, nodes.drivers, "spark-driver");
    checkFit(problems, "executorResources", args.executorResources, nodes.executors, "spark-executor");
    problems.throwIfAny(`SparkApplication "${name}"`);
}
