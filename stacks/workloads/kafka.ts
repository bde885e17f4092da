import * as pulumi from "@pulumi/pulumi";
import { BatchJob } from "../../components/batch-job.ts";
import {
    OrderedStatefulService,
    type OrderedStatefulServiceArgs,
    type QuorumSize,
} from "../../components/ordered-stateful-service.ts";
import type { VolumeArgs } from "../../components/specs/claim.ts";
import { ZONE_LABEL } from "../../components/specs/placement.ts";
import { dependencyList } from "../../components/support/children.ts";
import { type Duration, seconds } from "../../components/values/duration.ts";
import type { EnvValue, Peer, Resources, WorkloadArgs } from "../../components/workload-args.ts";
import type { InClusterKafkaConfig } from "../config.ts";
import { placed, type WorkloadContext } from "./context.ts";
import { alertRules } from "./kafka/alert-rules.ts";
import { clusterAlerts } from "./kafka/cluster-alerts.ts";
import { heapOptions } from "./kafka/heap.ts";
import { kafkaUuid } from "./kafka/identifiers.ts";
import { jmxExporter } from "./kafka/jmx-exporter.ts";
import { SERVER_RULES } from "./kafka/jmx-rules.ts";
import { loggingConfiguration } from "./kafka/logging.ts";
import { type Properties, propertiesFile } from "./kafka/properties.ts";
import { CONTROLLER_PORT, type ControllerGroup } from "./kafka/quorum.ts";
import {
    brokerStartScript,
    brokerStopScript,
    controllerStartScript,
    IMPOSSIBLE_TOPIC,
    SERVER_FILES,
    SERVER_OPTIONS,
    type Topic,
    topicScript,
} from "./kafka/scripts.ts";
import {
    BROKER_SESSION,
    brokerProperties,
    CLIENT_PORT,
    controllerProperties,
    DATA_MOUNT,
    MIN_IN_SYNC,
    QUORUM_FETCH_TIMEOUT,
    REPLICATION_FACTOR,
} from "./kafka/server-properties.ts";

const CONTROLLER = "kafka-controller";
const BROKER = "kafka-broker";
const TOPICS = "kafka-topics";
const SYSTEM = "kafka";

/** Far above the controllers, of which there are at most 7: all count node ids from their ordinals. */
const FIRST_BROKER = 100;
/** `appuser` of Apache's image, which the image names but does not number. */
const USER = 1000;
const SECURITY = { user: USER, group: USER } as const;

/** A candidate waits a second for votes and, after a split vote, up to another before the next round. */
const QUORUM_ELECTION: Duration = "5 seconds";
/**
 * From a dead broker's last session second until clients work again: the controllers' own election where the active one
 * died as well (7 s), the new leaders' way through the metadata (3 s), and a request that was under way to the dead
 * broker, which its client gives up after `request.timeout.ms`, 30 s by default.
 */
const LEADERS_TAKEN_OVER: Duration = "40 seconds";

/** An unclean stop makes a broker read its logs again before it opens its port. */
const BROKER_START: Duration = "10 minutes";
const CONTROLLER_START: Duration = "2 minutes";
/** Leaves the rest of the grace period for the controlled shutdown. */
const REPLICATION_PATIENCE: Duration = "60 seconds";
const BROKER_GRACE: Duration = "2 minutes";

/** Arguments of {@link Kafka}. */
export interface KafkaArgs {
    readonly config: InClusterKafkaConfig;
    readonly context: WorkloadContext;
    /** Namespace of brokers and controllers; has to be there before (see `dependsOn`). */
    readonly namespace: string;
    /**
     * Who may connect to the brokers: consumers, producers, and KEDA's operator where it scales on lag. The broker does
     * not ask who a client is, so this list is the access control.
     */
    readonly clients: readonly Peer[];
    /**
     * Topics that systems need before they start, beside the one of the configuration.
     * @default none
     */
    readonly topics?: readonly Topic[];
}

/**
 * Kafka without ZooKeeper (KRaft): controllers and brokers as two ordered services, and the topic that the stack reads.
 *
 * Node ids are the pods' ordinals: controllers count from 0, brokers from 100. The quorum is a dynamic one (KIP-853): the
 * first three controllers are formatted with each other's address and directory id, both known beforehand, and form a
 * quorum as soon as two of them run; more of them join by themselves when the configuration grows. (With the static
 * `controller.quorum.voters` every server would have to be restarted with a new list at the same moment.) To have fewer
 * controllers, remove the last ones with `kafka-metadata-quorum.sh remove-controller` after they are scaled away.
 *
 * Connections are not encrypted and not authenticated: network policies let in the named peers and nobody else. Whoever
 * may connect may do everything. A new broker gets no partitions until `kafka-reassign-partitions.sh` gives it some.
 */
export class Kafka extends pulumi.ComponentResource {
    /** `HOST:PORT` at which clients find the brokers. */
    readonly bootstrapServers: string;
    readonly brokers: OrderedStatefulService;
    readonly controllers: OrderedStatefulService;
    /** Complete once the topic has its partitions; what reads or writes it depends on this. */
    readonly topics: BatchJob;

    /** @throws {ArgumentError} with every argument that no workload can be made of */
    constructor(name: string, args: KafkaArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("dataplatform:system:Kafka", name, {}, opts);
        const { config, context, namespace } = args;
        const seed = `${pulumi.getProject()}/${pulumi.getStack()}/${namespace}/${name}`;
        const clusterId = kafkaUuid(seed);
        const quorum: ControllerGroup = { name: CONTROLLER, namespace, replicas: config.controllers, seed };
        const broker = { name: BROKER, namespace, port: CLIENT_PORT };
        const exported = metrics(args);

        this.controllers = new OrderedStatefulService(
            CONTROLLER,
            {
                ...server(
                    args,
                    config.controllerResources,
                    { size: config.controllerStorage },
                    {
                        properties: controllerProperties(quorum),
                        scripts: { "start.sh": controllerStartScript(quorum, clusterId) },
                    },
                ),
                quorum: "majority",
                // The configuration takes odd numbers from 3 to 7 only.
                replicas: config.controllers as QuorumSize,
                ports: { controller: CONTROLLER_PORT, ...exported.ports },
                health: { ready: { kind: "tcp", port: "controller" }, startUp: CONTROLLER_START },
                allowFrom: [{ workload: BROKER, ports: ["controller"] }],
                failover: { kind: "promotion", leaderTimeToLive: QUORUM_FETCH_TIMEOUT, promotion: QUORUM_ELECTION },
            },
            { parent: this, ...(opts.dependsOn === undefined ? {} : { dependsOn: opts.dependsOn }) },
        );
        this.brokers = new OrderedStatefulService(
            BROKER,
            {
                ...server(args, config.brokerResources, brokerVolume(args), {
                    properties: brokerProperties(quorum, config.groupSessionTimeout),
                    scripts: {
                        "start.sh": brokerStartScript(broker, clusterId),
                        "before-stop.sh": brokerStopScript(broker, REPLICATION_PATIENCE),
                    },
                    env: rack(context),
                }),
                ...placed(context, "data", "brokers"),
                replicas: config.brokers,
                start: FIRST_BROKER,
                ports: { client: CLIENT_PORT, ...exported.ports },
                // A broker opens its port when the controllers have let it in, not before.
                health: { ready: { kind: "tcp", port: "client" }, startUp: BROKER_START },
                allowFrom: [{ workload: TOPICS }, ...args.clients].map((peer) => ({ ...peer, ports: ["client"] })),
                shutdown: {
                    gracePeriod: BROKER_GRACE,
                    before: { command: ["/bin/sh", `${SERVER_FILES}/before-stop.sh`] },
                },
                // With fewer, partitions have fewer replicas in sync than a write needs.
                minAvailable: config.brokers - (REPLICATION_FACTOR - MIN_IN_SYNC),
                failover: { kind: "promotion", leaderTimeToLive: BROKER_SESSION, promotion: LEADERS_TAKEN_OVER },
            },
            // Brokers that start while the quorum is still electing its first leader may never find the controllers again and
            // forward nothing (seen with 4.3.1); with the quorum there first they do.
            { parent: this, dependsOn: this.controllers },
        );
        this.bootstrapServers = `${this.brokers.address}:${CLIENT_PORT}`;
        this.topics = new BatchJob(
            TOPICS,
            {
                ...common(args),
                resources: { cpu: "100m", memory: "512Mi" },
                command: ["/bin/sh", "/etc/kafka-topics/ensure-topic.sh"],
                configFiles: {
                    "/etc/kafka-topics/ensure-topic.sh": topicScript(this.bootstrapServers, [
                        config.topic,
                        ...(args.topics ?? []),
                    ]),
                },
                deadline: "5 minutes",
                permanentExitCodes: [IMPOSSIBLE_TOPIC, 126, 127],
                awaited: true,
            },
            { parent: this, dependsOn: this.brokers },
        );
        if (config.exporter !== undefined) {
            this.#alerts(args, dependencyList(opts.dependsOn));
        }
        this.registerOutputs({ bootstrapServers: this.bootstrapServers });
    }

    #alerts({ context, namespace }: KafkaArgs, dependsOn: pulumi.Input<pulumi.Resource>[]): void {
        const subject = (name: string) => ({ name, namespace, system: SYSTEM, containers: [name] });
        const group = clusterAlerts({
            brokers: subject(BROKER),
            controllers: subject(CONTROLLER),
            restartSeconds: seconds(BROKER_GRACE) + seconds(BROKER_START),
        });
        const owner = { namespace, system: SYSTEM, cluster: context.cluster };
        alertRules("kafka-cluster", [group], owner, { parent: this, dependsOn });
    }
}

/** What servers have for their metrics to be read; nothing without an exporter. */
function metrics({ config }: KafkaArgs): Partial<ReturnType<typeof jmxExporter>> {
    return config.exporter === undefined ? {} : jmxExporter(config.exporter, SERVER_RULES, SECURITY);
}

/** The zone of a broker's node, which reaches the pod from Kubernetes 1.35 on; without zones there are no racks. */
function rack(context: WorkloadContext): Readonly<Record<string, EnvValue>> {
    return context.cluster.zones === 0 ? {} : { ZONE: { field: `metadata.labels['${ZONE_LABEL}']` } };
}

function common({ config, context, namespace }: KafkaArgs): Omit<WorkloadArgs, "resources"> {
    return {
        namespace,
        system: SYSTEM,
        ...placed(context, "data"),
        image: config.image,
        security: { ...SECURITY, volumeGroup: USER },
        // Java's own files, and libraries that it unpacks for compression.
        scratch: { "/tmp": "256Mi" },
    };
}

type ServerArgs = Omit<OrderedStatefulServiceArgs, "quorum" | "replicas" | "health" | "ports">;

type ServerVolume = Pick<VolumeArgs, "size" | "attributesClass">;

/** A broker replicates and serves consumers that catch up; a controller writes metadata alone. */
function brokerVolume({ config, context }: KafkaArgs): ServerVolume {
    const { throughputClass } = context;
    return {
        size: config.brokerStorage,
        ...(throughputClass === undefined ? {} : { attributesClass: throughputClass }),
    };
}

/** What a controller and a broker have in common. */
function server(
    args: KafkaArgs,
    resources: Resources,
    volume: ServerVolume,
    files: {
        readonly properties: Properties;
        readonly scripts: Readonly<Record<string, string>>;
        readonly env?: Readonly<Record<string, EnvValue>>;
    },
): ServerArgs {
    const { context } = args;
    const { storageClass } = context;
    const { javaOptions, configFiles, scratch, ports: _ports, ...exported } = metrics(args);
    const shared = common(args);
    return {
        ...shared,
        ...exported,
        scratch: { ...shared.scratch, ...scratch },
        resources,
        command: ["/bin/sh", `${SERVER_FILES}/start.sh`],
        env: {
            // The ordinal, which counts from the StatefulSet's first one.
            NODE_ID: { field: "metadata.labels['apps.kubernetes.io/pod-index']" },
            POD_NAME: { field: "metadata.name" },
            ...files.env,
            KAFKA_HEAP_OPTS: heapOptions(resources.memory),
            KAFKA_LOG4J_OPTS: `-Dlog4j2.configurationFile=file:${SERVER_FILES}/log4j2.properties`,
            // Without it the start script asks for a log of garbage collections, in files.
            EXTRA_ARGS: "-name kafkaServer",
            LOG_DIR: "/tmp",
            ...(javaOptions === undefined ? {} : { [SERVER_OPTIONS]: javaOptions }),
        },
        configFiles: {
            [`${SERVER_FILES}/server.properties`]: propertiesFile(files.properties),
            [`${SERVER_FILES}/log4j2.properties`]: loggingConfiguration(),
            ...Object.fromEntries(
                Object.entries(files.scripts).map(([file, text]) => [`${SERVER_FILES}/${file}`, text]),
            ),
            ...configFiles,
        },
        volumes: {
            data: { ...volume, mountPath: DATA_MOUNT, ...(storageClass === undefined ? {} : { storageClass }) },
        },
        claimProvider: context.claimProvider,
        // A quorum cannot form while each waits for the one before, or for peers that DNS does not show.
        order: "parallel",
        publishNotReadyAddresses: true,
        availability: context.availability,
    };
}
