import { prometheusDuration } from "../values/duration.ts";
import { type Matcher, selector } from "./promql.ts";
import type { AlertRule, AlertSubject } from "./subject.ts";
import { guardSeconds } from "./timing.ts";

/** `critical` pages: the workload's promise is broken, or only a person can mend it. `warning` waits for the morning. */
type Severity = "critical" | "warning";

/** An alert without what all alerts of a workload have in common. */
export interface AlertText {
    /** Name of the alert, the same for every workload of the kind. */
    readonly alert: string;
    readonly severity: Severity;
    readonly expr: string;
    /**
     * Seconds for which the expression has to hold.
     * @default it fires at once
     */
    readonly forSeconds?: number;
    readonly summary: string;
    /** What was found (`{{ $value }}`), what it means, what to do first. */
    readonly description: string;
}

/** Adds the labels and links of the workload to an alert. */
export function alertRule(subject: AlertSubject, text: AlertText): AlertRule {
    return {
        alert: text.alert,
        expr: text.expr,
        ...(text.forSeconds === undefined ? {} : { for: prometheusDuration(text.forSeconds) }),
        labels: {
            severity: text.severity,
            system: subject.system,
            namespace: subject.namespace,
            workload: subject.name,
        },
        annotations: {
            summary: text.summary,
            description: text.description,
            ...(subject.runbookUrl === undefined ? {} : { runbook_url: subject.runbookUrl }),
        },
    };
}

/**
 * The guard of a workload: without its metrics no other alert can fire. Equality matchers only, since `absent` makes
 * its labels from these and drops all others.
 */
export function metricsMissing(
    subject: AlertSubject & { readonly downtimeSeconds?: number },
    kind: string,
    metric: string,
    matchers: Readonly<Record<string, Extract<Matcher, string>>>,
): AlertRule {
    return alertRule(subject, {
        alert: `${kind}MetricsMissing`,
        severity: subject.downtimeSeconds === undefined ? "warning" : "critical",
        expr: `absent(${selector(metric, matchers)})`,
        forSeconds: guardSeconds(subject),
        summary: `${kind} ${subject.namespace}/${subject.name} is not reported at all.`,
        description:
            `kube-state-metrics reports no ${kind} ${subject.name} in ${subject.namespace}: the object was deleted, or its ` +
            `metrics are not scraped, and then none of its other alerts can fire. First: kubectl --namespace ` +
            `${subject.namespace} get ${kind.toLowerCase()}; if it is there, look at the targets of kube-state-metrics.`,
    });
}

/** Name of the group of a workload's alerts; one of a kind in the whole cluster. */
export function groupName(kind: string, subject: AlertSubject): string {
    return `${kind.toLowerCase()}.${subject.namespace}.${subject.name}`;
}
