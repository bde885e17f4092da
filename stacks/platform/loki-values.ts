import type { Input } from "@pulumi/pulumi";
import { INFRA, resources, spreadOver, TOLERATIONS } from "./placement.ts";
import { priorityClass } from "./priorities.ts";

/** What the values of Loki's chart depend on. */
export interface LokiValues {
    /** Labels of monitors and rules that Prometheus picks up. */
    readonly monitoringLabels: Readonly<Record<string, string>>;
    readonly serviceAccount: string;
    /** Where chunks and indexes are kept. */
    readonly bucket: Input<string>;
    readonly region: string;
    /** Of each replica: what is not yet in the bucket. */
    readonly storage: string;
    readonly storageClass: string;
    readonly retentionDays: number;
    readonly resources: { readonly cpu: string; readonly memory: string };
}

/** Replicas, each record being with all of them until it is in the bucket; a majority of them goes on alone. */
const REPLICAS = 3;
/** Hours of one index. The bucket's layout depends on it: never changed, only followed by a further entry. */
const INDEX_PERIOD = "24h";
const SCHEMA_FROM = "2026-01-01";

const OFF = { enabled: false };

/** Loki's own configuration, as far as the chart does not write it. Source: Loki documentation, "Configuration reference". */
function configuration(args: LokiValues): object {
    return {
        // One tenant: who may write and read is the network policy's business.
        auth_enabled: false,
        commonConfig: { path_prefix: "/var/loki", replication_factor: REPLICAS },
        storage: {
            type: "s3",
            // Without rules of its own, Loki needs no bucket for them; the chart asks for the name.
            bucketNames: { chunks: args.bucket, ruler: args.bucket },
            // Credentials are those of the pod's role.
            s3: { region: args.region },
        },
        schemaConfig: {
            configs: [
                {
                    from: SCHEMA_FROM,
                    store: "tsdb",
                    object_store: "s3",
                    schema: "v13",
                    index: { prefix: "index_", period: INDEX_PERIOD },
                },
            ],
        },
        limits_config: {
            retention_period: `${args.retentionDays * 24}h`,
            allow_structured_metadata: true,
            ...LIMITS,
        },
        compactor: { retention_enabled: true, delete_request_store: "s3" },
        analytics: { reporting_enabled: false },
    };
}

/**
 * What one tenant, which all nodes are, may send. Each container and each unit of a node is a stream, so 300 executors at
 * once have more than the 5,000 that are Loki's default, and what is new would be refused. The rate is a peak of ten times
 * what as many nodes send a day on average, in MB a second.
 */
const LIMITS = { max_global_streams_per_user: 20_000, ingestion_rate_mb: 16, ingestion_burst_size_mb: 32 } as const;

/**
 * Values of Loki's chart: one program that does everything, three times, on S3. That carries "a few tens of GB a day" by
 * the chart's own words, without the caches, the gateway and the eight services of the distributed mode.
 */
export function lokiValues(args: LokiValues): Record<string, unknown> {
    return {
        deploymentMode: "Monolithic",
        loki: configuration(args),
        serviceAccount: { create: true, name: args.serviceAccount },
        singleBinary: {
            replicas: REPLICAS,
            // A sidecar that looks for rules: there are none.
            sidecar: false,
            podManagementPolicy: "Parallel",
            persistence: {
                enabled: true,
                enableStatefulSetAutoDeletePVC: false,
                size: args.storage,
                storageClass: args.storageClass,
            },
            podDisruptionBudget: { enabled: true, maxUnavailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow" },
            topologySpreadConstraints: spreadOver({ "app.kubernetes.io/component": "single-binary" }, "hard"),
            tolerations: TOLERATIONS,
            nodeSelector: INFRA,
            priorityClassName: priorityClass("service"),
            resources: resources(args.resources.cpu, args.resources.memory),
        },
        // Memcached takes 8 GiB by default; at this size the bucket answers fast enough.
        chunksCache: OFF,
        resultsCache: OFF,
        gateway: OFF,
        // An agent on every node that only writes test records.
        lokiCanary: OFF,
        test: OFF,
        sidecar: { rules: OFF },
        monitoring: {
            serviceMonitor: { enabled: true, labels: args.monitoringLabels },
            alerts: { enabled: true, labels: args.monitoringLabels },
            // The alerts are about what these record.
            rules: { enabled: true, labels: args.monitoringLabels },
        },
    };
}
