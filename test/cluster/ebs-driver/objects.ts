import type {
    V1PersistentVolumeClaim,
    V1Pod,
    V1StatefulSet,
    V1StorageClass,
    V1VolumeAttributesClass,
} from "@kubernetes/client-node";

/** Where everything is. */
export const NAMESPACE = "data";

const LABELS = { app: "broker" };

/** A class of the driver. */
export function storageClass(name: string, fields: Partial<V1StorageClass> = {}): V1StorageClass {
    return {
        apiVersion: "storage.k8s.io/v1",
        kind: "StorageClass",
        metadata: { name },
        provisioner: "ebs.csi.aws.com",
        parameters: { type: "gp3", encrypted: "true", "csi.storage.k8s.io/fstype": "ext4" },
        reclaimPolicy: "Retain",
        volumeBindingMode: "WaitForFirstConsumer",
        allowVolumeExpansion: true,
        ...fields,
    };
}

/** Attributes of faster volumes. */
export const FAST: V1VolumeAttributesClass = {
    apiVersion: "storage.k8s.io/v1",
    kind: "VolumeAttributesClass",
    metadata: { name: "fast" },
    driverName: "ebs.csi.aws.com",
    parameters: { type: "gp3", iops: "6000", throughput: "500" },
};

/** A claim that the program declares. */
export function claim(name: string, size: string, className: string, attributes?: string): V1PersistentVolumeClaim {
    return {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: { name, namespace: NAMESPACE },
        spec: {
            accessModes: ["ReadWriteOnce"],
            storageClassName: className,
            resources: { requests: { storage: size } },
            ...(attributes !== undefined && { volumeAttributesClassName: attributes }),
        },
    };
}

/** Three replicas over the zones, on the claims `data-broker-ORDINAL`. */
export const BROKERS: V1StatefulSet = {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "broker", namespace: NAMESPACE },
    spec: {
        replicas: 3,
        serviceName: "broker",
        podManagementPolicy: "Parallel",
        selector: { matchLabels: LABELS },
        template: {
            metadata: { labels: LABELS },
            spec: {
                terminationGracePeriodSeconds: 1,
                topologySpreadConstraints: [
                    {
                        maxSkew: 1,
                        topologyKey: "topology.kubernetes.io/zone",
                        whenUnsatisfiable: "DoNotSchedule",
                        labelSelector: { matchLabels: LABELS },
                    },
                ],
                containers: [
                    { name: "broker", image: "broker:1", volumeMounts: [{ name: "data", mountPath: "/data" }] },
                ],
            },
        },
        volumeClaimTemplates: [
            {
                metadata: { name: "data" },
                spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
            },
        ],
    },
};

/** A pod with one claim of the same name. */
export function pod(name: string, spec: Partial<V1Pod["spec"] & object>): V1Pod {
    return {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name, namespace: NAMESPACE },
        spec: {
            terminationGracePeriodSeconds: 1,
            containers: [{ name: "main", image: "main:1" }],
            volumes: [{ name: "data", persistentVolumeClaim: { claimName: name } }],
            ...spec,
        },
    };
}
