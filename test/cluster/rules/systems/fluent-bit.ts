import { LOKI_OUTPUT } from "../../../../stacks/platform/logging/pipeline.ts";
import { having, lately, silent } from "../changes.ts";
import { type Series, series } from "../metric.ts";
import { all, type System } from "../system.ts";

const DELIVERED = "fluentbit_output_proc_records_total";
const DROPPED = "fluentbit_output_dropped_records_total";
const RETRIES = "fluentbit_output_retries_total";
const REFUSED = "fluentbit_output_errors_total";
const GIVEN_UP = "fluentbit_output_retries_failed_total";
const FREE = "fluentbit_output_chunk_available_capacity_percent";

const CONTAINER = "fluent-bit";
const NODES = [0, 1, 2] as const;

function collector(n: number): readonly Series[] {
    return ["application", LOKI_OUTPUT].flatMap((name) => {
        const of = { namespace: "node-agents", container: CONTAINER, pod: `${CONTAINER}-${n}`, name };
        return [
            series(DELIVERED, of, 0, 100),
            series(RETRIES, of, 0),
            series(DROPPED, of, 0),
            series(REFUSED, of, 0),
            series(GIVEN_UP, of, 0),
            series(FREE, of, 90),
        ];
    });
}

/** What becomes of the records that are collected. */
export const FLUENT_BIT: System = {
    rules: "fluent-bit-delivery",
    well: () => NODES.flatMap(collector),
    misfortunes: [
        {
            what: "records that are dropped",
            alerts: ["LogRecordsDropped"],
            change: having(DROPPED, { growth: 1 }, { name: "application" }),
            nearly: { what: "of which there is a copy", change: having(DROPPED, { growth: 1 }, { name: LOKI_OUTPUT }) },
        },
        {
            what: "a buffer that is nearly full",
            alerts: ["LogBufferNearLimit"],
            change: having(FREE, { value: 10 }, { pod: `${CONTAINER}-1` }),
            nearly: { what: "for some seconds", change: lately(30, FREE, 10) },
        },
        {
            what: "deliveries that fail",
            alerts: ["LogDeliveryStalled"],
            change: all(having(RETRIES, { growth: 1 }), having(DELIVERED, { growth: 0 })),
            nearly: { what: "at the first try", change: having(RETRIES, { growth: 1 }) },
        },
        {
            what: "deliveries that are refused",
            alerts: ["LogDeliveryRefused"],
            change: having(REFUSED, { growth: 1 }),
            nearly: { what: "and tried again", change: having(RETRIES, { growth: 1 }) },
        },
        {
            what: "deliveries that were tried too often",
            alerts: ["LogDeliveryRefused"],
            change: having(GIVEN_UP, { growth: 1 }),
            nearly: { what: "some time ago", change: having(GIVEN_UP, { value: 4 }) },
        },
        {
            what: "collectors that report nothing",
            alerts: ["LogMetricsMissing"],
            change: silent({ container: CONTAINER }),
            nearly: { what: "one of them", change: silent({ pod: `${CONTAINER}-0` }) },
        },
    ],
};
