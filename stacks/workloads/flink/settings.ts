import { stringify } from "yaml";
import { type Duration, seconds } from "../../../components/values/duration.ts";
import { bytes, millicores } from "../../../components/values/quantity.ts";
import type { Resources } from "../../../components/workload-args.ts";
import { moduleOptions } from "./java-modules.ts";

/** Ports of Flink. Where its default is any free port, it has a fixed one here, so that network policies can name it. */
export const PORTS = {
    /** `jobmanager.rpc.port`. */
    jobManagerRpc: 6123,
    /** `blob.server.port`, which the image's entry point sets as well: jars and large messages. */
    blob: 6124,
    /** `rest.port`: the user interface is part of it. */
    rest: 8081,
    /** `taskmanager.rpc.port`. */
    taskManagerRpc: 6122,
    /** `taskmanager.data.port`: records between tasks. */
    data: 6121,
    /** `metrics.internal.query-service.port`: what the user interface shows. */
    query: 6126,
    /** Of the Prometheus reporter. */
    metrics: 9249,
} as const;

/** Where the state that is being worked on lies, of RocksDB and of what is spilled. */
export const STATE_DIRECTORY = "/var/lib/flink";
/** For uploads and downloads of checkpoints, which the S3 file system stages in a file. */
export const TEMPORARY_DIRECTORY = "/tmp";

/** Seconds for which a silent leader keeps its ConfigMap. Source: Flink, `high-availability.kubernetes.leader-election`. */
export const LEASE_SECONDS = 15;

const MEBI = 2 ** 20;

/** What Flink's configuration depends on. */
export interface FlinkSettings {
    readonly namespace: string;
    /** Prefix of the ConfigMaps for high availability. */
    readonly clusterId: string;
    readonly bucket: string;
    readonly jobManager: Resources;
    readonly taskManager: Resources;
    readonly slots: number;
    readonly checkpointInterval: Duration;
    readonly retainedCheckpoints: number;
}

/** A process' whole memory is the container's: Flink takes heap, managed memory and overhead out of it. */
function processSize({ memory }: Resources): string {
    return `${Math.floor(bytes(memory) / MEBI)}m`;
}

/** Without a CPU limit the virtual machine sees the whole node, and starts threads for it. */
function processors({ cpu }: Resources): string {
    return `-XX:ActiveProcessorCount=${Math.max(1, Math.ceil(millicores(cpu) / 1000))}`;
}

function highAvailability({ namespace, clusterId, bucket }: FlinkSettings): object {
    return {
        "kubernetes.cluster-id": clusterId,
        "kubernetes.namespace": namespace,
        "high-availability.type": "kubernetes",
        "high-availability.storageDir": `s3://${bucket}/recovery`,
        "high-availability.kubernetes.leader-election.lease-duration": `${LEASE_SECONDS} s`,
        "high-availability.kubernetes.leader-election.renew-deadline": `${LEASE_SECONDS} s`,
        "high-availability.kubernetes.leader-election.retry-period": "5 s",
    };
}

function state({ bucket, checkpointInterval, retainedCheckpoints }: FlinkSettings): object {
    return {
        "state.backend.type": "rocksdb",
        "state.backend.rocksdb.localdir": `${STATE_DIRECTORY}/rocksdb`,
        "execution.checkpointing.storage": "filesystem",
        "execution.checkpointing.dir": `s3://${bucket}/checkpoints`,
        "execution.checkpointing.savepoint-dir": `s3://${bucket}/savepoints`,
        "execution.checkpointing.interval": `${seconds(checkpointInterval)} s`,
        "execution.checkpointing.incremental": true,
        "execution.checkpointing.num-retained": retainedCheckpoints,
        // Who cancels a job by mistake starts it again from where it was; who means it deletes the checkpoint.
        "execution.checkpointing.externalized-checkpoint-retention": "RETAIN_ON_CANCELLATION",
        // A failed checkpoint is tried again at the next interval: the alert speaks, the job goes on.
        "execution.checkpointing.tolerable-failed-checkpoints": 10,
        // As the pod's role: neither keys nor the node's own role, but what the default chain finds.
        "s3.use-instance-credentials": false,
    };
}

function recovery(): object {
    return {
        "restart-strategy.type": "exponential-delay",
        "restart-strategy.exponential-delay.initial-backoff": "1 s",
        "restart-strategy.exponential-delay.max-backoff": "2 min",
        "restart-strategy.exponential-delay.backoff-multiplier": 2,
        "restart-strategy.exponential-delay.reset-backoff-threshold": "10 min",
        // With fewer slots a job goes on with less parallelism instead of failing, and takes new ones when they come.
        "jobmanager.scheduler": "adaptive",
        "taskmanager.load-balance.mode": "SLOTS",
    };
}

function network(): object {
    return {
        "jobmanager.bind-host": "0.0.0.0",
        "jobmanager.rpc.port": PORTS.jobManagerRpc,
        "blob.server.port": PORTS.blob,
        "rest.address": "0.0.0.0",
        "rest.bind-address": "0.0.0.0",
        "rest.port": PORTS.rest,
        "taskmanager.bind-host": "0.0.0.0",
        "taskmanager.rpc.port": PORTS.taskManagerRpc,
        "taskmanager.data.port": PORTS.data,
        "metrics.internal.query-service.port": String(PORTS.query),
    };
}

/**
 * Flink's `config.yaml`, the same for both kinds of process. Sizes follow from the pods' memory, so that neither Flink nor
 * the kernel is surprised.
 *
 * Source of keys and defaults: Flink documentation 2.x, "Configuration", "Kubernetes HA Services", "Task Failure Recovery",
 * "Prometheus"; of the credentials: PrestoS3FileSystem, `createAwsCredentialsProvider`, and AWS SDK for Java 1.12.779 in the
 * plugin, which is new enough for EKS Pod Identity (1.12.746).
 */
export function flinkConfig(settings: FlinkSettings): string {
    const { jobManager, taskManager, slots } = settings;
    const options = {
        ...network(),
        "jobmanager.memory.process.size": processSize(jobManager),
        "taskmanager.memory.process.size": processSize(taskManager),
        "taskmanager.numberOfTaskSlots": slots,
        "env.java.opts.all": moduleOptions(),
        "env.java.opts.jobmanager": processors(jobManager),
        "env.java.opts.taskmanager": processors(taskManager),
        "io.tmp.dirs": STATE_DIRECTORY,
        ...highAvailability(settings),
        ...state(settings),
        ...recovery(),
        "metrics.reporters": "prom",
        "metrics.reporter.prom.factory.class": "org.apache.flink.metrics.prometheus.PrometheusReporterFactory",
        "metrics.reporter.prom.port": String(PORTS.metrics),
    };
    // Whoever reads it line by line finds each option on one.
    return stringify(options, { lineWidth: 0 });
}

/** Log4j's properties: JSON on standard output, which the log collector reads; no file, whose disk would fill. */
export function logSettings(): string {
    return [
        "rootLogger.level = INFO",
        "rootLogger.appenderRef.console.ref = Console",
        "appender.console.name = Console",
        "appender.console.type = CONSOLE",
        "appender.console.layout.type = JsonTemplateLayout",
        "appender.console.layout.eventTemplateUri = classpath:EcsLayout.json",
        "",
    ].join("\n");
}
