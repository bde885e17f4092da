import { stringify } from "yaml";
import type { StatelessServiceArgs } from "../../../components/stateless-service.ts";
import type { Peer } from "../../../components/workload-args.ts";

/** Name of the exporter, and of its container. */
export const STATSD = "airflow-statsd";

const INGEST_PORT = 9125;
const METRICS_PORT = 9102;
const MAPPING_FILE = "/etc/statsd/mapping.yaml";
/** `nobody`, which the image names; a check for root wants a number. */
const NOBODY = 65_534;

/**
 * How Airflow sends its metrics: by UDP, so that nothing waits for who takes them, with what varies in tags instead of in
 * names. Without `task_id` and the file's path there is a series for each DAG, not for each task of it.
 *
 * OpenTelemetry would take a collector more, and the image has StatsD's client alone.
 *
 * Source: Airflow 3.3, `config_templates/config.yml`, section `metrics`; `_shared/observability/metrics`.
 */
export function metricsEnvironment(host: string): Record<string, string> {
    return {
        AIRFLOW__METRICS__STATSD_ON: "True",
        AIRFLOW__METRICS__STATSD_HOST: host,
        AIRFLOW__METRICS__STATSD_PORT: String(INGEST_PORT),
        AIRFLOW__METRICS__STATSD_INFLUXDB_ENABLED: "True",
        AIRFLOW__METRICS__STATSD_DISABLED_TAGS: "job_id,run_id,task_id,file_path",
        AIRFLOW__METRICS__LEGACY_NAMES_ON: "False",
        // Gauges for each task, which would overwrite each other without its name; and a name with a DAG's in it, which
        // another metric has as a tag. Commas part the expressions.
        AIRFLOW__METRICS__METRICS_BLOCK_LIST: String.raw`^ti\.(scheduled|queued|running|deferred),^dagrun\..+\.first_task_`,
    };
}

/**
 * Names stay as Airflow has them, with underscores for dots. A gauge that nobody sends any more is gone after a while: one
 * of a triggerer is named by its host, and one that was sent last by a dead scheduler would stand still for good.
 *
 * Source: statsd_exporter 0.31, README, "Metric mapping and configuration", "Time series expiration".
 */
const MAPPING = {
    defaults: { observer_type: "summary" },
    mappings: [{ match: ".+", match_type: "regex", match_metric_type: "gauge", name: "$0", ttl: "10m" }],
};

/**
 * The exporter: one, because counters and gauges of one process have to end up in one place. While it restarts, metrics
 * are lost and nothing else; Airflow finds its Service's address when a process starts, and goes on without metrics where
 * there is none, so it has to be there first.
 */
export function statsdExporter(
    senders: readonly Peer[],
): Pick<
    StatelessServiceArgs,
    "args" | "replicas" | "configFiles" | "ports" | "metrics" | "health" | "security" | "allowFrom"
> {
    return {
        args: [
            `--statsd.listen-udp=:${INGEST_PORT}`,
            "--statsd.listen-tcp=",
            `--web.listen-address=:${METRICS_PORT}`,
            `--statsd.mapping-config=${MAPPING_FILE}`,
        ],
        replicas: 1,
        configFiles: { [MAPPING_FILE]: stringify(MAPPING, { lineWidth: 0 }) },
        ports: { ingest: { port: INGEST_PORT, protocol: "UDP" }, metrics: METRICS_PORT },
        metrics: { port: "metrics" },
        health: {
            ready: { kind: "http", path: "/-/ready", port: "metrics" },
            alive: { kind: "http", path: "/-/healthy", port: "metrics" },
            startUp: "30 seconds",
        },
        security: { user: NOBODY, group: NOBODY },
        allowFrom: senders.map((sender) => ({ ...sender, ports: ["ingest"] })),
    };
}
