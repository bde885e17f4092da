import { having, lately, relabelled, silent } from "../changes.ts";
import { type Series, series } from "../metric.ts";
import { all, type System } from "../system.ts";

const ROLE = "redis_instance_info";
const FOLLOWERS = "redis_connected_slaves";
const LINK = "redis_master_link_up";
const WRITTEN = "redis_aof_last_write_status";
const USED = "redis_memory_used_bytes";

const CONTAINER = "exporter";
const pod = (n: number): string => `cache-${n}`;

function server(n: number): readonly Series[] {
    const of = { namespace: "data", container: CONTAINER, pod: pod(n) };
    return [
        series("redis_up", of, 1),
        series(ROLE, { ...of, role: n === 0 ? "master" : "slave" }, 1),
        series(FOLLOWERS, of, n === 0 ? 2 : 0),
        ...(n === 0 ? [] : [series(LINK, { ...of, master_host: "cache-0" }, 1)]),
        series(WRITTEN, of, 1),
        series(USED, of, 500),
        series("redis_memory_max_bytes", of, 1000),
    ];
}

const DEMOTED = relabelled(ROLE, { pod: pod(0) }, { role: "slave" });
const PROMOTED = relabelled(ROLE, { pod: pod(1) }, { role: "master" });

/** A primary and two replicas, with a sentinel beside each. */
export const CACHE: System = {
    rules: "cache-data",
    well: () => [0, 1, 2].flatMap(server),
    misfortunes: [
        {
            what: "no primary",
            alerts: ["CachePrimaries"],
            change: DEMOTED,
            nearly: { what: "another one than before", change: all(DEMOTED, PROMOTED) },
        },
        {
            what: "two primaries",
            alerts: ["CachePrimaries"],
            change: PROMOTED,
            nearly: { what: "another one than before", change: all(PROMOTED, DEMOTED) },
        },
        {
            what: "a primary without replicas",
            alerts: ["CacheWritesRefused"],
            change: having(FOLLOWERS, { value: 0 }),
            nearly: { what: "with one", change: having(FOLLOWERS, { value: 1 }, { pod: pod(0) }) },
        },
        {
            what: "a replica that does not follow",
            alerts: ["CacheReplicaBehind"],
            change: having(LINK, { value: 0 }, { pod: pod(2) }),
            nearly: { what: "while it copies everything", change: lately(120, LINK, 0, { pod: pod(2) }) },
        },
        {
            what: "a volume that cannot be written",
            alerts: ["CacheNotWrittenToDisk"],
            change: having(WRITTEN, { value: 0 }, { pod: pod(0) }),
            nearly: { what: "once", change: lately(30, WRITTEN, 0, { pod: pod(0) }) },
        },
        {
            what: "memory that is nearly used up",
            alerts: ["CacheNearlyFull"],
            change: having(USED, { value: 950 }, { pod: pod(0) }),
            nearly: { what: "of which some is left", change: having(USED, { value: 850 }) },
        },
        {
            what: "servers that report nothing",
            alerts: ["CacheMetricsMissing"],
            change: silent({ container: CONTAINER }),
            nearly: { what: "one of them", change: silent({ pod: pod(2) }) },
        },
    ],
};
