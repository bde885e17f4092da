/**
 * What nothing in a stack says of its connections, with where it is from; `charts.ts` has what is inside of charts. All else
 * is derived from what the stack renders.
 */
import { ROLE_LABEL } from "../../../stacks/workloads/metadata-database/patroni.ts";

/** A connection by names of pods; {@link API_SERVER} is one, too. */
export interface Edge {
    readonly from: string;
    readonly to: string;
    readonly port: number;
    readonly protocol?: "UDP";
    readonly why: string;
}

/** The API server, which calls from any address of the subnets that the cluster has. */
export const API_SERVER = "the API server";

/** Labels that a program gives its own pods, by which services tell them apart. */
export const RUN_TIME_LABELS: readonly string[] = [ROLE_LABEL];

/** Services whose endpoints a program writes. */
export const RUN_TIME_ENDPOINTS: readonly { readonly service: string; readonly pods: string; readonly why: string }[] =
    [
        {
            service: "data/metadata-database",
            pods: "data/metadata-database",
            why: "Patroni points it at the leader (Patroni, kubernetes.use_endpoints)",
        },
    ];

const EXECUTION_API = "airflow-api-server.airflow.svc.cluster.local:8080";

/** Addresses in the settings of pods that do not connect there. */
export const NAMED_ONLY: readonly {
    readonly pods: readonly string[];
    readonly address: string;
    readonly why: string;
}[] = [
    {
        pods: ["scheduler", "dag-processor", "triggerer", "migrate", "api-server"].map(
            (name) => `airflow/airflow-${name}`,
        ),
        address: EXECUTION_API,
        why:
            "All containers of Airflow share their settings. Only a task's own pod reaches the execution API by network: " +
            "DAG processor and triggerer run it in their process (InProcessExecutionAPI), the KubernetesExecutor leaves it " +
            "to the pod that it starts, and a migration runs no task (Airflow, airflow.sdk.execution_time)",
    },
];

const JOB_MANAGER = "flink/flink-jobmanager";
const TASK_MANAGER = "flink/flink-taskmanager";

/** Connections to addresses that pods exchange at run time, of systems that a stack may leave out. */
export const OPTIONAL_EDGES: readonly Edge[] = [
    ...[
        { port: 6123, why: "heartbeats and slots, at the address in the leader's ConfigMap (jobmanager.rpc.port)" },
        { port: 6124, why: "jars of jobs (blob.server.port)" },
    ].map((edge) => ({ from: TASK_MANAGER, to: JOB_MANAGER, ...edge })),
    ...[
        { port: 6122, why: "tasks, at the address that the task manager registers with (taskmanager.rpc.port)" },
        { port: 6126, why: "what the user interface shows (metrics.internal.query-service.port)" },
    ].map((edge) => ({ from: JOB_MANAGER, to: TASK_MANAGER, ...edge })),
    ...["web", "worker", "beat", "migrate"].map((part) => ({
        from: `bi/superset-${part}`,
        to: "data/cache",
        port: 6379,
        why: "the primary, at the address that a sentinel tells (redis-py, `Sentinel.master_for`)",
    })),
];

/** Connections to addresses that pods exchange at run time. */
export const EDGES: readonly Edge[] = [
    {
        from: "airflow/airflow-api-server",
        to: "airflow/airflow-triggerer",
        port: 8794,
        why: "The log of a deferred task, at the address that the triggerer wrote to the database (Airflow, FileTaskHandler)",
    },
];
