import { selector } from "../../../components/alerts/promql.ts";
import { alertRule, groupName } from "../../../components/alerts/rule.ts";
import type { AlertGroup, AlertRule, AlertSubject } from "../../../components/alerts/subject.ts";
import { worstLoss } from "./losses.ts";
import { LOKI_OUTPUT } from "./pipeline.ts";

/** Part of a buffer, in percent, that is free when somebody has to look. */
const FREE_PERCENT = 25;
/** Minutes of a busy node's own logs that still fit into it then. */
const FREE_MINUTES = Math.floor((worstLoss().outage.application * FREE_PERCENT) / 100 / 60);
/** Deliveries are tried again after a minute at the latest, so a window of ten sees every collector that fails. */
const WINDOW = "10m";

type Metrics = (metric: string) => string;

function recordsDropped(subject: AlertSubject, kept: Metrics): AlertRule {
    return alertRule(subject, {
        alert: "LogRecordsDropped",
        severity: "critical",
        expr: `sum by (name) (increase(${kept("fluentbit_output_dropped_records_total")}[${WINDOW}])) > 0`,
        summary: "Log records for {{ $labels.name }} are lost.",
        description:
            "About {{ $value | humanize }} records were dropped in ten minutes: a buffer was full, or the destination " +
            `refused them for good. They are missing from what has to be kept. First: kubectl --namespace ${subject.namespace} ` +
            `logs daemonset/${subject.name} says why deliveries fail.`,
    });
}

function bufferNearLimit(subject: AlertSubject, of: Metrics): AlertRule {
    const free = `max by (pod, name) (${of("fluentbit_output_chunk_available_capacity_percent")})`;
    return alertRule(subject, {
        alert: "LogBufferNearLimit",
        severity: "warning",
        expr: `count by (name) (${free} < ${FREE_PERCENT})`,
        forSeconds: 60,
        summary: "Buffers for {{ $labels.name }} are nearly full.",
        description:
            `On {{ $value }} node(s) less than ${FREE_PERCENT} % of the buffer is free; when it is full, in some ${FREE_MINUTES} minutes ` +
            "on a busy node, the oldest records are dropped. First: find out whether all nodes are concerned (destination, permissions, network) or one (a pod " +
            "that writes more than the node can deliver).",
    });
}

function deliveryStalled(subject: AlertSubject, of: Metrics): AlertRule {
    const grew = (metric: string): string => `(sum by (pod, name) (increase(${of(metric)}[${WINDOW}])) > 0)`;
    return alertRule(subject, {
        alert: "LogDeliveryStalled",
        severity: "warning",
        expr:
            `count by (name) (${grew("fluentbit_output_retries_total")} unless on (pod, name) ` +
            `${grew("fluentbit_output_proc_records_total")})`,
        forSeconds: 120,
        summary: "No logs for {{ $labels.name }} are delivered.",
        description:
            "{{ $value }} collector(s) try again and again and have delivered nothing for ten minutes; their records wait on " +
            `the nodes' disks. First: kubectl --namespace ${subject.namespace} logs daemonset/${subject.name}; then the ` +
            "permissions of the service account's role, and the way to the destination.",
    });
}

function deliveryRefused(subject: AlertSubject, of: Metrics): AlertRule {
    const grew = (metric: string): string => `sum by (name) (increase(${of(metric)}[${WINDOW}])) > 0`;
    return alertRule(subject, {
        alert: "LogDeliveryRefused",
        severity: "warning",
        expr: `${grew("fluentbit_output_errors_total")} or ${grew("fluentbit_output_retries_failed_total")}`,
        summary: "Deliveries of logs for {{ $labels.name }} are given up.",
        description:
            "{{ $value | humanize }} chunk(s) in ten minutes will not be tried again: the destination refuses them for what " +
            `they are, or Fluent Bit cannot read them. First: kubectl --namespace ${subject.namespace} logs ` +
            `daemonset/${subject.name} has the destination's answer.`,
    });
}

function metricsMissing(subject: AlertSubject, of: Metrics): AlertRule {
    return alertRule(subject, {
        alert: "LogMetricsMissing",
        severity: "warning",
        expr: `absent(${of("fluentbit_output_proc_records_total")})`,
        forSeconds: 300,
        summary: "The log collectors report nothing.",
        description:
            `No metric of ${subject.namespace}/${subject.name} reaches Prometheus, so nobody would learn of lost records. ` +
            "First: look at the targets of its PodMonitor, and at the network policy.",
    });
}

/**
 * Alerts on what becomes of the records, beside those that every agent has on its pods (a node without one is among them):
 * lost, about to be lost, not delivered, refused, and nothing known.
 *
 * Source of names: Fluent Bit 4.2, `src/flb_output.c`, `flb_output_init_all`; each counter starts at zero, so that the first
 * one counts.
 *
 * @param subject the collector; `name` is its container's, too
 */
export function deliveryAlerts(subject: AlertSubject): AlertGroup {
    const of: Metrics = (metric) => selector(metric, { namespace: subject.namespace, container: subject.name });
    // What Loki has lost is in CloudWatch.
    const kept: Metrics = (metric) =>
        selector(metric, { namespace: subject.namespace, container: subject.name, name: { not: LOKI_OUTPUT } });
    return {
        name: groupName("LogDelivery", subject),
        rules: [
            recordsDropped(subject, kept),
            bufferNearLimit(subject, of),
            deliveryStalled(subject, of),
            deliveryRefused(subject, of),
            metricsMissing(subject, of),
        ],
    };
}
