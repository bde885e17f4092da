import type * as k8s from "@pulumi/kubernetes";
import { podTemplate } from "../../../components/specs/pod.ts";
import { scratchDiskBytes } from "../../../components/specs/volumes.ts";
import { workloadLabels } from "../../../components/support/naming.ts";
import { type Duration, seconds } from "../../../components/values/duration.ts";
import { type Bytes, millicores } from "../../../components/values/quantity.ts";
import type { Resources, WorkloadArgs } from "../../../components/workload-args.ts";
import { placed, type WorkloadContext } from "../context.ts";
import { LOCAL_DIRECTORY, sparkSurroundings } from "./runtime.ts";

/** A template whose parts are at hand, as they are when nothing in it comes from another resource. */
interface Template {
    readonly metadata: k8s.types.input.meta.v1.ObjectMeta;
    readonly spec: k8s.types.input.core.v1.PodSpec;
}

/** What Spark calls the containers that it fills in. Source: Spark operator, `SparkDriverContainerName`. */
const CONTAINERS = { driver: "spark-kubernetes-driver", executor: "spark-kubernetes-executor" } as const;

/**
 * A volume of such a name is one for shuffles and spills, and Spark adds none of its own. Source: Spark, "Running Spark on
 * Kubernetes", "Local Storage".
 */
const LOCAL_VOLUME = "spark-local-dir-1";

/** An executor takes its blocks elsewhere before it goes: as long as a spot node has. */
const EXECUTOR_GRACE: Duration = "2 minutes";
/** A driver ends its event log. */
const DRIVER_GRACE: Duration = "1 minute";

const MEBI = 2 ** 20;
/** For logs and the image's writable layer. */
const LOGS_MIB = 1024;

/** What the pods of an application are made of. */
interface ApplicationPodsArgs {
    readonly name: string;
    readonly namespace: string;
    readonly context: WorkloadContext;
    readonly image: string;
    readonly driver: Resources;
    readonly executor: Resources;
    readonly scratchGiBPerCpu: number;
    readonly deadline: Duration;
}

/** The pods of one role, by what labels, service accounts and policies call them. */
export function roleName(application: string, role: keyof typeof CONTAINERS): string {
    return `${application}-${role}`;
}

/** The system that all of Spark's pods are part of. */
export const SPARK_SYSTEM = "spark";

function localDisk(executor: Resources, scratchGiBPerCpu: number): Bytes {
    return `${Math.max(1, Math.floor((millicores(executor.cpu) / 1000) * scratchGiBPerCpu))}Gi`;
}

/** Spark decides on CPU and memory, on ports and on what happens before a stop; the rest is as in every pod here. */
function template(
    role: keyof typeof CONTAINERS,
    { name, namespace, image }: ApplicationPodsArgs,
    own: Pick<WorkloadArgs, "pool" | "priorityClass" | "annotations" | "apiAccess" | "resources">,
    { env, scratch, security }: ReturnType<typeof sparkSurroundings>,
    grace: Duration,
): Template {
    const { [LOCAL_DIRECTORY]: local, ...others } = scratch;
    const disk: Bytes = `${Math.ceil(scratchDiskBytes(scratch) / MEBI) + LOGS_MIB}Mi`;
    const pod = podTemplate(
        {
            ...own,
            namespace,
            system: SPARK_SYSTEM,
            image,
            env,
            scratch: others,
            security,
            resources: { ...own.resources, ephemeralStorage: disk },
            shutdown: { gracePeriod: grace },
        },
        {
            name: CONTAINERS[role],
            serviceAccount: roleName(name, role),
            restartPolicy: "Never",
            extra: {
                volumes: [{ name: LOCAL_VOLUME, emptyDir: local === undefined ? {} : { sizeLimit: local } }],
                mounts: [{ name: LOCAL_VOLUME, mountPath: LOCAL_DIRECTORY }],
            },
        },
    ) as Template;
    return {
        ...pod,
        metadata: { ...pod.metadata, labels: workloadLabels(roleName(name, role), SPARK_SYSTEM) },
    };
}

/**
 * The driver's pod: on demand, where nobody moves it, since the application ends with it. A deadline ends it as failed.
 *
 * Source of both templates: Spark, "Running Spark on Kubernetes", "Pod Template"; Spark operator, `driverPodTemplateOption`.
 */
export function driverTemplate(args: ApplicationPodsArgs): Template {
    const { context, driver, deadline } = args;
    const pod = template(
        "driver",
        args,
        {
            ...placed(context, "batch", "drivers"),
            resources: driver,
            annotations: { "karpenter.sh/do-not-disrupt": "true" },
            // It starts its executors itself.
            apiAccess: {},
        },
        sparkSurroundings(driver),
        DRIVER_GRACE,
    );
    return { ...pod, spec: { ...pod.spec, activeDeadlineSeconds: seconds(deadline) } };
}

/** An executor's pod: on spot nodes, with scratch space on their local disks, and no access to the API server. */
export function executorTemplate(args: ApplicationPodsArgs): Template {
    const { context, executor, scratchGiBPerCpu } = args;
    return template(
        "executor",
        args,
        {
            ...placed(context, "batch", "executors"),
            resources: executor,
        },
        sparkSurroundings(executor, localDisk(executor, scratchGiBPerCpu)),
        EXECUTOR_GRACE,
    );
}
