import type { System } from "./system.ts";
import { AIRFLOW } from "./systems/airflow.ts";
import { CACHE } from "./systems/cache.ts";
import { CELEBORN } from "./systems/celeborn.ts";
import { DATABASE_ARCHIVE, DATABASE_MEMBERS } from "./systems/database.ts";
import { FLINK } from "./systems/flink.ts";
import { FLUENT_BIT } from "./systems/fluent-bit.ts";
import { KAFKA } from "./systems/kafka.ts";
import { KAFKA_CONNECT } from "./systems/kafka-connect.ts";
import { KAFKA_CONSUMERS } from "./systems/kafka-consumers.ts";
import { NODES } from "./systems/nodes.ts";
import { SPARK_APPLICATION } from "./systems/spark-application.ts";
import { ZOOKEEPER } from "./systems/zookeeper.ts";

/** Everything that has alerts on what it does. */
export const SYSTEMS: readonly System[] = [
    AIRFLOW,
    CACHE,
    CELEBORN,
    DATABASE_ARCHIVE,
    DATABASE_MEMBERS,
    FLINK,
    FLUENT_BIT,
    KAFKA,
    KAFKA_CONNECT,
    KAFKA_CONSUMERS,
    NODES,
    SPARK_APPLICATION,
    ZOOKEEPER,
];
