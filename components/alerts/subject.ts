/** What the alerts of a workload are computed from. Every figure that an alert waits for comes from here. */
export interface AlertSubject {
    /** Name of the controller object. */
    readonly name: string;
    readonly namespace: string;
    /** The system it is part of; becomes the alert's `system` label. */
    readonly system: string;
    /** Names of the containers that run for good, init containers left out. */
    readonly containers: readonly string[];
    /** Link that the alerts carry as `runbook_url`; none if undefined. */
    readonly runbookUrl?: string;
}

/** A workload that is rolled out: Deployment, StatefulSet, DaemonSet. */
export interface RolloutSubject extends AlertSubject {
    /** Seconds in which a rollout replaces one replica: it stops, is placed, starts and is looked at for a while. */
    readonly replicaSeconds: number;
    /** Seconds that the workload may be away, if promised; alerts that speak of missing replicas fire within it. */
    readonly downtimeSeconds?: number;
}

/** A Deployment or StatefulSet, whose replicas stand in for each other. */
export interface ReplicatedSubject extends RolloutSubject {
    /**
     * Replicas below which the workload no longer does what it is for: a quorum's majority, for instance.
     * @default 1
     */
    readonly minAvailable?: number;
}

/** A Deployment. */
export interface DeploymentSubject extends ReplicatedSubject {
    /** Set if an autoscaler (of Kubernetes or KEDA) decides on the replicas; `max` is its upper limit. */
    readonly autoscaled?: { readonly max: number };
}

/** A StatefulSet. */
export interface StatefulSetSubject extends ReplicatedSubject {
    /** Names of the volume claims: `data-kafka-100`. Without any there are no alerts on volumes. */
    readonly claims: readonly string[];
    /** Whether pods are replaced one after the other, each only once the last is ready (`OrderedReady`). */
    readonly ordered: boolean;
    /**
     * Ordinals that a canary leaves at the old revision.
     * @default 0
     */
    readonly partition?: number;
}

/** A DaemonSet. */
export interface NodeAgentSubject extends RolloutSubject {
    /** Whether it is meant for every node; false if it names the pools it is for. */
    readonly everyNode: boolean;
    /** Nodes in percent whose agents an update takes away at once. */
    readonly updatePercent: number;
}

/** A workload that runs to completion. */
export interface JobSubject extends AlertSubject {
    /** Seconds after which Kubernetes stops the job. */
    readonly deadlineSeconds: number;
}

/** A Job that stands alone. */
export interface BatchJobSubject extends JobSubject {
    /** The Job's own name, `NAME-HASH`: the alerts speak of exactly this Job, and of its absence. */
    readonly jobName: string;
}

/** A workload that runs by the clock. */
export interface ScheduleSubject extends JobSubject {
    /** The longest time between two runs, in seconds, clock changes included. */
    readonly longestPauseSeconds: number;
    /** Seconds that a run may start late. */
    readonly startingDeadlineSeconds: number;
}

/** One alert of a PrometheusRule. */
export interface AlertRule {
    readonly alert: string;
    readonly expr: string;
    readonly for?: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
}

/** A group of rules, as `PrometheusRule.spec.groups` takes it. */
export interface AlertGroup {
    readonly name: string;
    readonly rules: readonly AlertRule[];
}
