import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ClusterFacts } from "./cluster-facts.ts";
import type { Duration } from "./values/duration.ts";
import type { Bytes, Cpu } from "./values/quantity.ts";

/** Where the value of an environment variable comes from. A plain value stands in the pod's spec: nothing secret. */
export type EnvValue =
    | pulumi.Input<string>
    /** A key of a Secret in the same namespace. */
    | { readonly secret: pulumi.Input<string>; readonly key: string; readonly optional?: boolean }
    /** A key of a ConfigMap in the same namespace. */
    | { readonly configMap: pulumi.Input<string>; readonly key: string; readonly optional?: boolean }
    /** A field of the pod, by the downward API: `metadata.name`, `metadata.labels['topology.kubernetes.io/zone']`. */
    | { readonly field: string }
    /** A resource of the container itself: `limits.memory`, in bytes. */
    | { readonly resource: "limits.cpu" | "limits.memory" | "requests.cpu" | "requests.memory" };

/** What a container asks of its node. */
export interface Resources {
    /** CPU request. */
    readonly cpu: Cpu;
    /** Memory request, and the limit as well: memory that is not reserved is memory that kills a neighbour. */
    readonly memory: Bytes;
    /**
     * CPU limit.
     * @default none: idle CPU may be used, the request is still guaranteed
     */
    readonly cpuLimit?: Cpu;
    /**
     * Request and limit for logs, the image's writable layer and `scratch` on disk.
     * @default "1Gi" and the sum of `scratch` on disk
     */
    readonly ephemeralStorage?: Bytes;
}

/** How to ask a container whether it works. `port` is a name from `ports`. */
export type HealthCheck =
    | { readonly kind: "http"; readonly path: string; readonly port: string; readonly scheme?: "HTTP" | "HTTPS" }
    | { readonly kind: "tcp"; readonly port: string }
    | { readonly kind: "command"; readonly command: readonly string[] }
    | { readonly kind: "grpc"; readonly port: string; readonly service?: string };

/** When a container counts as started, ready and alive. */
export interface Health {
    /** Ready to do its work; until then it gets no traffic and a rollout waits. */
    readonly ready: HealthCheck;
    /**
     * Alive; a container that fails it is restarted. `"none"` for what must never be restarted from outside.
     * @default the same check as `ready`, with three times its patience
     */
    readonly alive?: HealthCheck | "none";
    /**
     * Started: until then it is not asked whether it is alive, and restarted when it takes longer than `startUp`. Another
     * check than `ready` is for what may take any time to become ready, and must be left to it.
     * @default the same check as `ready`
     */
    readonly started?: HealthCheck;
    /** The longest time that a start may take: the start-up probe's patience, and a term of the recovery budget. */
    readonly startUp: Duration;
    /** @default "10 seconds" */
    readonly every?: Duration;
    /** @default "5 seconds" */
    readonly timeout?: Duration;
    /**
     * Failed checks in a row before the container is not ready.
     * @default 3
     */
    readonly failures?: number;
}

/** How a container is told to stop. */
export interface Shutdown {
    /**
     * From the signal to stop until it is killed, `before` included.
     * @default "30 seconds"
     */
    readonly gracePeriod?: Duration;
    /**
     * What happens before the signal: a pause in which load balancers and proxies forget the pod, or a command.
     * @default a pause of 10 seconds where there are ports, else nothing
     */
    readonly before?: { readonly pause: Duration } | { readonly command: readonly string[] };
}

/** A port of the container; the Service has the same number (the VPC CNI's network policies want it so). */
export type Port =
    | number
    | {
          readonly port: number;
          /** @default "TCP" */
          readonly protocol?: "TCP" | "UDP";
          /** The same port of the node itself; NodeAgent only. */
          readonly hostPort?: number;
      };

/** A directory that the program may write to: an emptyDir that is emptied with the pod. */
export interface Scratch {
    readonly size: Bytes;
    /** @default "disk"; `"memory"` counts against the container's memory limit */
    readonly medium?: "disk" | "memory";
}

/**
 * What a container needs beyond the locked-down default, each with the reason. `npm run plan` lists them.
 * Locked down is: non-root, read-only root file system, no privilege escalation, no capabilities, RuntimeDefault seccomp.
 */
export interface SecurityExceptions {
    /** Runs as root. */
    readonly rootUser?: string;
    /** Writes to its own root file system, elsewhere than in `scratch`. */
    readonly writableRootFilesystem?: string;
    /** A child process may gain more privileges than its parent (setuid programs). */
    readonly privilegeEscalation?: string;
    /** Linux capabilities, without the `CAP_` in front. */
    readonly capabilities?: { readonly add: readonly string[]; readonly why: string };
    /** Shares the node's network; NodeAgent only. */
    readonly hostNetwork?: string;
    /** Sees the node's processes; NodeAgent only. */
    readonly hostPID?: string;
}

/** Whom a container runs as. */
export interface Security {
    /** @default the image's own, which must be a number other than 0 */
    readonly user?: number;
    /** @default the image's own */
    readonly group?: number;
    /** Group that owns mounted volumes. */
    readonly volumeGroup?: number;
    readonly exceptions?: SecurityExceptions;
}

/** Who may connect. Everybody else is refused; the pod's own group, Prometheus and the load balancer are let in. */
export type Peer = {
    /**
     * Names of the ports that the peer may use.
     * @default all
     */
    readonly ports?: readonly string[];
} & (
    | {
          /** Pods of one component, by its name. */
          readonly workload: string;
          /** @default the same namespace */
          readonly namespace?: string;
      }
    | {
          /** Pods of a whole system (`app.kubernetes.io/part-of`). */
          readonly system: string;
          /** @default the same namespace */
          readonly namespace?: string;
      }
    | {
          /** Every pod of a namespace. */
          readonly everyPodOf: string;
      }
    | {
          /** Addresses outside of the cluster. */
          readonly cidrs: readonly pulumi.Input<string>[];
      }
);

/** A container beside the main one, or before it. */
export interface ContainerArgs {
    /** Image with a tag or digest. */
    readonly image: pulumi.Input<string>;
    /** Replaces the image's entry point. */
    readonly command?: readonly pulumi.Input<string>[];
    /** Replaces the image's arguments. */
    readonly args?: readonly pulumi.Input<string>[];
    readonly env?: Readonly<Record<string, EnvValue>>;
    /** Names of Secrets, each of whose keys becomes a variable. */
    readonly envFromSecrets?: readonly pulumi.Input<string>[];
    readonly resources: Resources;
    readonly security?: Omit<Security, "volumeGroup">;
}

/** A container that runs beside the main one for as long as it does (a native sidecar: it starts first and stops last). */
export interface SidecarArgs extends ContainerArgs {
    readonly ports?: Readonly<Record<string, Port>>;
    /** @default none; a sidecar that is not ready keeps the pod from being ready */
    readonly health?: Health;
}

/** What every workload has, whatever its controller. */
export interface WorkloadArgs extends ContainerArgs {
    /** Namespace; has to be there before the workload is (see the component's `dependsOn`). */
    readonly namespace: string;
    /** The system that it is part of, as in `app.kubernetes.io/part-of`: `"airflow"`. */
    readonly system: string;
    readonly cluster?: ClusterFacts;
    /** Containers that run to completion first, in order of the record. They see the same mounts. */
    readonly initContainers?: Readonly<Record<string, ContainerArgs>>;
    readonly sidecars?: Readonly<Record<string, SidecarArgs>>;
    /**
     * Content by absolute path; mounted read-only. A changed content rolls the pods. Nothing secret.
     *
     * The Kubernetes provider needs `enableConfigMapMutable`; without it a changed ConfigMap is deleted before it is made
     * anew, and pods that start meanwhile do not find it.
     */
    readonly configFiles?: Readonly<Record<string, pulumi.Input<string>>>;
    /** Secrets by the absolute path of the directory in which each key becomes a file, readable by user and group. */
    readonly secretFiles?: Readonly<Record<string, pulumi.Input<string>>>;
    /** Directories that may be written to, by absolute path. Their content ends with the pod. */
    readonly scratch?: Readonly<Record<string, Bytes | Scratch>>;
    readonly security?: Security;
    /**
     * The pool of nodes to run on: nodes labelled and tainted `workload=POOL`.
     * @default any node without a taint
     */
    readonly pool?: string;
    /** Name of a PriorityClass. */
    readonly priorityClass?: pulumi.Input<string>;
    /**
     * What the pod may do with the Kubernetes API. Only then does it get a token.
     * @default nothing
     */
    readonly apiAccess?: ApiAccess;
    /** Labels of the pods, beside those that select them. */
    readonly labels?: Readonly<Record<string, pulumi.Input<string>>>;
    /** Annotations of the pods. */
    readonly annotations?: Readonly<Record<string, pulumi.Input<string>>>;
    /** Link that the alerts carry as `runbook_url`. */
    readonly runbookUrl?: string;
}

/** Rules of RBAC. */
export interface ApiAccess {
    /** In the workload's own namespace. */
    readonly rules?: readonly k8s.types.input.rbac.v1.PolicyRule[];
    /** In the whole cluster. */
    readonly clusterRules?: readonly k8s.types.input.rbac.v1.PolicyRule[];
}

/** Where Prometheus finds the metrics of a workload. */
export interface Metrics {
    /** A name from `ports`, the sidecars' included. */
    readonly port: string;
    /** @default "/metrics" */
    readonly path?: string;
    /** @default "30 seconds" */
    readonly every?: Duration;
}

/** What runs for good: Deployment, StatefulSet, DaemonSet. */
export interface ServingArgs extends WorkloadArgs {
    /** Ports by name (at most 15 characters), the container's and the Service's alike. */
    readonly ports?: Readonly<Record<string, Port>>;
    readonly health: Health;
    readonly shutdown?: Shutdown;
    /** @default nobody but the pod's own group, and Prometheus on the port of `metrics` */
    readonly allowFrom?: readonly Peer[];
    readonly metrics?: Metrics;
}

/** What has replicas that can stand in for each other. */
export interface Availability {
    /** The longest that it may be gone after a failure; a longer sum is an error with the sum in its message. */
    readonly downtimeBudget: Duration;
    /**
     * What it has to survive.
     * @default "zone" where the cluster has zones and there are at least 2 replicas, else "node"
     */
    readonly survives?: "node" | "zone";
}

/** Changes a child's arguments before it is registered. Pure: returns new arguments. Policies judge the result. */
export type Transform<T> = (args: T) => T;
