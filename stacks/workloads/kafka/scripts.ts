import { governingServiceName } from "../../../components/specs/service.ts";
import { serviceAddress } from "../../../components/support/naming.ts";
import { type Duration, seconds } from "../../../components/values/duration.ts";
import { type ControllerGroup, initialControllers, initialQuorum } from "./quorum.ts";
import { LOG_DIRECTORY, MIN_IN_SYNC, REPLICATION_FACTOR } from "./server-properties.ts";

/** Directory of the scripts in Apache's image. */
const BIN = "/opt/kafka/bin";
/** Directory of the files that {@link startScript} and Kafka read. */
export const SERVER_FILES = "/etc/kafka-server";
/** Where the whole configuration of one server is put together. */
const SERVER_PROPERTIES = "/tmp/server.properties";
/** A tool beside the server gets little memory: the server's own heap is in the variable. */
const TOOL_HEAP = "KAFKA_HEAP_OPTS=-Xmx96m";
/** How often a stopping broker looks at the partitions. */
const LOOK_SECONDS = 2;

/** Exit code of {@link topicScript} for what no second attempt can mend. */
export const IMPOSSIBLE_TOPIC = 64;

/** A server, controller or broker, as its start script sees it. */
interface Server {
    /** Name of the component; the pods are `NAME-ORDINAL`. */
    readonly name: string;
    readonly namespace: string;
    readonly listener: "CLIENT" | "CONTROLLER";
    readonly port: number;
}

/**
 * Variable with options of the server's own virtual machine. In `KAFKA_OPTS`, where they end up, every tool in the container
 * would read them as well, and an agent that listens fails in the second program.
 */
export const SERVER_OPTIONS = "SERVER_JAVA_OPTIONS";

function ownAddress(server: Server): string {
    return `$POD_NAME.${serviceAddress(governingServiceName(server.name), server.namespace)}:${server.port}`;
}

/**
 * The start of a server: writes what only its pod knows, formats an empty volume, and becomes the server.
 *
 * It stands in for the image's own entry point, which writes its configuration into `/opt/kafka/config`: that is part of
 * the read-only root file system. The founders of the quorum are named here as well, see {@link controllerStartScript}.
 *
 * `meta.properties` is the last that formatting writes, so that what has it is whole (metadata/storage/Formatter.java).
 */
function startScript(server: Server, clusterId: string, format: string): string {
    return `#!/bin/sh
set -eu
cp ${SERVER_FILES}/server.properties ${SERVER_PROPERTIES}
{
    echo "node.id=$NODE_ID"
    echo "advertised.listeners=${server.listener}://${ownAddress(server)}"
    if [ -n "\${ZONE:-}" ]; then
        echo "broker.rack=$ZONE"
    fi
} >>${SERVER_PROPERTIES}
if [ ! -f ${LOG_DIRECTORY}/meta.properties ]; then
    ${format}
    ${TOOL_HEAP} ${BIN}/kafka-storage.sh format --config ${SERVER_PROPERTIES} --cluster-id=${clusterId} "$@"
fi
export KAFKA_OPTS="\${${SERVER_OPTIONS}:-}"
exec ${BIN}/kafka-server-start.sh ${SERVER_PROPERTIES}
`;
}

/**
 * How a controller starts: the first ones format their volumes as the quorum's founders, each knowing the others; those
 * that come later find the quorum and join it.
 */
export function controllerStartScript(controllers: ControllerGroup, clusterId: string): string {
    const format = `case "$NODE_ID" in
    ${initialControllers().join(" | ")}) set -- --initial-controllers=${initialQuorum(controllers)} ;;
    *) set -- --no-initial-controllers ;;
    esac`;
    return startScript({ ...controllers, listener: "CONTROLLER", port: 9093 }, clusterId, format);
}

/** How a broker starts. */
export function brokerStartScript(
    broker: { name: string; namespace: string; port: number },
    clusterId: string,
): string {
    return startScript({ ...broker, listener: "CLIENT" }, clusterId, "set -- --no-initial-controllers");
}

/**
 * What a broker does before it stops: it waits until every partition has all of its copies, for as long as `patience`.
 * Without that a rollout takes the next broker while the last one still catches up, and writes with `acks=all` fail.
 * A disruption budget cannot know it: it counts pods that are ready.
 */
export function brokerStopScript(
    broker: { name: string; namespace: string; port: number },
    patience: Duration,
): string {
    const rounds = Math.ceil(seconds(patience) / LOOK_SECONDS);
    return `#!/bin/sh
deadline=$(($(date +%s) + ${rounds * LOOK_SECONDS}))
while [ "$(date +%s)" -lt "$deadline" ]; do
    if behind=$(${TOOL_HEAP} timeout 15 ${BIN}/kafka-topics.sh --bootstrap-server "${ownAddress({ ...broker, listener: "CLIENT" })}" \\
        --describe --under-replicated-partitions 2>/dev/null) && [ -z "$behind" ]; then
        exit 0
    fi
    sleep ${LOOK_SECONDS}
done
echo "Partitions still lack copies; stopping all the same" >/proc/1/fd/1
`;
}

/** A topic that the program declares. */
export interface Topic {
    readonly name: string;
    readonly partitions: number;
    /**
     * Its own settings beside the number of copies; a topic that is there keeps those that it has.
     * @default the brokers'
     */
    readonly config?: Readonly<Record<string, string | number>>;
}

function ensureTopic(topic: Topic): string {
    const config = Object.entries({ "min.insync.replicas": MIN_IN_SYNC, ...topic.config })
        .map(([key, value]) => ` --config ${key}=${value}`)
        .join("");
    return `topics --create --if-not-exists --topic ${topic.name} --partitions ${topic.partitions} \\
    --replication-factor ${REPLICATION_FACTOR}${config}
there=$(topics --describe --topic ${topic.name} | sed -n 's/.*PartitionCount:[[:space:]]*\\([0-9]*\\).*/\\1/p')
if [ "$there" -gt ${topic.partitions} ]; then
    echo "Topic ${topic.name} has $there partitions and cannot lose any: set partitions to $there"
    exit ${IMPOSSIBLE_TOPIC}
elif [ "$there" -lt ${topic.partitions} ]; then
    topics --alter --topic ${topic.name} --partitions ${topic.partitions}
fi
`;
}

/**
 * Makes topics, or adds partitions to those that are there; running it again changes nothing. Kafka takes no partitions
 * away: it then ends with {@link IMPOSSIBLE_TOPIC}.
 */
export function topicScript(bootstrapServers: string, topics: readonly Topic[]): string {
    return `#!/bin/sh
set -eu
topics() {
    ${BIN}/kafka-topics.sh --bootstrap-server ${bootstrapServers} "$@"
}
${topics.map(ensureTopic).join("")}`;
}
