import type { Engine } from "./engines/engine.ts";
import type { Invocation } from "./invocations.ts";
import type { Container } from "./pod.ts";

/** Programs that prepare, wait or look around; a container that starts nothing else is no server. */
const UTILITIES: ReadonlySet<string> = new Set(
    `. : [ [[ apk apt apt-get awk aws az basename base64 break cat cd chgrp chmod chown clear cmp continue cp cron crond
    crontab curl cut date dd declare df dig dirname dnf dockerize du echo export expr false find getent git grep gsutil
    gunzip gzip head helm hostname host id install jq kill killall kubectl ldapsearch ldapadd ln local logger ls mc
    mkdir mkfifo mktemp mv nc ncat netcat nslookup openssl ping pip pip3 pkill printenv printf ps pwd read readlink
    realpath restic return rm rsync s3cmd sed seq set shift sleep sort source ssh stat sync sysctl tail tar tee test
    timeout touch tr trap true type ulimit umask uname unset unzip velero wait wait-for wait-for-it watch wc wget which
    whoami xargs yq yum zip`.split(/\s+/),
);

/** Clients of the engines, by name. */
const CLIENTS: ReadonlySet<string> = new Set(
    `arangodump arangosh arangorestore bsondump cbq cbbackupmgr clickhouse-client clickhouse-backup clickhouse-local
    clusterdb couchbase-cli cqlsh createdb createuser curator cypher-shell dropdb dropuser elasticdump esrally etcdctl
    etcdutl fdbcli fdbbackup influx influx_inspect kafkacat kcat keydb-cli mariadb mariadb-admin mariadb-backup
    mariadb-check mariadb-dump mariadb-import mclient mongo mongodump mongoexport mongoimport mongoreplay mongorestore
    mongosh mongostat mongotop mysql mysql_upgrade mysql_config_editor mysqladmin mysqlbinlog mysqlcheck mysqldump
    mysqlimport mysqlpump mysqlrouter mysqlsh mysqlshow mysqlslap nats nats-sub nats-pub neo4j-admin nodetool nsqadmin
    nsqlookupd nsq_tail nsq_to_file nsq_to_http nsq_to_nsq opensearch-cli pg_activity pg_amcheck pg_basebackup
    pg_config pg_dump pg_dumpall pg_isready pg_receivewal pg_restore pg_rewind pg_upgrade pgbackrest pgbench pgbouncer
    pgloader pgpool promtool psql pulsar-admin pulsar-client pulsar-perf rabbitmq-diagnostics rabbitmq-plugins
    rabbitmqadmin rabbitmqctl redis-benchmark redis-check-aof redis-cli reindexdb rpk sqlcmd sqlplus sstableloader
    tkcli vacuumdb valkey-benchmark valkey-cli wal-g wal-e xtrabackup ysqlsh ycqlsh zkCli zookeeper-shell cub
    cruise_control_run
    kafka-storage kafka-mirror-maker kafka-rest-start schema-registry-start ksql ksql-server-start`.split(/\s+/),
);

/**
 * Kafka's tools: consumers, producers, administration and Connect (https://kafka.apache.org/documentation/#basic_ops),
 * and the scripts by which Strimzi starts them (`kafka_connect_run.sh`; its broker is `kafka_run.sh`).
 */
const KAFKA_TOOL = /^(kafka[-_](?!server[-_]start|docker|native|run)[a-z0-9_-]+|connect-[a-z-]+)$/;

/** Flags whose value chooses the part of a program to run: `-target=querier`. */
const ROLE_FLAG = /^--?(target|role|mode|component)=(.+)$/;

/** Words in the name of a script that does one task and ends. */
const TASK_WORDS: ReadonlySet<string> = new Set([
    "backup",
    "backups",
    "check",
    "cleanup",
    "client",
    "consumer",
    "dump",
    "exporter",
    "healthcheck",
    "import",
    "migrate",
    "migration",
    "migrations",
    "producer",
    "restore",
    "seed",
    "test",
    "topics",
    "wait",
]);

function isBystander(invocation: Invocation): boolean {
    const { program } = invocation;
    return (
        UTILITIES.has(program) ||
        CLIENTS.has(program) ||
        KAFKA_TOOL.test(program) ||
        program
            .toLowerCase()
            .split(/[-_.]/)
            .some((word) => TASK_WORDS.has(word))
    );
}

/** True when `word` stands in `words`, alone or as `word=value`. */
function hasWord(words: readonly string[], word: string): boolean {
    return words.some((candidate) => candidate === word || candidate.startsWith(`${word}=`));
}

/** True when the container has the variable, and with that value where `setting` is `NAME=value`. */
function hasSetting(container: Container, setting: string): boolean {
    const [name, value] = setting.split("=", 2);
    return container.variables.some(
        (variable) => variable.name === name && (value === undefined || variable.value === value),
    );
}

function isCommand(invocation: Invocation, command: string): boolean {
    const [program = "", ...rest] = command.split(" ");
    const isProgram = invocation.program === program || (program.includes(".") && invocation.words.includes(program));
    return isProgram && rest.every((word) => invocation.words.includes(word));
}

/** The words of an invocation without its program, and the values of flags that choose a role. */
function roleWords(invocation: Invocation): readonly string[] {
    const words = invocation.words.slice(invocation.program === "" ? 1 : 0);
    return words.flatMap((word) => [word, ...(ROLE_FLAG.exec(word)?.[2]?.split(",") ?? [])]);
}

/** What one invocation in the engine's image is: surely the server, surely something else, or not to be told. */
function roleOf(engine: Engine, invocation: Invocation): "server" | "other" | "open" {
    const { role } = engine;
    const words = roleWords(invocation);
    const named = (names: readonly string[] | undefined) =>
        names?.some((name) => hasWord(words, name) || invocation.program === name) === true;
    if (named(role?.server) || (words.length === 0 && role?.startsServer === true)) {
        return "server";
    }
    if (named(role?.other) || role?.mustBeNamed === true) {
        return "other";
    }
    return engine.commands.some((command) => isCommand(invocation, command)) ? "server" : "open";
}

/** A server command of an engine that a container starts. */
interface ServerCommand {
    /** As the engine's row writes it. */
    readonly command: string;
    /** True when it needs no second trait: a daemon's own program, or a server that is told where its data lies. */
    readonly isPlain: boolean;
}

/** Programs that by their names are daemons: `mysqld`, `redis-server`. */
const DAEMON = /(d|-server|server-start|sqlservr|postgres)$/;

/** Flags by which a server is told where its data lies. */
const DATA_FLAG = /^(-D|--?(data-?_?dir|data-?_?path|dbpath|db-path|path\.data|dir|store_dir|storage\.path))(=|$)/;

/** The engine's server command that the container starts, if it names one and no other role beside it. */
export function serverCommand(engine: Engine, container: Container): ServerCommand | undefined {
    for (const command of engine.commands) {
        const found = container.started.find(
            (invocation) => isCommand(invocation, command) && roleOf(engine, invocation) === "server",
        );
        if (found !== undefined) {
            const isPlain = DAEMON.test(found.program) || found.words.some((word) => DATA_FLAG.test(word));
            return { command, isPlain };
        }
    }
    return undefined;
}

/** True when the environment makes the container a router, a proxy or another member of the engine without data. */
export function isOtherByVariables(engine: Engine, container: Container): boolean {
    return (
        engine.role?.otherVariables?.some((settings) => settings.every((setting) => hasSetting(container, setting))) ===
        true
    );
}

/**
 * True when a container that has the engine's image runs its server: the image's own start, a server command, or a
 * script that is not known for anything else. False for clients, waits, tasks and the image's other roles.
 */
export function isServer(engine: Engine, container: Container): boolean {
    if (engine.role?.variables?.some((setting) => hasSetting(container, setting)) === true) {
        return true;
    }
    if (isOtherByVariables(engine, container)) {
        return false;
    }
    const { started } = container;
    if (started.length === 0) {
        return container.partlyUnknown;
    }
    const roles = new Set(started.map((invocation) => roleOf(engine, invocation)));
    if (roles.has("server") || roles.has("other")) {
        return roles.has("server");
    }
    return started.some((invocation) => !isBystander(invocation));
}

/** True when everything that the container starts is a client, a utility or a task. */
export function isBystanderOnly(container: Container): boolean {
    const { started } = container;
    return started.length > 0 && started.every((invocation) => isBystander(invocation));
}

/** Variables that hold arguments of the server, as images without a free command line have (`REDIS_ARGS`). */
const ARGUMENTS = /_(ARGS|EXTRA_FLAGS)$/;

/** True when a setting of the command line or environment, or a mounted store, makes the engine keep its data. */
export function isMadeDurable(engine: Engine, container: Container, paths: readonly string[]): boolean {
    const fromVariables = container.variables
        .filter(({ name }) => ARGUMENTS.test(name))
        .map(({ value }) => value ?? "");
    const words = [...container.started.flatMap((invocation) => invocation.words), ...fromVariables];
    return (
        engine.durableOnly?.command?.test(` ${words.join(" ")} `) === true ||
        paths.some((path) => engine.durableOnly?.path?.test(path) === true) ||
        (engine.durableOnly?.variables ?? []).some((setting) => hasSetting(container, setting))
    );
}
