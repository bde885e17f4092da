import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { resolveClusterFacts } from "../../components/cluster-facts.ts";
import { PROMETHEUS_RULE, prometheusRuleSpec } from "../../components/specs/monitoring.ts";
import { StatelessService } from "../../components/stateless-service.ts";
import { dependencyList } from "../../components/support/children.ts";
import { serviceAddress, workloadLabels } from "../../components/support/naming.ts";
import { duration, seconds } from "../../components/values/duration.ts";
import type { Bytes } from "../../components/values/quantity.ts";
import type { WorkloadArgs } from "../../components/workload-args.ts";
import type { EksConfig } from "../config.ts";
import type { AwsFacts } from "../infrastructure/aws-facts.ts";
import { bucketStatements } from "../infrastructure/bucket-access.ts";
import { PodIdentity } from "../infrastructure/identity.ts";
import { placed, type WorkloadContext } from "./context.ts";
import { dataStatements } from "./data-buckets.ts";
import { JOB_MANAGER_RULES, TASK_MANAGER_RULES } from "./flink/access.ts";
import { flinkAlerts } from "./flink/alerts.ts";
import { s3Plugin } from "./flink/plugins.ts";
import {
    type FlinkSettings,
    flinkConfig,
    LEASE_SECONDS,
    logSettings,
    PORTS,
    STATE_DIRECTORY,
    TEMPORARY_DIRECTORY,
} from "./flink/settings.ts";
import { authorityFiles, clientVariables } from "./kafka/client-security.ts";
import type { KafkaEndpoint } from "./kafka/endpoint.ts";

const SYSTEM = "flink";
const JOB_MANAGER = "flink-jobmanager";
const TASK_MANAGER = "flink-taskmanager";
/** Pods that read and write Kafka: the job manager finds a topic's partitions, task managers read them. */
export const FLINK_KAFKA_CLIENTS = [JOB_MANAGER, TASK_MANAGER] as const;

/** One leads, the other takes over. */
const JOB_MANAGERS = 2;
/** From the end of a lease until the new leader has fetched its jobs from the bucket and runs them again; our allowance. */
const PROMOTION_SECONDS = 60;

const CONFIG_SOURCE = "/etc/flink";
const CONFIG_DIRECTORY = "/opt/flink/conf";

/** `flink` and its group in the image. Source: flink-docker, Dockerfile. */
const IMAGE_USER = { user: 9999, group: 9999 } as const;

/** Arguments of {@link Flink}. */
export interface FlinkArgs {
    readonly config: NonNullable<EksConfig["flink"]>;
    readonly context: WorkloadContext;
    readonly aws: AwsFacts;
    /** Its own: job managers may read and write every ConfigMap in it. Has to be there before (see `dependsOn`). */
    readonly namespace: string;
    /**
     * The brokers, which jobs find in `KAFKA_BOOTSTRAP_SERVERS`; where they are reached by TLS, also `KAFKA_SECURITY_PROTOCOL`,
     * `KAFKA_SASL_MECHANISM`, `KAFKA_USERNAME`, `KAFKA_PASSWORD` and `KAFKA_SSL_TRUSTSTORE_LOCATION` (PEM), as far as it
     * takes them. The Secrets that these come from have to be in Flink's namespace as well.
     */
    readonly kafka: KafkaEndpoint;
}

/**
 * A Flink session cluster: two job managers, of which one leads, and task managers that all jobs share. State is in
 * checkpoints, in S3, and so are jars and jobs that have been submitted; the API server's ConfigMaps say who leads and where
 * a job's newest checkpoint is. So neither kind of pod has a volume, and a Deployment is the right controller for both.
 *
 * A lost job manager costs {@link LEASE_SECONDS} and the time to start its jobs again. A task manager that leaves, by a
 * rollout or by fewer `taskManagers`, signs off, so that its jobs restart at once, from their last checkpoint, with the slots
 * that are left; one that dies silently is missed after 50 seconds (`heartbeat.timeout`).
 *
 * Jobs of a session share failures: one that fills the memory of a task manager restarts those of others. A job that must
 * not suffer by it wants an application cluster of its own.
 *
 * `dataBuckets` are every job's as well. The image's plugin is Presto's, which reads them; it has no recoverable writer, so that
 * a job with a `FileSink` brings another, or a library of its own (Flink documentation, "Amazon S3").
 *
 * Whoever reaches the REST port may run programs here with the role of this cluster, because Flink asks nobody for a name.
 * So it has no host name on the load balancer and no policy lets another pod in: submit by `kubectl port-forward`.
 */
export class Flink extends pulumi.ComponentResource {
    /** `HOST:PORT` of the REST API and the user interface, for `kubectl port-forward`. */
    readonly address: string;

    readonly #args: FlinkArgs;
    readonly #settings: FlinkSettings;

    constructor(name: string, args: FlinkArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("dataplatform:system:Flink", name, {}, opts);
        const { config, namespace, aws } = args;
        const after = dependencyList(opts.dependsOn);
        this.#args = args;
        this.#settings = {
            namespace,
            clusterId: SYSTEM,
            bucket: aws.buckets["flink-checkpoints"].name,
            jobManager: config.jobManagerResources,
            taskManager: config.taskManagerResources,
            slots: config.slots,
            checkpointInterval: config.checkpointInterval,
            retainedCheckpoints: config.retainedCheckpoints,
        };
        this.address = `${serviceAddress(JOB_MANAGER, namespace)}:${PORTS.rest}`;
        const ready = [...after, ...this.#access()];
        this.#jobManagers(ready);
        this.#taskManagers(ready);
        this.#alerts(after);
        this.registerOutputs({ address: this.address });
    }

    /**
     * Both write checkpoints; the leader deletes those that are no longer needed. Both reach the data: sources are planned,
     * and what sinks have written is committed, by job managers too.
     */
    #access(): PodIdentity[] {
        const { aws, config, namespace } = this.#args;
        const { clusterName, clusterArn, buckets } = aws;
        const checkpoints = buckets["flink-checkpoints"];
        const statements = [
            ...bucketStatements(checkpoints, ["read", "write", "delete"]),
            ...dataStatements(checkpoints.region, config.dataBuckets ?? []),
        ];
        return [JOB_MANAGER, TASK_MANAGER].map(
            (serviceAccount) =>
                new PodIdentity(
                    serviceAccount,
                    { clusterName, clusterArn, namespace, serviceAccount, statements },
                    { parent: this },
                ),
        );
    }

    /** What both kinds of pod have. The image's entry point writes to its configuration, so that it gets a copy. */
    #process(
        kind: "jobmanager" | "taskmanager",
        scratch: Readonly<Record<string, Bytes>>,
    ): Pick<
        WorkloadArgs,
        | "namespace"
        | "system"
        | "image"
        | "command"
        | "env"
        | "configFiles"
        | "secretFiles"
        | "scratch"
        | "security"
        | "cluster"
        | "pool"
        | "priorityClass"
    > {
        const { config, context, namespace, kafka } = this.#args;
        const plugin = s3Plugin(config.image);
        return {
            ...placed(context),
            namespace,
            system: SYSTEM,
            image: config.image,
            command: ["bash", "-ec", `cp ${CONFIG_SOURCE}/* ${CONFIG_DIRECTORY}/; exec /docker-entrypoint.sh ${kind}`],
            env: {
                ...plugin.env,
                // Others find the leader by what it notes in its ConfigMap: its own address, not the Service's.
                JOB_MANAGER_RPC_ADDRESS: { field: "status.podIP" },
                KAFKA_BOOTSTRAP_SERVERS: kafka.bootstrapServers,
                ...clientVariables(kafka.security),
            },
            configFiles: {
                [`${CONFIG_SOURCE}/config.yaml`]: flinkConfig(this.#settings),
                [`${CONFIG_SOURCE}/log4j-console.properties`]: logSettings(),
            },
            secretFiles: authorityFiles(kafka.security),
            scratch: { [CONFIG_DIRECTORY]: "16Mi", [plugin.directory]: "16Mi", ...scratch },
            security: IMAGE_USER,
        };
    }

    #jobManagers(dependsOn: pulumi.Input<pulumi.Resource>[]): StatelessService {
        const { config, context } = this.#args;
        return new StatelessService(
            JOB_MANAGER,
            {
                ...this.#process("jobmanager", { [STATE_DIRECTORY]: "2Gi", [TEMPORARY_DIRECTORY]: "1Gi" }),
                replicas: JOB_MANAGERS,
                resources: config.jobManagerResources,
                ports: {
                    rpc: PORTS.jobManagerRpc,
                    blob: PORTS.blob,
                    rest: PORTS.rest,
                    query: PORTS.query,
                    metrics: PORTS.metrics,
                },
                health: {
                    // Every one answers, and asks the leader; while there is none, none does (503).
                    ready: { kind: "http", path: "/overview", port: "rest" },
                    alive: { kind: "tcp", port: "rpc" },
                    startUp: "3 minutes",
                },
                failover: {
                    kind: "promotion",
                    leaderTimeToLive: duration(LEASE_SECONDS),
                    promotion: duration(PROMOTION_SECONDS),
                },
                availability: context.availability,
                shutdown: { gracePeriod: "60 seconds" },
                metrics: { port: "metrics" },
                apiAccess: { rules: JOB_MANAGER_RULES },
                allowFrom: [{ workload: TASK_MANAGER, ports: ["rpc", "blob"] }],
            },
            { parent: this, dependsOn },
        );
    }

    #taskManagers(dependsOn: pulumi.Input<pulumi.Resource>[]): StatelessService {
        const { config } = this.#args;
        const { stateStorage } = config;
        return new StatelessService(
            TASK_MANAGER,
            {
                // What is staged for the bucket is a part of the state.
                ...this.#process("taskmanager", {
                    [STATE_DIRECTORY]: stateStorage,
                    [TEMPORARY_DIRECTORY]: stateStorage,
                }),
                replicas: config.taskManagers,
                resources: config.taskManagerResources,
                ports: {
                    rpc: PORTS.taskManagerRpc,
                    data: PORTS.data,
                    query: PORTS.query,
                    metrics: PORTS.metrics,
                },
                health: { ready: { kind: "tcp", port: "rpc" }, startUp: "3 minutes" },
                // Nobody comes by the Service: the leader knows each by its address, and is told when it leaves.
                shutdown: { gracePeriod: "60 seconds", before: { pause: "0 seconds" } },
                metrics: { port: "metrics" },
                apiAccess: { rules: TASK_MANAGER_RULES },
                allowFrom: [{ workload: JOB_MANAGER, ports: ["rpc", "query"] }],
            },
            { parent: this, dependsOn },
        );
    }

    #alerts(after: readonly pulumi.Input<pulumi.Resource>[]): void {
        const { config, context, namespace } = this.#args;
        const { labels, dependsOn } = resolveClusterFacts(context.cluster).monitoring;
        const name = `${SYSTEM}-jobs`;
        const group = flinkAlerts({
            name: JOB_MANAGER,
            namespace,
            system: SYSTEM,
            containers: [JOB_MANAGER],
            taskManagers: config.taskManagers,
            checkpointSeconds: seconds(config.checkpointInterval),
            promotionSeconds: LEASE_SECONDS + PROMOTION_SECONDS,
        });
        new k8s.apiextensions.CustomResource(
            name,
            {
                ...PROMETHEUS_RULE,
                spec: prometheusRuleSpec([group]),
                metadata: { name, namespace, labels: { ...workloadLabels(JOB_MANAGER, SYSTEM), ...labels } },
            },
            { parent: this, dependsOn: [...after, ...dependsOn] },
        );
    }
}
