import { type Durability, type Engine, ONLY_WITH_VOLUME } from "./engine.ts";

/** Append-only file or snapshots turned on (https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/). */
const REDIS_PERSISTENCE: Durability = {
    command: /--appendonly[ =]yes|--save[ =]\d/,
    variables: ["REDIS_AOF_ENABLED=yes", "REDIS_RDB_POLICY", "VALKEY_AOF_ENABLED=yes", "KEYDB_AOF_ENABLED=yes"],
};

/** Stores that often are mere caches. They count only with something that outlives the pod. Memcached never does. */
export const caches: readonly Engine[] = [
    {
        name: "Redis",
        source: "https://redis.io/docs/latest/operate/oss_and_stack/install/install-stack/docker/",
        images: [
            "redis",
            "redis-cluster",
            "redis-stack",
            "redis-stack-server",
            "redis-server",
            "redislabs/redis",
            "redismod",
            "redisearch",
            "rejson",
            "redisgraph",
            "redistimeseries",
            "redisbloom",
            "rebloom",
            "falkordb",
            "k8s-redis",
            "docker-redis-cluster",
        ],
        commands: ["redis-server", "run-redis", "redis-sentinel"],
        ports: [6379, 16379],
        paths: ["/var/lib/redis", "/bitnami/redis", "/redis-master-data", "/redis-data"],
        identity: [],
        variables: ["REDIS_AOF_ENABLED", "REDIS_RDB_POLICY", "REDIS_REPLICATION_MODE", "ALLOW_EMPTY_PASSWORD"],
        durableOnly: REDIS_PERSISTENCE,
    },
    {
        name: "Valkey",
        source: "https://valkey.io/topics/persistence/",
        images: ["valkey", "valkey-cluster", "valkey-server", "valkey-bundle"],
        commands: ["valkey-server"],
        ports: [6379, 16379],
        paths: ["/var/lib/valkey", "/bitnami/valkey"],
        identity: [],
        variables: ["VALKEY_AOF_ENABLED", "VALKEY_REPLICATION_MODE"],
        durableOnly: REDIS_PERSISTENCE,
    },
    {
        name: "KeyDB, Dragonfly, Garnet or Kvrocks",
        source: "https://docs.keydb.dev/docs/config-file/",
        images: ["keydb", "dragonfly", "garnet", "kvrocks"],
        commands: ["keydb-server", "dragonfly", "kvrocks", "GarnetServer"],
        ports: [6379, 6666],
        paths: ["/var/lib/keydb", "/var/lib/kvrocks"],
        identity: [],
        variables: ["KEYDB_AOF_ENABLED"],
        durableOnly: {
            command: /--appendonly[ =]yes|--save[ =]\d|--snapshot_cron|--aof|--storage-tier/,
            variables: [...REDIS_PERSISTENCE.variables, "DFLY_snapshot_cron"],
        },
    },
    {
        name: "Hazelcast, Ignite, Infinispan, Geode or Olric",
        source: "https://docs.hazelcast.com/hazelcast/latest/storage/persistence",
        images: [
            "hazelcast",
            "hazelcast-enterprise",
            "ignite",
            "gridgain",
            "infinispan",
            "infinispan-server",
            "datagrid",
            "geode",
        ],
        commands: ["hz-start", "hazelcast", "ignite"],
        ports: [5701, 47500, 47100, 11222, 10800],
        paths: ["/opt/ignite/work", "/ignite/persistence", "/opt/infinispan/server/data", "/opt/hazelcast/persistence"],
        identity: [],
        variables: ["HZ_CLUSTERNAME", "IGNITE_WORK_DIR"],
        durableOnly: ONLY_WITH_VOLUME,
    },
];
