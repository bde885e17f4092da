import type { IPodMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor";
import type { IPrometheusRule } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule";
import type { AlertGroup } from "../alerts/subject.ts";
import { selectorLabels } from "../support/naming.ts";
import { prometheusDuration, seconds } from "../values/duration.ts";
import type { Metrics } from "../workload-args.ts";

const SCRAPE_SECONDS = 30;

/** Where Prometheus finds a workload's metrics. */
export function podMonitor(name: string, metrics: Metrics): Pick<IPodMonitor, "apiVersion" | "kind" | "spec"> {
    return {
        apiVersion: "monitoring.coreos.com/v1",
        kind: "PodMonitor",
        spec: {
            selector: { matchLabels: selectorLabels(name) },
            podMetricsEndpoints: [
                {
                    port: metrics.port,
                    path: metrics.path ?? "/metrics",
                    interval: prometheusDuration(metrics.every === undefined ? SCRAPE_SECONDS : seconds(metrics.every)),
                },
            ],
        },
    };
}

/** The kind of object that holds alerts. */
export const PROMETHEUS_RULE: Pick<IPrometheusRule, "apiVersion" | "kind"> = {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PrometheusRule",
};

/** The alerts of a workload as the spec of one object. */
export function prometheusRuleSpec(groups: readonly AlertGroup[]): IPrometheusRule["spec"] {
    return { groups: groups.map((group) => ({ name: group.name, rules: group.rules.map((rule) => ({ ...rule })) })) };
}
