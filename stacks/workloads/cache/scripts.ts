import type { Duration } from "../../../components/values/duration.ts";
import { seconds } from "../../../components/values/duration.ts";

/** Port of the data. */
export const VALKEY_PORT = 6379;
/** Port of the sentinels. */
export const SENTINEL_PORT = 26_379;

/** The name by which sentinels know the group, and clients ask for its primary. */
export const PRIMARY_NAME = "cache";

/** Sentinels that have to agree that the primary is gone: two of the three. */
const QUORUM = 2;

/** For how long the primary is silent before a sentinel takes it for dead. */
export const DOWN_AFTER: Duration = "15 seconds";
/**
 * A failover that has not ended by then is given up; twice as long after it was begun, or voted for, another one may begin.
 * So short that the second one is within the component's budget. Source: Valkey, sentinel.conf, "failover-timeout".
 */
const FAILOVER_TIMEOUT: Duration = "5 seconds";

/** Where the scripts are. */
export const SCRIPTS = "/etc/cache";
/** Where the server's own settings are made, with the password in them. */
export const RUNTIME = "/run/valkey";
export const DATA = "/data";

/** What a sentinel has learnt, and keeps; everything else in its file is said anew at each start. */
const LEARNT = ["myid", "monitor", "config-epoch", "leader-epoch", "current-epoch", "known-replica", "known-sentinel"];

/**
 * This pod's name in DNS, which outlives its address: replicas and sentinels know each other by names, and look them up
 * again whenever they connect. Without it each restart, which gives a pod another address, would leave a dead replica behind
 * in the sentinels' lists. Source: Valkey, sentinel.conf, "HOSTNAMES SUPPORT".
 */
const SELF = 'self="$POD_NAME.${GROUP%:*}"';

/** Prints whom `$sentinel`, as `HOST:PORT`, names as the primary. */
const ASK_SENTINEL =
    'timeout 3 valkey-cli -h "${sentinel%:*}" -p "${sentinel#*:}" --raw sentinel get-primary-addr-by-name ' +
    `${PRIMARY_NAME} 2>/dev/null | sed -n 1p`;

/**
 * Starts a sentinel. Its file is on the volume, because a sentinel that has forgotten its epoch and the others is one more
 * vote; settings and password are taken anew each time, so that they can change.
 */
export function sentinelScript(): string {
    const settings = [
        `port ${SENTINEL_PORT}`,
        "dir /tmp",
        "sentinel resolve-hostnames yes",
        "sentinel announce-hostnames yes",
        "sentinel announce-ip $self",
        `sentinel down-after-milliseconds ${PRIMARY_NAME} ${seconds(DOWN_AFTER) * 1000}`,
        `sentinel failover-timeout ${PRIMARY_NAME} ${seconds(FAILOVER_TIMEOUT) * 1000}`,
        `sentinel parallel-syncs ${PRIMARY_NAME} 1`,
        `sentinel auth-pass ${PRIMARY_NAME} $PASSWORD`,
        "sentinel sentinel-pass $PASSWORD",
        "requirepass $PASSWORD",
    ];
    return [
        "set -eu",
        "umask 077",
        SELF,
        `file=${DATA}/sentinel.conf`,
        `learnt=$(grep -E '^sentinel (${LEARNT.join("|")}) ' "$file" 2>/dev/null || true)`,
        // The very first one; later this is whoever leads.
        `[ -n "$learnt" ] || learnt="sentinel monitor ${PRIMARY_NAME} \${FIRST%:*} ${VALKEY_PORT} ${QUORUM}"`,
        'cat >"$file.new" <<EOF',
        ...settings,
        "$learnt",
        "EOF",
        'mv "$file.new" "$file"',
        'exec valkey-sentinel "$file"',
        "",
    ].join("\n");
}

/** What the server's settings are made from. */
interface ValkeyArgs {
    /** Bytes for data. */
    readonly maxMemory: number;
    readonly evict: boolean;
}

/**
 * Starts a server as what most sentinels say it is: the primary, or a replica of it. Where they do not agree, the sentinel
 * beside it knows what was last; and a primary without a replica takes no writes, so that one which is wrong loses none.
 *
 * Every write is in the append-only file within a second, and on a replica a moment later: a failover may lose the last of
 * them, which callers have to bear (Valkey, "High availability with Sentinel", "Consistency under partitions").
 */
export function valkeyScript({ maxMemory, evict }: ValkeyArgs): string {
    const settings = [
        `port ${VALKEY_PORT}`,
        `dir ${DATA}`,
        "appendonly yes",
        "appendfsync everysec",
        // The append-only file has it all; snapshots beside it would fork the process for nothing.
        'save ""',
        "replica-announce-ip $self",
        "min-replicas-to-write 1",
        "min-replicas-max-lag 10",
        `maxmemory ${maxMemory}`,
        `maxmemory-policy ${evict ? "allkeys-lru" : "noeviction"}`,
        "requirepass $PASSWORD",
        "primaryauth $PASSWORD",
    ];
    return [
        "set -eu",
        "umask 077",
        SELF,
        "ask() {",
        '    sentinel="$1"',
        `    ${ASK_SENTINEL} | grep -F ".\${GROUP%:*}" || true`,
        "}",
        'primary=""',
        "for attempt in 1 2 3 4 5 6 7 8 9 10; do",
        '    answers=$(for sentinel in $SENTINELS; do ask "$sentinel"; done)',
        `    primary=$(printf '%s\\n' "$answers" | sort | uniq -c | awk '$1 >= ${QUORUM} && NF == 2 { print $2 }')`,
        '    [ -n "$primary" ] && break',
        "    sleep 2",
        "done",
        `[ -n "$primary" ] || primary=$(ask 127.0.0.1:${SENTINEL_PORT})`,
        '[ -n "$primary" ] || { echo "no sentinel says who leads" >&2; exit 1; }',
        `cat >${RUNTIME}/valkey.conf <<EOF`,
        ...settings,
        "EOF",
        `[ "$primary" = "$self" ] || echo "replicaof $primary ${VALKEY_PORT}" >>${RUNTIME}/valkey.conf`,
        `exec valkey-server ${RUNTIME}/valkey.conf`,
        "",
    ].join("\n");
}

/**
 * What a primary does before it is stopped: it has the sentinel beside it make another one, and waits until a second
 * sentinel has heard of it, since the first one is stopped as well. Coordinated, it takes no more writes once the other one has
 * all of them; otherwise (Valkey 8 knows no such thing) those are lost that it acknowledges for ten seconds more, until the
 * sentinels tell it. Source: valkey-io/valkey#1291.
 */
export function handOverScript(): string {
    const failover = `valkey-cli -p ${SENTINEL_PORT} sentinel failover ${PRIMARY_NAME}`;
    return [
        SELF,
        "role() { valkey-cli --raw role | sed -n 1p; }",
        "heard() {",
        "    for sentinel in $SENTINELS; do",
        `        ${ASK_SENTINEL}`,
        `    done | grep -F ".\${GROUP%:*}" | grep -cvFx "$self"`,
        "}",
        '[ "$(role)" = master ] || exit 0',
        `${failover} coordinated | grep -qx OK || ${failover}`,
        "for second in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do",
        `    [ "$(role)" != master ] && [ "$(heard)" -ge ${QUORUM} ] && exit 0`,
        "    sleep 1",
        "done",
        "",
    ].join("\n");
}
