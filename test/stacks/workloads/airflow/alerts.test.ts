import assert from "node:assert/strict";
import { airflowAlerts } from "../../../../stacks/workloads/airflow/alerts.ts";
import { assertParses, metricNames, unaggregatedSelectors, vectorSelectors } from "../../../support/promql.ts";

const { name, rules } = airflowAlerts({
    name: "airflow",
    namespace: "airflow",
    system: "airflow",
    containers: ["airflow-statsd"],
});

/**
 * Of Airflow 3.3's `metrics_template.yaml`, as the exporter names them: counters and gauges with underscores, timers as
 * summaries.
 */
const KNOWN_METRICS = [
    "airflow_dag_processing_import_errors",
    "airflow_dag_processing_total_parse_time",
    "airflow_dag_processor_heartbeat",
    "airflow_dagrun_duration_failed_count",
    "airflow_kubernetes_executor_pod_creation_status",
    "airflow_pool_open_slots",
    "airflow_pool_queued_slots",
    "airflow_pool_scheduled_slots",
    "airflow_scheduler_heartbeat",
    "airflow_task_instances_without_heartbeats_killed",
    "airflow_ti_failures",
    "airflow_ti_start",
    "airflow_ti_successes",
    "airflow_triggerer_heartbeat",
];

const exprOf = (alert: string): string => rules.find((rule) => rule.alert === alert)?.expr ?? "";

describe("Airflow's alerts", () => {
    it("are PromQL on metrics that Airflow has", () => {
        for (const { expr } of rules) {
            assertParses(expr);
        }
        assert.deepEqual([...new Set(rules.flatMap(({ expr }) => metricNames(expr)))].toSorted(), KNOWN_METRICS);
    });

    it("aggregate before they compare, so that no label of the exporter's pod gets into them", () => {
        assert.deepEqual(
            rules.filter(({ expr }) => unaggregatedSelectors(expr).length > 0).map(({ alert }) => alert),
            [],
        );
    });

    it("look at what this Airflow's exporter reports", () => {
        for (const selected of rules.flatMap(({ expr }) => vectorSelectors(expr))) {
            assert.match(selected, /\{namespace="airflow",container="airflow-statsd"(,status!="200")?\}$/);
        }
    });

    it("page when orchestration stands still, and for nothing else", () => {
        assert.deepEqual(
            rules.filter(({ labels }) => labels["severity"] === "critical").map(({ alert }) => alert),
            ["AirflowSchedulerSilent", "AirflowTasksNotStarting"],
        );
        assert.deepEqual(
            rules.map(({ alert }) => alert),
            [
                "AirflowSchedulerSilent",
                "AirflowDagProcessorSilent",
                "AirflowTriggererSilent",
                "AirflowTasksNotStarting",
                "AirflowTasksQueuedLong",
                "AirflowPoolStarving",
                "AirflowTaskPodsRefused",
                "AirflowTasksFailing",
                "AirflowDagRunFailed",
                "AirflowTasksLost",
                "AirflowDagImportErrors",
                "AirflowDagParsingSlow",
                "AirflowMetricsMissing",
            ],
        );
    });

    it("tell of dead schedulers within the five minutes that orchestration may be down", () => {
        const rule = rules.find(({ alert }) => alert === "AirflowSchedulerSilent");
        assert.match(rule?.expr ?? "", /\[2m\]\)\) == 0$/);
        assert.equal(rule?.for, "1m");
    });

    it("hear of a counter's first step, which has nothing before it", () => {
        for (const alert of ["AirflowDagRunFailed", "AirflowTasksLost", "AirflowTaskPodsRefused"]) {
            assert.match(exprOf(alert), / or sum by \(\w+\) \((\S+) unless \1 offset (1h|15m)\) > 0\)$/, alert);
        }
    });

    it("do not take a slow day for a failing one", () => {
        assert.match(exprOf("AirflowTasksFailing"), /> 0\.2 and .* >= 5$/);
    });

    it("point at the namespaces that they are about", () => {
        const text = (alert: string): string =>
            rules.find((rule) => rule.alert === alert)?.annotations["description"] ?? "";
        assert.match(text("AirflowTasksNotStarting"), /kubectl --namespace airflow-tasks get/);
        assert.match(text("AirflowDagImportErrors"), /kubectl --namespace airflow logs/);
        assert.equal(name, "orchestration.airflow.airflow");
    });
});
