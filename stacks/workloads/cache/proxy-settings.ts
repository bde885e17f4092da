/** Port at which clients find the primary: the servers' own. */
export const PROXY_PORT = 6379;
/** Port of health and metrics. */
export const PROXY_STATUS_PORT = 8404;

/** Variable with the password of the servers. */
export const PROXY_PASSWORD = "VALKEY_PASSWORD";

/** Connections at most, of which each takes two files. */
const CONNECTIONS = 2000;

/**
 * Settings of HAProxy in front of the servers: connections go to the one that is a primary and has a replica, which is the one
 * that takes writes (`min-replicas-to-write`). A primary that was cut off has none, so that there are never two; when it stops
 * being one, its connections are closed, and clients connect again to the next.
 *
 * Source: HAProxy, Configuration Manual, "tcp-check", "on-marked-down", "resolvers", "init-state" (3.1), "Environment variables"; Valkey, INFO.
 *
 * @param servers `HOST:PORT` of each
 */
export function proxySettings(servers: readonly string[]): string {
    return [
        "global",
        "    log stdout format raw local0 notice",
        `    maxconn ${CONNECTIONS}`,
        "defaults",
        "    log global",
        "    mode tcp",
        "    timeout connect 3s",
        "    timeout check 2s",
        // Workers wait for the next message for as long as there is none.
        "    timeout client 1h",
        "    timeout server 1h",
        "    option clitcpka",
        "    option srvtcpka",
        "resolvers cluster",
        "    parse-resolv-conf",
        "    timeout resolve 1s",
        "    timeout retry 1s",
        // A pod that comes back has another address.
        "    hold valid 2s",
        "frontend clients",
        `    bind :${PROXY_PORT}`,
        "    default_backend primary",
        "backend primary",
        "    option tcp-check",
        "    tcp-check connect",
        `    tcp-check send "AUTH \${${PROXY_PASSWORD}}\\r\\n"`,
        "    tcp-check expect string +OK",
        '    tcp-check send "INFO replication\\r\\n"',
        "    tcp-check expect rstring role:master[[:cntrl:]]+connected_slaves:[1-9]",
        // Without the state, a replica would get connections until it has been asked.
        "    default-server check inter 1s fall 2 rise 1 init-state fully-down on-marked-down shutdown-sessions " +
            "resolvers cluster init-addr none",
        ...servers.map((server) => `    server ${server.split(".")[0]} ${server}`),
        "frontend status",
        "    mode http",
        `    bind :${PROXY_STATUS_PORT}`,
        '    http-request use-service prometheus-exporter if { path "/metrics" }',
        "    http-request return status 200",
        "",
    ].join("\n");
}
