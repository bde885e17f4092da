import { POOL_LABEL } from "../../../components/support/naming.ts";
import { millicores } from "../../../components/values/quantity.ts";
import type { EksConfig } from "../../../stacks/config.ts";
import { field, type KubernetesObject, kubernetesObject, list, quantity } from "../kubernetes.ts";
import type { RecordedResource } from "../resource.ts";
import { podCount, podRequests } from "../totals.ts";
import { chartControllers, chartReplicas, chartValue } from "../volumes.ts";

/** How strictly the pods of a workload are kept apart. */
type Spread = "required" | "preferred" | "none";

/** Pods of one kind that have to find room. */
export interface Demand {
    /** `airflow/airflow-scheduler`. */
    readonly workload: string;
    /** What it belongs to: a system by its name, or "platform". */
    readonly system: string;
    /** Name of the pool that it asks for; undefined takes any that has no taint. */
    readonly pool: string | undefined;
    readonly replicas: number;
    /** Where it is scaled, the most that there may be; else as many as `replicas`. */
    readonly most: number;
    /** Of each pod: cores and bytes. */
    readonly cpu: number;
    readonly memory: number;
    /** Volumes of each pod, which keep it in its zone. */
    readonly volumes: number;
    readonly zones: Spread;
    readonly hosts: Spread;
    /** The higher finds room first. */
    readonly priority: number;
    /** Whether it runs for good; jobs end. */
    readonly standing: boolean;
    /** Whether it promises to be back in time when a zone is lost. */
    readonly promised: boolean;
}

/** The plan's resources by what they belong to. */
export interface System {
    readonly name: string;
    readonly resources: readonly RecordedResource[];
    /** Workloads with a limit to their recovery, as `NAMESPACE/NAME`. */
    readonly promised: ReadonlySet<string>;
}

const ZONE = "topology.kubernetes.io/zone";
const HOST = "kubernetes.io/hostname";
const CONTROLLERS: ReadonlySet<string> = new Set(["Deployment", "StatefulSet", "Job", "CronJob"]);
const MIB = 2 ** 20;

/** The cluster's own classes (Kubernetes, "Guaranteed Scheduling For Critical Add-On Pods"). */
const CLUSTER_PRIORITIES: Readonly<Record<string, number>> = {
    "system-node-critical": 2_000_001_000,
    "system-cluster-critical": 2_000_000_000,
};

/** Values of priority classes by their names. */
type Priorities = ReadonlyMap<string, number>;

/** The classes that a plan makes, and the cluster's own. */
export function prioritiesOf(resources: readonly RecordedResource[]): Priorities {
    const classes = resources.map(kubernetesObject).filter((object) => object?.kind === "PriorityClass");
    return new Map([
        ...Object.entries(CLUSTER_PRIORITIES),
        ...classes.map((object) => [String(field(object, "metadata", "name")), quantity(object?.["value"])] as const),
    ]);
}

/** The most replicas of what is scaled, by `NAMESPACE/NAME`. */
type Scaling = ReadonlyMap<string, number>;

/** What ScaledObjects and HorizontalPodAutoscalers say; others' bounds are on the controllers themselves. */
function scalingOf(objects: readonly KubernetesObject[]): Scaling {
    const bounds: Readonly<Record<string, string>> = {
        ScaledObject: "maxReplicaCount",
        HorizontalPodAutoscaler: "maxReplicas",
    };
    return new Map(
        objects.flatMap((object) => {
            const most = field(object, "spec", bounds[object.kind] ?? "");
            const [namespace, name] = [
                field(object, "metadata", "namespace"),
                field(object, "spec", "scaleTargetRef", "name"),
            ];
            return typeof most === "number" ? [[`${String(namespace)}/${String(name)}`, most] as const] : [];
        }),
    );
}

function spreadOver(constraints: readonly unknown[], key: string): Spread {
    const found = constraints.filter((constraint) => field(constraint, "topologyKey") === key);
    return found.length === 0
        ? "none"
        : found.some((constraint) => field(constraint, "whenUnsatisfiable") === "DoNotSchedule")
          ? "required"
          : "preferred";
}

function poolOf(selector: unknown): string | undefined {
    const pool = field(selector, POOL_LABEL);
    return typeof pool === "string" ? pool : undefined;
}

/** A number that nothing scales. */
function fixed(replicas: number): Pick<Demand, "replicas" | "most"> {
    return { replicas, most: replicas };
}

/** Pods that a SparkApplication makes: its driver, and as many executors as it may have. */
function sparkDemand(object: KubernetesObject, { name: system }: System, priorities: Priorities): Demand[] {
    const spec = object["spec"];
    const most = field(spec, "dynamicAllocation", "maxExecutors") ?? field(spec, "executor", "instances");
    return (["driver", "executor"] as const).map((role) => {
        const asked = field(spec, role);
        const pod = field(asked, "template", "spec");
        return {
            workload: `${nameOf(object)}-${role}`,
            system,
            pool: poolOf(field(pod, "nodeSelector")),
            ...fixed(role === "executor" && typeof most === "number" ? most : 1),
            cpu: quantity(field(asked, "coreRequest") ?? field(asked, "cores")),
            memory: sparkBytes(field(asked, "memory")) + sparkBytes(field(asked, "memoryOverhead")),
            volumes: 0,
            zones: "none",
            hosts: "none",
            priority: priorities.get(String(field(pod, "priorityClassName"))) ?? 0,
            standing: false,
            promised: false,
        };
    });
}

/** A size as Spark writes it, with binary units: `512m`, `4g`. */
function sparkBytes(size: unknown): number {
    return typeof size === "string" ? quantity(`${size.slice(0, -1)}${size.slice(-1).toUpperCase()}i`) : 0;
}

/** `NAMESPACE/NAME` */
function nameOf(object: KubernetesObject): string {
    return `${String(field(object, "metadata", "namespace"))}/${String(field(object, "metadata", "name"))}`;
}

function demandOf(
    object: KubernetesObject,
    { name: system, promised }: System,
    priorities: Priorities,
    scaling: Scaling,
): Demand {
    const { kind } = object;
    const workload = nameOf(object);
    const replicas = kind === "CronJob" ? 1 : podCount(object);
    const owner = kind === "CronJob" ? field(object, "spec", "jobTemplate") : object;
    const pod = field(owner, "spec", "template", "spec");
    const constraints = list(pod, "topologySpreadConstraints");
    return {
        workload,
        system,
        pool: poolOf(field(pod, "nodeSelector")),
        replicas,
        most: Math.max(replicas, scaling.get(workload) ?? 0),
        ...podRequests(pod),
        volumes: list(object, "spec", "volumeClaimTemplates").length,
        zones: spreadOver(constraints, ZONE),
        hosts: spreadOver(constraints, HOST),
        priority: priorities.get(String(field(pod, "priorityClassName"))) ?? 0,
        standing: kind === "Deployment" || kind === "StatefulSet",
        promised: promised.has(workload),
    };
}

/** Pods that the program declares, but for those that a DaemonSet puts on every node. */
export function declaredDemand(systems: readonly System[], priorities: Priorities): Demand[] {
    return systems.flatMap((system) => {
        const objects = system.resources.map(kubernetesObject).filter((object) => object !== undefined);
        const scaling = scalingOf(objects);
        return objects.flatMap((object) => {
            if (object.kind === "SparkApplication") {
                return sparkDemand(object, system, priorities);
            }
            return CONTROLLERS.has(object.kind) ? [demandOf(object, system, priorities, scaling)] : [];
        });
    });
}

/** Pods of the controllers that charts bring, as far as the releases' values say. */
export function chartDemand(resources: readonly RecordedResource[], priorities: Priorities): Demand[] {
    return chartControllers(resources).map(({ controller, values }) => {
        const { namespace, name, claim, alone, values: paths } = controller;
        const of = (path: string | undefined): unknown => chartValue(values, path);
        const requests = field(of(paths.resources), "requests");
        const hard = JSON.stringify(of(paths.spread) ?? "").includes("DoNotSchedule");
        const spread = alone === undefined ? (hard ? "required" : "preferred") : "none";
        return {
            workload: `${namespace}/${name}`,
            system: "platform",
            pool: poolOf(of(paths.nodeSelector)),
            ...fixed(chartReplicas(controller, values)),
            cpu: quantity(field(requests, "cpu")),
            memory: quantity(field(requests, "memory")),
            volumes: claim === undefined ? 0 : 1,
            zones: spread,
            hosts: spread,
            priority: priorities.get(String(of(paths.priority))) ?? 0,
            standing: true,
            promised: false,
        };
    });
}

/**
 * Add-ons of EKS that run as controllers, with the requests of the add-ons' own defaults.
 *
 * @see https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/master/charts/aws-ebs-csi-driver/values.yaml
 *   `controller.resources`, which each of its five sidecars gets as well
 * @see https://github.com/coredns/helm/blob/master/charts/coredns/values.yaml
 * @see https://github.com/kubernetes-sigs/metrics-server/blob/master/charts/metrics-server/values.yaml
 */
const ADDONS: Readonly<Record<string, { readonly replicas: string; readonly cpu: number; readonly memory: number }>> = {
    coredns: { replicas: "replicaCount", cpu: 0.1, memory: 70 * MIB },
    "aws-ebs-csi-driver": { replicas: "controller.replicaCount", cpu: 0.06, memory: 240 * MIB },
    "metrics-server": { replicas: "replicas", cpu: 0.1, memory: 200 * MIB },
};

/** Pods of EKS's add-ons. */
export function addonDemand(resources: readonly RecordedResource[], priorities: Priorities): Demand[] {
    return resources
        .filter(({ type }) => type === "aws:eks/addon:Addon")
        .flatMap(({ inputs: { addonName, configurationValues } }) => {
            const known = Object.hasOwn(ADDONS, String(addonName)) ? ADDONS[String(addonName)] : undefined;
            if (known === undefined) {
                return [];
            }
            const values: unknown = JSON.parse(typeof configurationValues === "string" ? configurationValues : "{}");
            const replicas = chartValue(values, known.replicas);
            return {
                workload: `kube-system/${String(addonName)}`,
                system: "platform",
                pool: undefined,
                ...fixed(typeof replicas === "number" ? replicas : 2),
                cpu: known.cpu,
                memory: known.memory,
                volumes: 0,
                zones: "preferred",
                hosts: "preferred",
                priority: priorities.get("system-cluster-critical") ?? 0,
                standing: true,
                promised: false,
            };
        });
}

/** Airflow's task pods, as many as may run at the same time: Airflow makes them, so no resource is one. */
export function taskDemand({ airflow }: EksConfig, pool: string): Demand {
    const { cpu, memory } = airflow.resources.task;
    return {
        workload: "airflow/tasks",
        system: "airflow",
        pool,
        ...fixed(airflow.parallelism),
        cpu: millicores(cpu) / 1000,
        memory: quantity(memory),
        volumes: 0,
        zones: "none",
        hosts: "none",
        priority: 0,
        standing: false,
        promised: false,
    };
}
