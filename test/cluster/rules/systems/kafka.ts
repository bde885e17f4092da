import { having, lately, silent } from "../changes.ts";
import { type Series, series } from "../metric.ts";
import { all, type System } from "../system.ts";

const BROKER = "kafka-broker";
const CONTROLLER = "kafka-controller";

/** Of each pod of a StatefulSet, with one value for all or one for each. */
function each(set: string, first: number, metric: string, values: number | readonly number[]): readonly Series[] {
    return [0, 1, 2].map((n) =>
        series(
            metric,
            { namespace: "kafka", container: set, pod: `${set}-${first + n}` },
            typeof values === "number" ? values : (values[n] ?? 0),
        ),
    );
}

const ofBrokers = (metric: string, value: number): readonly Series[] => each(BROKER, 100, metric, value);
const ofControllers = (metric: string, values: number | readonly number[]): readonly Series[] =>
    each(CONTROLLER, 0, metric, values);

const OFFLINE = "kafka_controller_kafkacontroller_offlinepartitionscount";
const ACTIVE = "kafka_controller_kafkacontroller_activecontrollercount";
const FENCED = "kafka_controller_kafkacontroller_fencedbrokercount";
const UNCLEAN = "kafka_controller_controllerstats_uncleanleaderelections_total";
const BEHIND = "kafka_server_replicamanager_underreplicatedpartitions";
const TOO_FEW = "kafka_server_replicamanager_underminisrpartitioncount";
const DIRECTORY = "kafka_log_logmanager_offlinelogdirectorycount";
const IDLE = "kafka_server_kafkarequesthandlerpool_requesthandleravgidle_percent";

const FIRST_BROKER = { pod: `${BROKER}-100` };
/** An election, between two evaluations. */
const ELECTION = 60;
/** Shorter than a broker's ordinary restart may be. */
const RESTART = 480;

/** Brokers and controllers, and the data that they keep. */
export const KAFKA: System = {
    rules: "kafka-cluster",
    well: () => [
        ...ofControllers(OFFLINE, 0),
        ...ofControllers(ACTIVE, [1, 0, 0]),
        ...ofControllers(FENCED, 0),
        ...ofControllers(UNCLEAN, 5),
        ...ofBrokers(BEHIND, 0),
        ...ofBrokers(TOO_FEW, 0),
        ...ofBrokers(DIRECTORY, 0),
        ...ofBrokers(IDLE, 0.9),
    ],
    misfortunes: [
        {
            what: "partitions without a leader",
            alerts: ["KafkaPartitionsOffline"],
            change: having(OFFLINE, { value: 2 }, { pod: `${CONTROLLER}-0` }),
            nearly: { what: "while one is elected", change: lately(ELECTION, OFFLINE, 2) },
        },
        {
            what: "no active controller",
            alerts: ["KafkaActiveControllers"],
            change: having(ACTIVE, { value: 0 }),
            nearly: { what: "while one is elected", change: lately(ELECTION, ACTIVE, 0) },
        },
        {
            what: "two active controllers",
            alerts: ["KafkaActiveControllers"],
            change: having(ACTIVE, { value: 1 }, { pod: `${CONTROLLER}-1` }),
            nearly: {
                what: "another one than before",
                change: all(
                    having(ACTIVE, { value: 0 }, { pod: `${CONTROLLER}-0` }),
                    having(ACTIVE, { value: 1 }, { pod: `${CONTROLLER}-1` }),
                ),
            },
        },
        {
            what: "copies that are missing",
            alerts: ["KafkaPartitionsUnderReplicated"],
            change: having(BEHIND, { value: 16 }),
            nearly: { what: "while a broker restarts", change: lately(RESTART, BEHIND, 16) },
        },
        {
            what: "two of three copies that are missing",
            alerts: ["KafkaPartitionsUnderMinIsr", "KafkaPartitionsUnderReplicated"],
            change: all(having(BEHIND, { value: 16 }), having(TOO_FEW, { value: 16 }, FIRST_BROKER)),
            nearly: {
                what: "for as long as a leader is elected",
                change: all(lately(ELECTION, BEHIND, 16), lately(ELECTION, TOO_FEW, 16)),
            },
        },
        {
            what: "a volume that cannot be written",
            alerts: ["KafkaLogDirectoryOffline"],
            change: having(DIRECTORY, { value: 1 }, FIRST_BROKER),
            nearly: { what: "one that is slow", change: having(IDLE, { value: 0.25 }, FIRST_BROKER) },
        },
        {
            what: "a leader that was behind",
            alerts: ["KafkaUncleanElection"],
            change: having(UNCLEAN, { growth: 0.1 }, { pod: `${CONTROLLER}-0` }),
            nearly: { what: "some time ago", change: having(UNCLEAN, { value: 7 }) },
        },
        {
            what: "a broker that takes no part",
            alerts: ["KafkaBrokersFenced"],
            change: having(FENCED, { value: 1 }),
            nearly: { what: "while it restarts", change: lately(RESTART, FENCED, 1) },
        },
        {
            what: "a broker with too much to do",
            alerts: ["KafkaBrokerOverloaded"],
            change: having(IDLE, { value: 0.15 }, FIRST_BROKER),
            nearly: { what: "with much to do", change: having(IDLE, { value: 0.25 }, FIRST_BROKER) },
        },
        {
            what: "brokers that report nothing",
            alerts: ["KafkaMetricsMissing"],
            change: silent({ container: BROKER }),
            nearly: { what: "one of them", change: silent(FIRST_BROKER) },
        },
        {
            what: "controllers that report nothing",
            alerts: ["KafkaMetricsMissing"],
            change: silent({ container: CONTROLLER }),
            nearly: { what: "one that is not active", change: silent({ pod: `${CONTROLLER}-2` }) },
        },
    ],
};
