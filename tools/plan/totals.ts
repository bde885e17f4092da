import { field, type KubernetesObject, kubernetesObject, list, quantity } from "./kubernetes.ts";
import type { RecordedResource } from "./resource.ts";
import { declaredVolumes } from "./volumes.ts";

/** What pods ask of their nodes. */
export interface Requests {
    /** Cores. */
    readonly cpu: number;
    /** Bytes. */
    readonly memory: number;
}

/** Sums over a whole plan. */
export interface Totals {
    /** Resources by provider, components left out; the most first. */
    readonly byProvider: Readonly<Record<string, number>>;
    readonly components: number;
    /** Controllers by kind. */
    readonly controllers: Readonly<Record<string, number>>;
    /** Pods of Deployments, StatefulSets and Jobs, at the replicas that the program asks for. */
    readonly pods: number;
    /** What those pods request. */
    readonly requests: Requests;
    /** Pods that DaemonSets put on one node, at most. */
    readonly podsPerNode: number;
    /** What those pods request of each node. */
    readonly requestsPerNode: Requests;
    /** Bytes of claimed volumes. */
    readonly storage: number;
    /** Claimed volumes. */
    readonly volumes: number;
}

const CONTROLLERS: ReadonlySet<string> = new Set(["Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"]);

function containerRequests(container: unknown): Requests {
    const requests = field(container, "resources", "requests");
    const limits = field(container, "resources", "limits");
    return {
        // A limit without a request is taken for the request (kubernetes.io, "Resource Management for Pods").
        cpu: quantity(field(requests, "cpu") ?? field(limits, "cpu")),
        memory: quantity(field(requests, "memory") ?? field(limits, "memory")),
    };
}

function sum(requests: readonly Requests[]): Requests {
    return requests.reduce<Requests>(
        (total, { cpu, memory }) => ({ cpu: total.cpu + cpu, memory: total.memory + memory }),
        { cpu: 0, memory: 0 },
    );
}

function times({ cpu, memory }: Requests, count: number): Requests {
    return { cpu: cpu * count, memory: memory * count };
}

/**
 * What the scheduler reserves for a pod: the containers with the restartable init containers (sidecars), or the
 * largest of the other init containers where that is more.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers
 */
export function podRequests(podSpec: unknown): Requests {
    const init = list(podSpec, "initContainers");
    const sidecars = init.filter((container) => field(container, "restartPolicy") === "Always");
    const running = sum([...list(podSpec, "containers"), ...sidecars].map(containerRequests));
    const starting = init.filter((container) => !sidecars.includes(container)).map(containerRequests);
    return {
        cpu: Math.max(running.cpu, ...starting.map(({ cpu }) => cpu)),
        memory: Math.max(running.memory, ...starting.map(({ memory }) => memory)),
    };
}

/** Pods of a Deployment, a StatefulSet or a Job. */
export function podCount(object: KubernetesObject): number {
    const asked = object.kind === "Job" ? field(object, "spec", "parallelism") : field(object, "spec", "replicas");
    return typeof asked === "number" ? asked : 1;
}

function tally(keys: readonly string[]): Record<string, number> {
    const counts = new Map<string, number>();
    for (const key of keys) {
        counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return Object.fromEntries([...counts].toSorted(([a, m], [b, n]) => n - m || a.localeCompare(b)));
}

/** Package of a type; a provider instance counts with what it provides. */
function providerOf(type: string): string {
    return type.startsWith("pulumi:providers:") ? type.slice("pulumi:providers:".length) : type.split(":", 1).join("");
}

/** Adds up a plan. What a chart or a remote component makes is not seen here, and not counted. */
export function totalsOf(resources: readonly RecordedResource[]): Totals {
    const objects = resources.map(kubernetesObject).filter((object) => object !== undefined);
    const counted = objects.filter(({ kind }) => ["Deployment", "StatefulSet", "Job"].includes(kind));
    const agents = objects.filter(({ kind }) => kind === "DaemonSet");
    const sizes = declaredVolumes(objects).map(({ size }) => size);
    return {
        byProvider: tally(resources.filter((r) => r.custom || r.remote).map(({ type }) => providerOf(type))),
        components: resources.filter((r) => !r.custom && !r.remote).length,
        controllers: tally(objects.map(({ kind }) => kind).filter((kind) => CONTROLLERS.has(kind))),
        pods: counted.reduce((total, object) => total + podCount(object), 0),
        requests: sum(
            counted.map((object) => times(podRequests(field(object, "spec", "template", "spec")), podCount(object))),
        ),
        podsPerNode: agents.length,
        requestsPerNode: sum(agents.map((object) => podRequests(field(object, "spec", "template", "spec")))),
        storage: sizes.reduce((total, size) => total + size, 0),
        volumes: sizes.length,
    };
}
