import * as pulumi from "@pulumi/pulumi";
import { OrderedStatefulService } from "../../components/ordered-stateful-service.ts";
import type { EncryptedKafka } from "../../components/specs/autoscaler.ts";
import { ZONE_LABEL } from "../../components/specs/placement.ts";
import { StatelessService } from "../../components/stateless-service.ts";
import type { Failover } from "../../components/support/availability.ts";
import { dependencyList } from "../../components/support/children.ts";
import { Problems } from "../../components/support/errors.ts";
import type { Duration } from "../../components/values/duration.ts";
import type { Availability, EnvValue, Health, ServingArgs } from "../../components/workload-args.ts";
import type { AwsFacts } from "../infrastructure/aws-facts.ts";
import { type DataBucket, dataAccess } from "./data-buckets.ts";
import { alertRules } from "./kafka/alert-rules.ts";
import { checkGroup, unevenShares } from "./kafka/check-group.ts";
import { authorityFiles, credentials } from "./kafka/client-security.ts";
import { consumerProperties, type GroupProtocol, sessionTimeout } from "./kafka/consumer-properties.ts";
import { IN_CLUSTER, type KafkaConnection } from "./kafka/endpoint.ts";
import { heapOptions } from "./kafka/heap.ts";
import { type LagSource, lagAlerts } from "./kafka/lag-alerts.ts";
import { propertiesFile } from "./kafka/properties.ts";

/** Where a member finds its settings; also in the variable `KAFKA_CONSUMER_CONFIG`. */
const CONSUMER_CONFIG = "/etc/kafka-consumer/consumer.properties";

/** `appuser` of Apache's image. */
const USER = 1000;
const START_UP: Duration = "2 minutes";
/** The coordinator tells the others with their next heartbeat, and they begin to read. */
const REBALANCE: Duration = "10 seconds";

/**
 * Each member has a name of its own, that of its pod, and finds its partitions again after a restart: a StatefulSet. While
 * it is away nobody reads them, so it has to be back within the session timeout.
 *
 * That holds for a member that is stopped. One that is killed gives its name back by the classic protocol alone, where the
 * next one to ask gets it. The brokers' own (KIP-848) refuses the name (`UNRELEASED_INSTANCE_ID`) until the session has ended
 * and others read: its container ends with that and is restarted, with the kubelet's back-off, until it may join again.
 */
interface StaticMembership {
    readonly kind: "static";
    readonly replicas: number;
    /** The longest from a stopping member's last heartbeat to its successor's first one. */
    readonly restartTime: Duration;
}

/** Members come and go with the lag, and each time the partitions are shared out anew: a Deployment, scaled by KEDA. */
interface DynamicMembership {
    readonly kind: "dynamic";
    readonly min: number;
    /** Not more than there are partitions. */
    readonly max: number;
    /** Records behind, of each member, above which another one is added. */
    readonly lagPerReplica: number;
}

/** Arguments of a {@link KafkaConsumerGroup}. Membership is one or the other: a stateless member has no identity to keep. */
export interface KafkaConsumerGroupArgs extends Omit<ServingArgs, "health" | "shutdown"> {
    readonly topic: string;
    /** Partitions of the topic. */
    readonly partitions: number;
    /** `group.id`. */
    readonly group: string;
    readonly bootstrapServers: pulumi.Input<string>;
    /**
     * How the brokers are connected to.
     * @default unencrypted at port 9092, which brokers of this program let named peers alone do
     */
    readonly connection?: KafkaConnection;
    readonly membership: StaticMembership | DynamicMembership;
    readonly protocol: GroupProtocol;
    /** The longest that a record may wait to be read. */
    readonly lagBudget: Duration;
    /**
     * Where the lag is told, so that it can be held against the budget.
     * @default nowhere, and nobody learns of a budget that is not kept
     */
    readonly lag?: LagSource;
    /**
     * Buckets that members reach, by a role of the group. A library of AWS finds it by itself.
     * @default none, and no role
     */
    readonly data?: { readonly aws: AwsFacts; readonly buckets: readonly DataBucket[] };
    /**
     * A check of your own, for an image without `/bin/sh` and `grep`, or with a better one.
     * @default ready while a connection to a port of the brokers is established, alive while the process is
     */
    readonly health?: Health;
    /** What is promised when a node or a zone is lost. */
    readonly availability?: Availability;
}

/**
 * The members of a Kafka consumer group, each a replica.
 *
 * The program finds its settings in {@link CONSUMER_CONFIG} and in the environment: `KAFKA_CONSUMER_CONFIG` (that path),
 * `KAFKA_BOOTSTRAP_SERVERS`, `KAFKA_TOPIC`, `POD_NAME`. The file is for Kafka's Java client; another client takes over its
 * values and puts `POD_NAME` in where it says `${env:POD_NAME}`. Offsets are the program's to commit: it gets SIGTERM, and
 * as long as a session lasts to commit what it has done. After that its partitions are others', and so it is killed.
 *
 * A dead process is restarted by the kubelet; one that hangs leaves the group after the lag budget
 * (`max.poll.interval.ms`). A broker that cannot be reached makes a member unready and never restarts it.
 *
 * @example
 * ```ts
 * new KafkaConsumerGroup("events-to-lake", {
 *     namespace: "kafka",
 *     system: "events-to-lake",
 *     image: "ghcr.io/acme/events-to-lake:2.3.1",
 *     topic: "events",
 *     partitions: 48,
 *     group: "events-to-lake",
 *     bootstrapServers: kafka.bootstrapServers,
 *     membership: { kind: "static", replicas: 12, restartTime: "15 seconds" },
 *     protocol: { kind: "consumer", brokerSessionTimeout: "20 seconds" },
 *     lagBudget: "30 seconds",
 *     resources: { cpu: "250m", memory: "512Mi" },
 * });
 * ```
 */
export class KafkaConsumerGroup extends pulumi.ComponentResource {
    /** The StatefulSet of static members, or the Deployment of dynamic ones. */
    readonly members: OrderedStatefulService | StatelessService;

    /** @throws {ArgumentError} with every argument that no group can be made of */
    constructor(name: string, args: KafkaConsumerGroupArgs, opts: pulumi.ComponentResourceOptions = {}) {
        const problems = new Problems();
        checkGroup(problems, args);
        problems.throwIfAny(`KafkaConsumerGroup "${name}"`);
        super("dataplatform:system:KafkaConsumerGroup", name, {}, opts);
        const uneven = unevenShares(args);
        if (uneven !== undefined) {
            void pulumi.log.warn(uneven, this);
        }
        const { membership, protocol } = args;
        const { aws, buckets } = args.data ?? {};
        const data = dataAccess(name, { aws, buckets, namespace: args.namespace }, this);
        const members = memberArgs(args, data.env);
        const childOptions = { parent: this, dependsOn: [...dependencyList(opts.dependsOn), ...data.access] };
        this.members =
            membership.kind === "static"
                ? new OrderedStatefulService(
                      name,
                      {
                          ...members,
                          replicas: membership.replicas,
                          // Members do not wait for each other.
                          order: "parallel",
                          ...failover(protocol, membership.replicas),
                      },
                      childOptions,
                  )
                : new StatelessService(
                      name,
                      {
                          ...members,
                          replicas: {
                              min: membership.min,
                              max: membership.max,
                              on: {
                                  kind: "kafkaLag",
                                  bootstrapServers: args.bootstrapServers,
                                  group: args.group,
                                  topic: args.topic,
                                  partitions: args.partitions,
                                  lagPerReplica: membership.lagPerReplica,
                                  ...encrypted(args.connection),
                              },
                          },
                          ...failover(protocol, membership.min),
                          // One more than the maximum would idle, or take partitions only to give them back.
                          update: "inPlace",
                      },
                      childOptions,
                  );
        if (args.lag !== undefined) {
            this.#lagAlerts(name, args, args.lag, dependencyList(opts.dependsOn));
        }
        this.registerOutputs({});
    }

    #lagAlerts(
        name: string,
        { namespace, system, group, topic, lagBudget, runbookUrl, cluster }: KafkaConsumerGroupArgs,
        source: LagSource,
        dependsOn: pulumi.Input<pulumi.Resource>[],
    ): void {
        const subject = { name, namespace, system, containers: [name], group, topic, lagBudget, source };
        const alerts = lagAlerts({ ...subject, ...(runbookUrl === undefined ? {} : { runbookUrl }) });
        const owner = { namespace, system, ...(cluster === undefined ? {} : { cluster }) };
        alertRules(`${name}-lag`, [alerts], owner, { parent: this, dependsOn });
    }
}

/** The others read a dead member's partitions once its session has ended. */
function failover(protocol: GroupProtocol, members: number): { readonly failover?: Failover } {
    return members === 1
        ? {}
        : { failover: { kind: "promotion", leaderTimeToLive: sessionTimeout(protocol), promotion: REBALANCE } };
}

/** The same, as KEDA has to know it. */
function encrypted(connection: KafkaConnection = IN_CLUSTER): { readonly encrypted?: EncryptedKafka } {
    const { security } = connection;
    if (security.kind === "plaintext") {
        return {};
    }
    return {
        encrypted: {
            ...(security.ca === undefined ? {} : { ca: security.ca }),
            ...(security.kind === "sasl" ? { sasl: { mechanism: security.mechanism, secret: security.secret } } : {}),
        },
    };
}

/**
 * What members have in common, whatever their controller.
 *
 * @param own variables beside those of every group
 */
function memberArgs(
    args: KafkaConsumerGroupArgs,
    own: Readonly<Record<string, EnvValue>>,
): ServingArgs & { readonly availability?: Availability } {
    const {
        topic,
        partitions: _partitions,
        group,
        bootstrapServers,
        connection = IN_CLUSTER,
        membership,
        protocol,
        lagBudget,
        lag: _lag,
        data: _data,
        health,
        ...workload
    } = args;
    const zones = args.cluster?.zones !== 0;
    const zone: Record<string, EnvValue> = zones ? { POD_ZONE: { field: `metadata.labels['${ZONE_LABEL}']` } } : {};
    return {
        ...workload,
        security: args.security ?? { user: USER, group: USER },
        env: {
            POD_NAME: { field: "metadata.name" },
            ...zone,
            KAFKA_BOOTSTRAP_SERVERS: bootstrapServers,
            KAFKA_TOPIC: topic,
            KAFKA_CONSUMER_CONFIG: CONSUMER_CONFIG,
            ...credentials(connection.security),
            // Read by the start scripts of Apache's image, whose own default is a heap of 512 MiB.
            KAFKA_HEAP_OPTS: heapOptions(args.resources.memory),
            ...own,
            ...args.env,
        },
        configFiles: {
            [CONSUMER_CONFIG]: propertiesFile(
                consumerProperties({
                    group,
                    protocol,
                    membership: membership.kind,
                    lagBudget,
                    zones,
                    security: connection.security,
                }),
            ),
            ...args.configFiles,
        },
        secretFiles: { ...authorityFiles(connection.security), ...args.secretFiles },
        scratch: { "/tmp": "64Mi", ...args.scratch },
        health: health ?? connectedToBroker(connection.ports),
        shutdown: { gracePeriod: sessionTimeout(protocol) },
    };
}

/**
 * A member has no port to ask. That it has joined is seen from its connection to a broker: the kernel lists the process's
 * connections with the remote port in hexadecimal, and 01 for an established one (proc_pid_net, tcp).
 */
function connectedToBroker(ports: readonly number[]): Health {
    const remote = ports.map((port) => port.toString(16).toUpperCase().padStart(4, "0")).join("|");
    const command = `grep -qE '^ *[0-9]+: [0-9A-F]+:[0-9A-F]{4} [0-9A-F]+:(${remote}) 01 ' /proc/net/tcp /proc/net/tcp6`;
    return { ready: { kind: "command", command: ["/bin/sh", "-c", command] }, alive: "none", startUp: START_UP };
}
