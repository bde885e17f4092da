import { having, lately, relabelled, silent } from "../changes.ts";
import { type Series, series } from "../metric.ts";
import type { System } from "../system.ts";

const TASKS = "kafka_connect_worker_connector_tasks";
const STATUS = "kafka_connect_connector_status";
const REBALANCING = "kafka_connect_worker_rebalancing";

const CONTAINER = "kafka-connect";
const connector = "orders";

function worker(n: number): readonly Series[] {
    const of = { namespace: "kafka", container: CONTAINER, pod: `${CONTAINER}-${n}` };
    return [
        ...["running", "failed", "paused", "unassigned"].map((state) =>
            series(TASKS, { ...of, connector, state }, state === "running" ? 2 : 0),
        ),
        series(STATUS, { ...of, connector, status: "running" }, 1),
        series(REBALANCING, of, 0),
        series("kafka_connect_worker_tasks", of, 2),
    ];
}

/** Workers of Kafka Connect, and what they run. */
export const KAFKA_CONNECT: System = {
    rules: "kafka-connectors",
    well: () => [0, 1, 2].flatMap(worker),
    misfortunes: [
        {
            what: "a task that failed",
            alerts: ["KafkaConnectTasksFailed"],
            change: having(TASKS, { value: 1 }, { state: "failed", pod: `${CONTAINER}-1` }),
            nearly: { what: "that somebody paused", change: having(TASKS, { value: 1 }, { state: "paused" }) },
        },
        {
            what: "a connector that failed",
            alerts: ["KafkaConnectConnectorFailed"],
            change: relabelled(STATUS, { pod: `${CONTAINER}-1` }, { status: "failed" }),
            nearly: { what: "that somebody paused", change: relabelled(STATUS, {}, { status: "paused" }) },
        },
        {
            what: "workers that go on sharing out their tasks",
            alerts: ["KafkaConnectRebalances"],
            change: having(REBALANCING, { value: 1 }),
            nearly: { what: "for a minute", change: lately(60, REBALANCING, 1) },
        },
        {
            what: "workers that report nothing",
            alerts: ["KafkaConnectMetricsMissing"],
            change: silent({ container: CONTAINER }),
            nearly: { what: "one of them", change: silent({ pod: `${CONTAINER}-0` }) },
        },
    ],
};
