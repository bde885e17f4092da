import type { Resources } from "../../../components/workload-args.ts";
import { cores, type SparkLanguage } from "./runtime.ts";

/** A jar or Python file in the image, and what it is called with. */
export interface SparkApplication {
    /** `local:///opt/spark/jobs/report.py` */
    readonly application: string;
    readonly arguments: readonly string[];
    readonly resources: Resources;
}

/**
 * What no other attempt mends: a misused command or a Python file that is not there (2), a main class that is not there
 * (101), and a program that cannot be run or is not there (126, 127).
 *
 * Source: Python, "Command line and environment"; Spark, `SparkSubmit.CLASS_NOT_FOUND_EXIT_STATUS`.
 */
export const PERMANENT_EXIT_CODES: readonly number[] = [2, 101, 126, 127];

/** Where jars go that an application adds by an `ivy:` address: the home of the image's user cannot be written to. */
export const IVY_SETTINGS = { "spark.jars.ivy": "/tmp/ivy" } as const;

/** What an application is written in, by the end of its name. */
export function languageOf(application: string): SparkLanguage {
    return application.endsWith(".py") ? "python" : "jvm";
}

/**
 * The command that runs an application in its own pod: driver and executors are threads of one process.
 *
 * By `tini`, since the first process of a container has to collect the Python interpreters that end, and a virtual
 * machine does not. Jars that an application adds by an `ivy:` address go where it may write.
 *
 * Source: Spark, "Submitting applications"; `entrypoint.sh` of Spark's image, which does the same for a driver.
 */
export function submitCommand({ application, arguments: given, resources }: SparkApplication): string[] {
    return [
        "/usr/bin/tini",
        "--",
        "/opt/spark/bin/spark-submit",
        "--master",
        `local[${cores(resources)}]`,
        "--conf",
        ...Object.entries(IVY_SETTINGS).map(([key, value]) => `${key}=${value}`),
        // Nobody looks at the page of a driver that is gone when its work is done.
        "--conf",
        "spark.ui.enabled=false",
        application,
        ...given,
    ];
}
