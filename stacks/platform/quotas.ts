import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { bytes, millicores } from "../../components/values/quantity.ts";
import type { EksConfig } from "../config.ts";
import type { ChartNamespace, Namespaces, WorkloadNamespace } from "./namespaces.ts";
import { priorityClass } from "./priorities.ts";
import { type Limits, taskLimits } from "./task-limits.ts";

/** What {@link Quotas} are made of. */
export interface QuotasArgs {
    readonly quotas: EksConfig["quotas"];
    readonly airflow: EksConfig["airflow"];
    readonly namespaces: Namespaces;
    /** Namespaces that only some stacks have, and this one has. */
    readonly optional: readonly ChartNamespace[];
}

/** Namespaces by the key of their quota. */
const NAMESPACES = {
    airflow: "airflow",
    airflowTasks: "airflow-tasks",
    batch: "batch",
    data: "data",
    kafka: "kafka",
} as const;

/** Namespaces that only some stacks have; a quota has the same key. */
const OPTIONAL = ["flink", "bi", "jupyterhub"] as const;

/**
 * Requests of a container that says nothing, as a task's own pods may (KubernetesPodOperator): with a quota, a pod without
 * requests is refused. No limit goes with them, because one that is below a stated request is refused as well.
 */
const DEFAULT_REQUEST = { cpu: "100m", memory: "256Mi" };

const MIB = 2 ** 20;

function hard({ pods, cpu, memory }: Limits): Record<string, string> {
    return {
        pods: String(pods),
        "requests.cpu": `${cpu}m`,
        "requests.memory": `${Math.ceil(memory / MIB)}Mi`,
    };
}

/**
 * What namespaces may take of the cluster, so that a mistake in one leaves room for the others, and a group of nodes that
 * scales by itself does not follow a mistake without an end. What does not fit waits: for Airflow a quota is no failure of
 * the task (`task_publish_max_retries`), until it has been queued three times, for an hour each (`task_queued_timeout`).
 */
export class Quotas extends pulumi.ComponentResource {
    constructor(name: string, args: QuotasArgs, opts: pulumi.ComponentResourceOptions) {
        super("dataplatform:platform:Quotas", name, {}, opts);
        for (const key of ["airflow", "airflowTasks", "batch", "data", "kafka"] as const) {
            this.#quota(NAMESPACES[key], args.quotas[key], args.namespaces);
        }
        for (const key of OPTIONAL.filter((namespace) => args.optional.includes(namespace))) {
            const quota = args.quotas[key];
            if (quota !== undefined) {
                this.#quota(key, quota, args.namespaces);
            }
        }
        this.#tasks(args);
        this.registerOutputs({});
    }

    #quota(
        namespace: WorkloadNamespace | ChartNamespace,
        { pods, cpu, memory }: EksConfig["quotas"]["airflow"],
        namespaces: Namespaces,
    ): void {
        const options = { parent: this, dependsOn: [namespaces.get(namespace)] };
        const limits = { pods, cpu: millicores(cpu), memory: bytes(memory) };
        new k8s.core.v1.ResourceQuota(
            `${namespace}-quota`,
            { metadata: { name: "all-pods", namespace }, spec: { hard: hard(limits) } },
            options,
        );
        new k8s.core.v1.LimitRange(
            `${namespace}-defaults`,
            {
                metadata: { name: "defaults", namespace },
                spec: { limits: [{ type: "Container", defaultRequest: DEFAULT_REQUEST }] },
            },
            options,
        );
    }

    /** Leaves room for the pods that tasks start: a task that waits for one would otherwise hold the room that it needs. */
    #tasks({ airflow, namespaces }: QuotasArgs): void {
        const namespace = NAMESPACES.airflowTasks;
        new k8s.core.v1.ResourceQuota(
            "airflow-task-quota",
            {
                metadata: { name: "task-pods", namespace },
                spec: {
                    hard: hard(taskLimits(airflow)),
                    scopeSelector: {
                        matchExpressions: [
                            { scopeName: "PriorityClass", operator: "In", values: [priorityClass("batch")] },
                        ],
                    },
                },
            },
            { parent: this, dependsOn: [namespaces.get(namespace)] },
        );
    }
}
