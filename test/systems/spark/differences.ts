import { delimiter, dirname, join } from "node:path";
import type { PodDifferences } from "../support/pod-process.ts";
import { sitePackages } from "../support/site-packages.ts";

const SETTINGS = "/opt/spark/conf/spark-defaults.conf";
/** What the image starts everything by; it collects processes that end, which the system does here. */
const INIT = ["/usr/bin/tini", "--"] as const;

/** What the pods of Spark have here that those of the stack have not. */
interface Differences {
    /** The Python environment in place of the image's. */
    readonly installation: string;
    /** Folder of the library for S3. */
    readonly s3: string;
    readonly address: string;
    /** Folders by the bucket that they stand in for. */
    readonly buckets: Readonly<Record<string, string>>;
    /** What is started in place of the pod's command. */
    readonly command?: (path: (inPod: string) => string) => readonly string[];
}

/** Where the distribution is in a Python environment. */
function sparkHome(installation: string): string {
    return join(sitePackages(installation), "pyspark");
}

/** All that differs from the pods of the stack: where the program is, one address for each, and folders for buckets. */
export function differences({ installation, s3, address, buckets, command: other }: Differences): PodDifferences {
    const home = sparkHome(installation);
    const folders = Object.entries(buckets).map(([bucket, folder]) => [`s3a://${bucket}/`, `file://${folder}/`]);
    return {
        replace: { "/opt/spark": home, "local:///opt/spark": `local://${home}`, ...Object.fromEntries(folders) },
        program: ({ command, path }) => ({
            command: other?.(path) ?? (command[0] === INIT[0] ? command.slice(INIT.length) : command),
            env: {
                PATH: [join(installation, "bin"), process.env["PATH"]].join(delimiter),
                SPARK_HOME: home,
                // The image has it beside the programs.
                SPARK_CONF_DIR: dirname(path(SETTINGS)),
                SPARK_LOCAL_IP: address,
                // For what the tests run beside the pod's program.
                PYTHONPATH: import.meta.dirname,
                PYTHONDONTWRITEBYTECODE: "1",
                HADOOP_AWS: s3,
            },
        }),
    };
}
