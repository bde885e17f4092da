import type { IScaledObject } from "@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject";
import type { ITriggerAuthentication } from "@kubernetes-models/keda/keda.sh/v1alpha1/TriggerAuthentication";
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { workloadLabels } from "../support/naming.ts";

/** What a workload is scaled on. */
export type ScaleTrigger =
    /** Average use in percent of the CPU request. */
    | { readonly kind: "cpu"; readonly percent: number }
    /** Average use in percent of the memory request. */
    | { readonly kind: "memory"; readonly percent: number }
    /** Records by which a consumer group is behind, per replica. By KEDA. */
    | {
          readonly kind: "kafkaLag";
          readonly bootstrapServers: pulumi.Input<string>;
          readonly group: string;
          readonly topic: string;
          /** Partitions of the topic; more replicas than that would idle, so `max` may not exceed it. */
          readonly partitions: number;
          /** Lag per replica above which another replica is added. */
          readonly lagPerReplica: number;
          /**
           * How KEDA connects to the brokers.
           * @default unencrypted, and nobody is asked who they are
           */
          readonly encrypted?: EncryptedKafka;
      };

/** Brokers that are reached by TLS. Secrets are of the workload's namespace. */
export interface EncryptedKafka {
    /**
     * Secret with the authority that the brokers' certificates come from in `ca.crt`.
     * @default those that KEDA's image trusts
     */
    readonly ca?: string;
    /**
     * How KEDA says who it is: a Secret with `username` and `password`.
     * @default it does not
     */
    readonly sasl?: { readonly mechanism: "SCRAM-SHA-512" | "SCRAM-SHA-256" | "PLAIN"; readonly secret: string };
}

/** A number of replicas that follows the load. */
export interface Autoscaling {
    readonly min: number;
    readonly max: number;
    readonly on: ScaleTrigger;
}

/** Seconds for which the load has to stay low before replicas are removed. Kubernetes' own default. */
const SCALE_IN_WINDOW_SECONDS = 300;
/** Seconds between two looks at the lag; the promise on lag is of 30 s. */
const LAG_POLLING_SECONDS = 10;

interface Owner {
    readonly namespace: string;
    readonly system: string;
}

/** One replica at a time leaves, so that a dip of the load does not empty the service. */
const SCALE_IN = {
    stabilizationWindowSeconds: SCALE_IN_WINDOW_SECONDS,
    policies: [{ type: "Pods", value: 1, periodSeconds: 60 }],
};

/** A HorizontalPodAutoscaler (autoscaling/v2) for a trigger on CPU or memory. */
export function horizontalPodAutoscaler(
    name: string,
    owner: Owner,
    scaling: Autoscaling,
    on: Extract<ScaleTrigger, { kind: "cpu" | "memory" }>,
): k8s.autoscaling.v2.HorizontalPodAutoscalerArgs {
    return {
        metadata: { name, namespace: owner.namespace, labels: workloadLabels(name, owner.system) },
        spec: {
            scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
            minReplicas: scaling.min,
            maxReplicas: scaling.max,
            metrics: [
                {
                    type: "Resource",
                    resource: { name: on.kind, target: { type: "Utilization", averageUtilization: on.percent } },
                },
            ],
            behavior: { scaleDown: SCALE_IN },
        },
    };
}

/** KEDA's object, whose servers may be known only later. */
type ScaledObjectArgs = Pick<IScaledObject, "apiVersion" | "kind"> & {
    readonly spec: Omit<IScaledObject["spec"], "triggers"> & {
        readonly triggers: readonly {
            readonly type: "kafka";
            readonly metadata: Record<string, pulumi.Input<string>>;
            readonly authenticationRef?: { readonly name: string };
        }[];
    };
};

/** As KEDA calls mechanisms. Source: keda.sh, "Apache Kafka" scaler, `sasl`. */
const MECHANISMS = { "SCRAM-SHA-512": "scram_sha512", "SCRAM-SHA-256": "scram_sha256", PLAIN: "plaintext" } as const;

function encryption({ sasl }: EncryptedKafka): Record<string, string> {
    return { tls: "enable", ...(sasl === undefined ? {} : { sasl: MECHANISMS[sasl.mechanism] }) };
}

function secretsOf({ ca, sasl }: EncryptedKafka): { parameter: string; name: string; key: string }[] {
    return [
        ...(ca === undefined ? [] : [{ parameter: "ca", name: ca, key: "ca.crt" }]),
        ...(sasl === undefined
            ? []
            : ["username", "password"].map((key) => ({ parameter: key, name: sasl.secret, key }))),
    ];
}

/**
 * KEDA's TriggerAuthentication for brokers that have to be trusted, or that ask who KEDA is.
 *
 * @returns undefined where no Secret is needed
 */
export function triggerAuthentication(
    on: Extract<ScaleTrigger, { kind: "kafkaLag" }>,
): Pick<ITriggerAuthentication, "apiVersion" | "kind" | "spec"> | undefined {
    const secrets = on.encrypted === undefined ? [] : secretsOf(on.encrypted);
    return secrets.length === 0
        ? undefined
        : { apiVersion: "keda.sh/v1alpha1", kind: "TriggerAuthentication", spec: { secretTargetRef: secrets } };
}

/**
 * KEDA's ScaledObject for a trigger on the lag of a consumer group. The group has to begin with the oldest record where it
 * has committed nothing (`auto.offset.reset=earliest`), for that is how its lag is counted then.
 *
 * Source: keda.sh, "Apache Kafka" scaler.
 */
export function scaledObject(
    name: string,
    scaling: Autoscaling,
    on: Extract<ScaleTrigger, { kind: "kafkaLag" }>,
): ScaledObjectArgs {
    return {
        apiVersion: "keda.sh/v1alpha1",
        kind: "ScaledObject",
        spec: {
            scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
            pollingInterval: LAG_POLLING_SECONDS,
            minReplicaCount: scaling.min,
            maxReplicaCount: scaling.max,
            advanced: { horizontalPodAutoscalerConfig: { behavior: { scaleDown: SCALE_IN } } },
            triggers: [
                {
                    type: "kafka",
                    metadata: {
                        bootstrapServers: on.bootstrapServers,
                        consumerGroup: on.group,
                        topic: on.topic,
                        lagThreshold: String(on.lagPerReplica),
                        // By KEDA's default of `latest`, a partition without commits counts as one record behind, whatever is
                        // in it: a new group would read a full topic with the fewest replicas.
                        offsetResetPolicy: "earliest",
                        // More members than partitions would idle, and an even share needs a divisor of the partitions.
                        allowIdleConsumers: "false",
                        ensureEvenDistributionOfPartitions: "true",
                        ...(on.encrypted === undefined ? {} : encryption(on.encrypted)),
                    },
                    ...(on.encrypted !== undefined && secretsOf(on.encrypted).length > 0
                        ? { authenticationRef: { name } }
                        : {}),
                },
            ],
        },
    };
}
