import { type Duration, seconds } from "../../../components/values/duration.ts";
import type { Properties } from "./properties.ts";
import { CONTROLLER_PORT, type ControllerGroup, quorumBootstrapServers } from "./quorum.ts";
import { heartbeatMillis } from "./sessions.ts";

/** Port of the brokers, for clients and for each other. */
export const CLIENT_PORT = 9092;

/** Where the volume is mounted; the directory that the image declares. */
export const DATA_MOUNT = "/var/lib/kafka/data";
/** Below the mount, because a new ext4 volume has a `lost+found` that a broker would take for a broken partition. */
export const LOG_DIRECTORY = `${DATA_MOUNT}/log`;

/** Copies of each partition, one in each of three zones. */
export const REPLICATION_FACTOR = 3;
/** Copies that have a record before `acks=all` is answered: one broker may be away, and none that was acknowledged is lost. */
export const MIN_IN_SYNC = 2;

/** `broker.session.timeout.ms`: a broker that is silent for so long loses its leaderships. Kafka's default. */
export const BROKER_SESSION: Duration = "9 seconds";
/** `controller.quorum.fetch.timeout.ms`: controllers without a leader for so long elect another. Kafka's default. */
export const QUORUM_FETCH_TIMEOUT: Duration = "2 seconds";
/** `controller.quorum.election.timeout.ms`: for how long a candidate waits for votes. Kafka's default. */
const ELECTION_TIMEOUT: Duration = "1 second";
/** `group.initial.rebalance.delay.ms`: an empty classic group waits for so long for more members. Kafka's default. */
const INITIAL_REBALANCE_DELAY: Duration = "3 seconds";
/** Kafka's default of `group.consumer.max.session.timeout.ms`. */
const MAX_GROUP_SESSION: Duration = "60 seconds";
/** Kafka's default of `group.consumer.max.heartbeat.interval.ms`. */
const MAX_GROUP_HEARTBEAT: Duration = "15 seconds";

const millis = (duration: Duration): number => seconds(duration) * 1000;

/** What brokers and controllers share. Controllers make topics, so that what holds for topics has to be told to them. */
function commonProperties(controllers: ControllerGroup): Properties {
    return {
        "controller.quorum.bootstrap.servers": quorumBootstrapServers(controllers),
        "controller.listener.names": "CONTROLLER",
        "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,CLIENT:PLAINTEXT",
        "log.dirs": LOG_DIRECTORY,
        "min.insync.replicas": MIN_IN_SYNC,
        "unclean.leader.election.enable": false,
        "auto.create.topics.enable": false,
    };
}

/** The settings that every controller has; `node.id` and the address come from its pod. */
export function controllerProperties(controllers: ControllerGroup): Properties {
    return {
        "process.roles": "controller",
        listeners: `CONTROLLER://:${CONTROLLER_PORT}`,
        ...commonProperties(controllers),
        // Brokers warn where it is theirs.
        "default.replication.factor": REPLICATION_FACTOR,
        "controller.quorum.fetch.timeout.ms": millis(QUORUM_FETCH_TIMEOUT),
        "controller.quorum.election.timeout.ms": millis(ELECTION_TIMEOUT),
        // A controller beyond the first ones becomes a voter by itself (KIP-853, since 4.2).
        "controller.quorum.auto.join.enable": true,
        "broker.session.timeout.ms": millis(BROKER_SESSION),
    };
}

/**
 * The settings that every broker has; `node.id`, the address and the rack come from its pod.
 *
 * @param groupSession session timeout of consumer groups that use the new protocol. It is the broker's to set, since the
 *   protocol ignores the client's (KIP-848), and its default and minimum of 45 s leave a dead member's partitions alone
 *   for longer than a lag of 30 s allows
 */
export function brokerProperties(controllers: ControllerGroup, groupSession: Duration): Properties {
    const session = millis(groupSession);
    const heartbeat = heartbeatMillis(groupSession);
    return {
        "process.roles": "broker",
        listeners: `CLIENT://:${CLIENT_PORT}`,
        "inter.broker.listener.name": "CLIENT",
        ...commonProperties(controllers),
        // Consumers read from the copy in their own zone where they name it (KIP-392): no traffic between zones.
        "replica.selector.class": "org.apache.kafka.common.replica.RackAwareReplicaSelector",
        "offsets.topic.replication.factor": REPLICATION_FACTOR,
        "transaction.state.log.replication.factor": REPLICATION_FACTOR,
        "transaction.state.log.min.isr": MIN_IN_SYNC,
        "share.coordinator.state.topic.replication.factor": REPLICATION_FACTOR,
        "share.coordinator.state.topic.min.isr": MIN_IN_SYNC,
        "controlled.shutdown.enable": true,
        "group.initial.rebalance.delay.ms": millis(INITIAL_REBALANCE_DELAY),
        "group.consumer.session.timeout.ms": session,
        "group.consumer.min.session.timeout.ms": session,
        "group.consumer.max.session.timeout.ms": Math.max(session, millis(MAX_GROUP_SESSION)),
        "group.consumer.heartbeat.interval.ms": heartbeat,
        "group.consumer.min.heartbeat.interval.ms": heartbeat,
        "group.consumer.max.heartbeat.interval.ms": Math.max(heartbeat, millis(MAX_GROUP_HEARTBEAT)),
    };
}
