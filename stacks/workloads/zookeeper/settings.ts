import type { Duration } from "../../../components/values/duration.ts";
import { duration } from "../../../components/values/duration.ts";

export const CLIENT_PORT = 2181;
/** Where followers reach the leader. */
export const FOLLOWER_PORT = 2888;
/** Where servers elect one. */
export const ELECTION_PORT = 3888;
/** Where the metrics are. */
export const METRICS_PORT = 7000;

export const DATA = "/data";
/** Where the image's `zkServer.sh` looks for it. */
export const SETTINGS_FILE = "/conf/zoo.cfg";
export const START_SCRIPT = "/etc/zookeeper/start.sh";

const TICK_MILLISECONDS = 2000;
/** Ticks after which a server that lags behind, or a leader without a majority, gives up. */
const SYNC_TICKS = 5;
/** Ticks that a server has to load its snapshot and follow. */
const INIT_TICKS = 30;

/** The longest that a dead leader is followed. */
export const LEADER_TIME_TO_LIVE: Duration = duration((SYNC_TICKS * TICK_MILLISECONDS) / 1000);

/**
 * The settings of every server. Source: ZooKeeper Administrator's Guide, "Configuration Parameters"; ZooKeeper Monitor Guide.
 *
 * @param hosts DNS names of the servers by ordinal; the id of a server is its ordinal and one, because 0 is none
 */
export function zookeeperSettings(hosts: readonly string[]): string {
    const settings: Readonly<Record<string, string | number>> = {
        dataDir: DATA,
        dataLogDir: `${DATA}/log`,
        clientPort: CLIENT_PORT,
        tickTime: TICK_MILLISECONDS,
        initLimit: INIT_TICKS,
        syncLimit: SYNC_TICKS,
        standaloneEnabled: "false",
        // Servers come and go with this file, not at run time.
        reconfigEnabled: "false",
        // A server's own name may still lead to the address that its pod had before.
        quorumListenOnAllIPs: "true",
        "4lw.commands.whitelist": "ruok,srvr,mntr",
        "autopurge.snapRetainCount": 5,
        "autopurge.purgeInterval": 6,
        // By address; pools behind one node's address share it.
        maxClientCnxns: 200,
        "admin.enableServer": "false",
        "metricsProvider.className": "org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider",
        "metricsProvider.httpPort": METRICS_PORT,
    };
    return [
        ...Object.entries(settings).map(([key, value]) => `${key}=${value}`),
        ...hosts.map((host, ordinal) => `server.${ordinal + 1}=${host}:${FOLLOWER_PORT}:${ELECTION_PORT}`),
        "",
    ].join("\n");
}

/** Tells a server who it is, and starts it. */
export function startScript(): string {
    return [
        "set -eu",
        `mkdir -p ${DATA}/log`,
        "ordinal=${POD_NAME##*-}",
        `echo "$((ordinal + 1))" >${DATA}/myid`,
        "exec zkServer.sh start-foreground",
        "",
    ].join("\n");
}

/** A command that asks the server by one of its four-letter words, and looks for something in the answer. */
export function asks(word: string, answer: string): readonly string[] {
    const ask = `exec 3<>/dev/tcp/127.0.0.1/${CLIENT_PORT} && printf ${word} >&3 && grep -qE '${answer}' <&3`;
    return ["/bin/bash", "-c", ask];
}
