import { type Duration, seconds } from "../../../components/values/duration.ts";
import type { AwsFacts } from "../../infrastructure/aws-facts.ts";
import { celebornClientSettings, LIFECYCLE_PORT } from "./celeborn-settings.ts";
import { eventLogSettings, fallbackSettings, type SparkSettings } from "./storage.ts";
import { IVY_SETTINGS } from "./submit.ts";

/** Where a driver and its executors listen; by default some of these are any port that is free. */
export const SPARK_PORTS = {
    /** Executors register, and report. */
    driver: 7078,
    /** Blocks: what was shuffled, cached, broadcast. */
    blocks: 7079,
    /** Pages and metrics of a driver. */
    ui: 4040,
    /** With Celeborn, executors ask the driver where to push to. */
    lifecycle: LIFECYCLE_PORT,
} as const;

/** What Spark itself calls the port of a driver's pages. Source: Spark, `Constants.UI_PORT_NAME`. */
export const UI_PORT_NAME = "spark-ui";

/** Paths of a driver's metrics: its own, and those that executors report to it. Source: Spark, "Monitoring". */
export const METRICS_PATHS = { driver: "/metrics/prometheus", executors: "/metrics/executors/prometheus" } as const;

/** From the notice of a spot node's end to the end, less what it takes to hear of it. */
const NOTICE: Duration = "110 seconds";

/** For how long an idle executor is kept for what it holds; without a limit tracking keeps it to the application's end. */
export const KEEP_SHUFFLED: Duration = "30 minutes";

/** Who keeps what is shuffled. */
export type Shuffle = { readonly kind: "tracking" } | { readonly kind: "celeborn"; readonly endpoints: string };

/**
 * Executors on nodes that go: an executor takes its blocks to others, or to the fallback, and tasks that it would not end
 * are tried elsewhere. With Celeborn only what is cached is left to move.
 *
 * Source: Spark, "Configuration", `spark.decommission` and `spark.storage.decommission`.
 */
function decommissionSettings(shuffle: Shuffle, aws: AwsFacts | undefined): SparkSettings {
    const keepsShuffles = shuffle.kind === "tracking";
    return {
        "spark.decommission.enabled": "true",
        "spark.executor.decommission.killInterval": `${seconds(NOTICE)}s`,
        "spark.storage.decommission.enabled": "true",
        "spark.storage.decommission.rddBlocks.enabled": "true",
        "spark.storage.decommission.shuffleBlocks.enabled": String(keepsShuffles),
        ...(keepsShuffles && aws !== undefined ? fallbackSettings(aws) : {}),
    };
}

/** Source: Spark, "Monitoring", `PrometheusServlet`: the page of a driver shows the metrics, nothing else listens. */
const METRICS: SparkSettings = {
    "spark.ui.prometheus.enabled": "true",
    "spark.metrics.conf.*.sink.prometheusServlet.class": "org.apache.spark.metrics.sink.PrometheusServlet",
    "spark.metrics.conf.*.sink.prometheusServlet.path": METRICS_PATHS.driver,
    // Otherwise an application's id, and with it every name of a metric, is another in each run.
    "spark.metrics.namespace": "spark",
};

const PORTS: SparkSettings = {
    "spark.driver.port": String(SPARK_PORTS.driver),
    "spark.driver.blockManager.port": String(SPARK_PORTS.blocks),
    "spark.blockManager.port": String(SPARK_PORTS.blocks),
    "spark.ui.port": String(SPARK_PORTS.ui),
};

/** The settings of an application that has pods of its own; what the custom resource has fields for is not among them. */
export function applicationSettings(shuffle: Shuffle, aws: AwsFacts | undefined): SparkSettings {
    return {
        ...PORTS,
        ...METRICS,
        ...decommissionSettings(shuffle, aws),
        ...(aws === undefined ? {} : eventLogSettings(aws)),
        ...(shuffle.kind === "celeborn" ? celebornClientSettings(shuffle.endpoints) : {}),
        "spark.dynamicAllocation.cachedExecutorIdleTimeout": `${seconds(KEEP_SHUFFLED)}s`,
        ...IVY_SETTINGS,
    };
}
