import { dirname, join } from "node:path";
import type { PodDifferences } from "../support/pod-process.ts";
import { sitePackages } from "../support/site-packages.ts";

const ENTRY_POINT = join(import.meta.dirname, "docker-entrypoint.sh");

/** What the pods of Flink have here that those of the stack have not. */
interface Differences {
    /** The Python environment in place of the image's. */
    readonly installation: string;
    readonly address: string;
    /** In place of the bucket, for which a plugin of the image is needed. */
    readonly bucket: { readonly name: string; readonly folder: string };
    /** Of the Prometheus reporter, which listens on every address of a machine. */
    readonly metricsPort: number;
    /** How the API server of Kubernetes is reached, and as whom; in a cluster by files that are the same in each pod. */
    readonly kubeconfig: string;
}

/** Where the distribution is in a Python environment. */
export function flinkHome(installation: string): string {
    return join(sitePackages(installation), "pyflink");
}

/**
 * All that differs from the pods of the stack: the image's entry point and plugin, a folder for the bucket, one address and
 * one port for metrics each, and the way to the API server.
 */
export function differences(given: Differences): PodDifferences {
    const { installation, address, bucket, metricsPort, kubeconfig } = given;
    return {
        replace: {
            "/docker-entrypoint.sh": ENTRY_POINT,
            [`s3://${bucket.name}/`]: `file://${bucket.folder}/`,
            "0.0.0.0": address,
            'metrics.reporter.prom.port: "9249"': `metrics.reporter.prom.port: "${metricsPort}"`,
        },
        program: ({ command, path }) => ({
            // Its files are mounted one by one.
            command: command.map((part) =>
                part.replace("/etc/flink/*", `${dirname(path("/etc/flink/config.yaml"))}/*`),
            ),
            env: {
                FLINK_HOME: flinkHome(installation),
                FLINK_PLUGINS_DIR: join(flinkHome(installation), "plugins"),
                FLINK_CONF_DIR: path("/opt/flink/conf"),
                POD_ADDRESS: address,
                // For what the tests run beside the pod's program.
                KNOWN_OPTIONS: join(import.meta.dirname, "KnownOptions.java"),
                KUBECONFIG: kubeconfig,
            },
        }),
    };
}
