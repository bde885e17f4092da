import { delimiter, join } from "node:path";
import type { PodDifferences } from "../support/pod-process.ts";

/** Addresses of the pods, and of what stands in for those that are not started. */
export const ADDRESSES = {
    migration: "127.3.0.9",
    schedulers: ["127.3.0.10", "127.3.0.11"],
    apiServer: "127.3.0.20",
    dagProcessor: "127.3.0.30",
    triggerer: "127.3.0.40",
    database: "127.3.0.2",
    metrics: "127.3.0.3",
    objectStore: "127.3.0.4",
} as const;

/** Of PostgreSQL itself; pods come by a pool, at another one. */
export const DATABASE_PORT = 5432;
export const OBJECT_STORE_PORT = 9000;

const PYTHON = join(import.meta.dirname, "python");
const DAGS = join(import.meta.dirname, "dags");

/** What the image's entry point runs as it is; all else is for `airflow`. Source: Airflow, `entrypoint_prod.sh`. */
const PROGRAMS = new Set(["bash", "python"]);

/**
 * DNS names. The pool is left out: `metadata-database.test.ts` shows that it follows the database's leader.
 */
const NAMES: Readonly<Record<string, string>> = {
    "pgbouncer.data.svc.cluster.local:6432": `${ADDRESSES.database}:${DATABASE_PORT}`,
    "metadata-database.data.svc.cluster.local": ADDRESSES.database,
    "airflow-api-server.airflow.svc.cluster.local": ADDRESSES.apiServer,
    "airflow-statsd.airflow.svc.cluster.local": ADDRESSES.metrics,
};

/** What the pods of Airflow have here that those of the stack have not. */
interface Differences {
    /** The Python environment in place of the image's. */
    readonly installation: string;
    readonly address: string;
    /** A short name of its temporary files, for sockets whose paths may have 107 characters. @default their own */
    readonly temporary?: string;
    /** Where tasks leave their lines. */
    readonly proof: string;
    /** How the API server of Kubernetes is reached, and as whom; in a cluster by files that are the same in each pod. */
    readonly kubeconfig?: string;
}

/** All that differs from the pods of the stack, which is what a node and an image give. */
export function differences(given: Differences): PodDifferences {
    const { installation, address, temporary, proof, kubeconfig } = given;
    return {
        replace: NAMES,
        program: ({ command, path }) => ({
            command: PROGRAMS.has(command[0] ?? "") ? command : ["airflow", ...command],
            env: {
                // The image.
                PATH: [join(installation, "bin"), process.env["PATH"]].join(delimiter),
                AIRFLOW__CORE__DAGS_FOLDER: DAGS,
                // By default below the home of the image, which is /opt/airflow.
                AIRFLOW__LOGGING__BASE_LOG_FOLDER: path("/opt/airflow/logs"),
                AIRFLOW__LOGGING__DAG_PROCESSOR_CHILD_PROCESS_LOG_DIRECTORY: path("/opt/airflow/logs/dag_processor"),
                TMPDIR: temporary ?? path("/tmp"),
                // The DAGs' folder is the repository's.
                PYTHONDONTWRITEBYTECODE: "1",
                // The pod's own name and address, where all pods share those of one machine.
                PYTHONPATH: PYTHON,
                POD_ADDRESS: address,
                AIRFLOW__API__HOST: address,
                AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_HOST: address,
                ...(kubeconfig === undefined
                    ? {}
                    : {
                          AIRFLOW__KUBERNETES_EXECUTOR__IN_CLUSTER: "False",
                          AIRFLOW__KUBERNETES_EXECUTOR__CONFIG_FILE: kubeconfig,
                      }),
                // The bucket, and the role of the service account.
                AWS_ENDPOINT_URL_S3: `http://${ADDRESSES.objectStore}:${OBJECT_STORE_PORT}`,
                AWS_ACCESS_KEY_ID: "role",
                AWS_SECRET_ACCESS_KEY: "role",
                // The stand-in takes a body as it is.
                AWS_REQUEST_CHECKSUM_CALCULATION: "when_required",
                PROOF_FOLDER: proof,
            },
        }),
    };
}
