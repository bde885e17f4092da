import { replicaAddress } from "../../../components/ordered-stateful-service.ts";
import type { SparkSettings } from "./storage.ts";

/** Where masters listen: for clients and workers, for each other, and with their metrics. */
export const MASTER_PORTS = { rpc: 9097, raft: 9872, http: 9098 } as const;

/** Where workers listen; all but the last are any free port by default. */
export const WORKER_PORTS = { rpc: 9091, push: 9092, fetch: 9093, replicate: 9094, http: 9096 } as const;

/** Where the driver of an application tells its executors which workers they push to. */
export const LIFECYCLE_PORT = 7081;

export const METRICS_PATH = "/metrics/prometheus";

/** Three, of which one may be away. */
export const MASTERS = 3;

const RATIS_STORAGE = "/var/lib/celeborn";
const SHUFFLE_STORAGE = "/var/celeborn/shuffle";

export const CELEBORN_MOUNTS = { masters: RATIS_STORAGE, workers: SHUFFLE_STORAGE } as const;

function ordinals(): readonly number[] {
    return Array.from({ length: MASTERS }, (_, ordinal) => ordinal);
}

/** The masters as clients and workers are told of them. */
export function masterEndpoints(name: string, namespace: string): string {
    return ordinals()
        .map((ordinal) => `${replicaAddress(name, namespace, ordinal)}:${MASTER_PORTS.rpc}`)
        .join(",");
}

/** Source: Celeborn, "Configuration", sections Metrics and Network. */
const COMMON: SparkSettings = {
    "celeborn.metrics.enabled": "true",
    "celeborn.metrics.prometheus.path": METRICS_PATH,
    // Series by application, of which there is no end.
    "celeborn.metrics.worker.appLevel.enabled": "false",
};

/**
 * `celeborn-defaults.conf` of the masters: a group that agrees by Raft. Which of them a process is, it is told when it
 * starts, so that it does not have to find itself by its address.
 *
 * Source: Celeborn, "Configuration", section HA; `MasterClusterInfo.loadHAConfig`.
 */
export function masterSettings(name: string, namespace: string): SparkSettings {
    return {
        ...COMMON,
        "celeborn.master.endpoints": masterEndpoints(name, namespace),
        "celeborn.master.port": String(MASTER_PORTS.rpc),
        "celeborn.master.http.port": String(MASTER_PORTS.http),
        "celeborn.master.ha.enabled": "true",
        "celeborn.master.ha.ratis.raft.server.storage.dir": RATIS_STORAGE,
        // Hands its leadership over before it stops, so that a rollout is no election.
        "celeborn.master.ha.graceful.shutdown.enabled": "true",
        ...Object.fromEntries(
            ordinals().flatMap((ordinal) => [
                [`celeborn.master.ha.node.${ordinal}.host`, replicaAddress(name, namespace, ordinal)],
                [`celeborn.master.ha.node.${ordinal}.port`, String(MASTER_PORTS.rpc)],
                [`celeborn.master.ha.node.${ordinal}.ratis.port`, String(MASTER_PORTS.raft)],
            ]),
        ),
    };
}

/**
 * `celeborn-defaults.conf` of the workers.
 *
 * @param capacity of the local disks: `"200Gi"`
 */
export function workerSettings(endpoints: string, capacity: string): SparkSettings {
    return {
        ...COMMON,
        "celeborn.master.endpoints": endpoints,
        "celeborn.worker.rpc.port": String(WORKER_PORTS.rpc),
        "celeborn.worker.push.port": String(WORKER_PORTS.push),
        "celeborn.worker.fetch.port": String(WORKER_PORTS.fetch),
        "celeborn.worker.replicate.port": String(WORKER_PORTS.replicate),
        "celeborn.worker.http.port": String(WORKER_PORTS.http),
        "celeborn.worker.storage.dirs": `${SHUFFLE_STORAGE}:disktype=SSD:capacity=${capacity}`,
        // It would look for the device behind a volume of the pod.
        "celeborn.worker.monitor.disk.enabled": "false",
    };
}

/**
 * What an application needs to shuffle by Celeborn. It never falls back to its own disks: executors may go at any time
 * then, and nobody would keep what they hold. What is pushed goes to two workers, since theirs are spot nodes.
 *
 * Source: Celeborn, README, "Deploy Spark client" and "Support Spark Dynamic Allocation"; the jar
 * `celeborn-client-spark-4-shaded` of Celeborn's version has to be in the image.
 */
export function celebornClientSettings(endpoints: string): SparkSettings {
    return {
        "spark.shuffle.manager": "org.apache.spark.shuffle.celeborn.SparkShuffleManager",
        "spark.shuffle.service.enabled": "false",
        "spark.shuffle.sort.io.plugin.class": "org.apache.spark.shuffle.celeborn.CelebornShuffleDataIO",
        // Java's own serializer cannot be moved about in merged files.
        "spark.serializer": "org.apache.spark.serializer.KryoSerializer",
        "spark.sql.adaptive.localShuffleReader.enabled": "false",
        "spark.celeborn.master.endpoints": endpoints,
        "spark.celeborn.client.push.replicate.enabled": "true",
        "spark.celeborn.client.spark.shuffle.fallback.policy": "NEVER",
        "spark.celeborn.client.shuffle.manager.port": String(LIFECYCLE_PORT),
    };
}
