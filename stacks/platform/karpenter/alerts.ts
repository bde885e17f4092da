import { lines, maxBy, selector } from "../../../components/alerts/promql.ts";
import { alertRule, groupName } from "../../../components/alerts/rule.ts";
import type { AlertGroup, AlertRule, AlertSubject } from "../../../components/alerts/subject.ts";
import { AGENT_NOT_READY } from "../../infrastructure/pools.ts";

/** Karpenter gives up a node that has not joined after 15 minutes (`registrationTimeout`); this is before. */
const NOT_INITIALIZED_SECONDS = 600;
/** A taint that an agent removes within two minutes of the node's start, and time to be pulled for its image. */
const STARTING_SECONDS = 600;
/** Of the two minutes' notice that a spot instance has; what is left drains it. */
const NOTICE_SECONDS = 30;
/** A pool that is this full may be at its limit before somebody has decided on more. */
const FULL_PERCENT = 90;
const WINDOW = "15m";

/** Karpenter's metrics, wherever its pods are: they come from its ServiceMonitor. */
type Metrics = (metric: string, matchers?: Parameters<typeof selector>[1]) => string;

/** Nodes that have joined and take no pods: of managed groups as well. */
function nodeKeptEmpty(subject: AlertSubject): AlertRule {
    const tainted = maxBy(["node"], selector("kube_node_spec_taint", { key: AGENT_NOT_READY.key }));
    return alertRule(subject, {
        alert: "NodeStartupTaintRemains",
        severity: "warning",
        expr: `${tainted} > 0`,
        forSeconds: STARTING_SECONDS,
        summary: "Node {{ $labels.node }} takes no pods.",
        description:
            `It still has the taint ${AGENT_NOT_READY.key}, which the EBS driver's agent removes when it has started. First: ` +
            "kubectl --namespace kube-system get pods --selector app=ebs-csi-node --field-selector " +
            "spec.nodeName={{ $labels.node }}; its log says why.",
    });
}

function nodeNotInitialized(subject: AlertSubject, of: Metrics): AlertRule {
    const waiting = of("operator_nodeclaim_status_condition_current_status_seconds", {
        type: "Initialized",
        status: { not: "True" },
    });
    return alertRule(subject, {
        alert: "NodeNotInitialized",
        severity: "warning",
        expr: `${maxBy(["name"], waiting)} > ${NOT_INITIALIZED_SECONDS}`,
        summary: "Node claim {{ $labels.name }} has become no node that takes pods.",
        description:
            "A machine runs, and is paid, for {{ $value | humanizeDuration }} without being ready. First: kubectl describe " +
            "nodeclaim {{ $labels.name }} names the condition that is missing: Registered (the machine's log in EC2: role, " +
            "access entry, network), or Initialized (start-up taints, and the agents that remove them).",
    });
}

function nodesNeverJoin(subject: AlertSubject, of: Metrics): AlertRule {
    const gaveUp = of("karpenter_nodeclaims_disrupted_total", {
        reason: { oneOf: ["registration_timeout", "launch_timeout"] },
    });
    return alertRule(subject, {
        alert: "NodesNeverJoin",
        severity: "critical",
        expr: `sum by (nodepool) (increase(${gaveUp}[1h])) > 1`,
        summary: "Machines of pool {{ $labels.nodepool }} are started and given up.",
        description:
            "Karpenter started {{ $value | humanize }} machines within the hour that never joined the cluster, and starts the " +
            "next ones. First: kubectl describe nodepool {{ $labels.nodepool }}, condition NodeRegistrationHealthy; then the " +
            "system log of such an instance.",
    });
}

function launchesFail(subject: AlertSubject, of: Metrics): AlertRule {
    const failed = of("karpenter_cloudprovider_errors_total", { method: "Create" });
    return alertRule(subject, {
        alert: "NodeLaunchesFail",
        severity: "warning",
        expr: `sum by (error) (increase(${failed}[${WINDOW}])) > 3`,
        forSeconds: 300,
        summary: "Karpenter cannot start machines{{ with $labels.error }} ({{ . }}){{ end }}.",
        description:
            "{{ $value | humanize }} attempts failed within 15 minutes. InsufficientCapacityError: EC2 has none of the pool's " +
            "types; add families. NodeClassNotReadyError, or no name: rights, image, subnets. First: kubectl --namespace " +
            `${subject.namespace} logs deployment/${subject.name}.`,
    });
}

function podsWithoutPool(subject: AlertSubject, of: Metrics): AlertRule {
    const pods = of("karpenter_scheduler_unschedulable_pods_count", { controller: "provisioner" });
    return alertRule(subject, {
        alert: "PodsFitNoPool",
        severity: "warning",
        expr: `max(${pods}) > 0`,
        forSeconds: 900,
        summary: "{{ $value }} pod(s) fit no pool.",
        description:
            "They wait, and Karpenter finds no machine for them: they ask for more than the largest type has, for a zone or " +
            "pool that there is not, or the pool is at its limit. First: kubectl get events --all-namespaces " +
            "--field-selector reason=FailedScheduling.",
    });
}

function poolNotReady(subject: AlertSubject, of: Metrics): AlertRule {
    const unready = (metric: string) => maxBy(["name"], of(metric, { type: "Ready", status: { not: "True" } }));
    return alertRule(subject, {
        alert: "NodePoolNotReady",
        severity: "critical",
        expr: lines(
            `(${unready("operator_nodepool_status_condition_count")} > 0)`,
            "or",
            `(${unready("operator_ec2nodeclass_status_condition_count")} > 0)`,
        ),
        forSeconds: 300,
        summary: "No nodes can be started in pool {{ $labels.name }}.",
        description:
            "The pool or its node class is not ready. First: kubectl describe nodepool,ec2nodeclass {{ $labels.name }}; the " +
            "conditions name what was not found: image, subnets, security group, instance profile, rights.",
    });
}

function poolNearLimit(subject: AlertSubject, of: Metrics): AlertRule {
    const by = (metric: string) => maxBy(["nodepool", "resource_type"], of(metric));
    return alertRule(subject, {
        alert: "NodePoolNearLimit",
        severity: "warning",
        expr: lines(
            `100 * ${by("karpenter_nodepools_usage")}`,
            `/ ${by("karpenter_nodepools_limit")} > ${FULL_PERCENT}`,
        ),
        forSeconds: 900,
        summary: "Pool {{ $labels.nodepool }} is nearly at its limit of {{ $labels.resource_type }}.",
        description:
            "{{ $value | humanize }} % of what the pool may have is used; beyond it pods wait. First: see what runs there " +
            "(kubectl get pods --all-namespaces --output wide); if it has to be, raise the pool's max.",
    });
}

function noticesRead(subject: AlertSubject, of: Metrics): AlertRule {
    const waited = of("karpenter_interruption_message_queue_duration_seconds_bucket");
    return alertRule(subject, {
        alert: "InterruptionNoticesLate",
        severity: "critical",
        expr: `histogram_quantile(0.95, sum by (le) (rate(${waited}[${WINDOW}]))) > ${NOTICE_SECONDS}`,
        forSeconds: 120,
        summary: "Notices of interruptions wait in their queue.",
        description:
            "One in twenty is read {{ $value | humanizeDuration }} after it was sent; of a spot instance's two minutes the rest " +
            `is left to drain it. First: kubectl --namespace ${subject.namespace} logs deployment/${subject.name}; the ` +
            "controller is short of CPU, or the queue refuses it.",
    });
}

function controllerErrors(subject: AlertSubject, of: Metrics): AlertRule {
    const errors = of("controller_runtime_reconcile_errors_total");
    return alertRule(subject, {
        alert: "KarpenterErrors",
        severity: "warning",
        expr: `sum by (controller) (increase(${errors}[${WINDOW}])) > 10`,
        forSeconds: 900,
        summary: "Karpenter's part {{ $labels.controller }} fails again and again.",
        description:
            "{{ $value | humanize }} errors within 15 minutes. `interruption` alone means that nobody reads the notices of spot " +
            `instances. First: kubectl --namespace ${subject.namespace} logs deployment/${subject.name}.`,
    });
}

function metricsMissing(subject: AlertSubject): AlertRule {
    return alertRule(subject, {
        alert: "KarpenterMetricsMissing",
        severity: "critical",
        expr: `absent(${selector("karpenter_build_info", { namespace: subject.namespace })})`,
        forSeconds: 300,
        summary: "Karpenter is not reported at all.",
        description:
            "It does not run, so no node is started and no notice of an interruption is read; or nobody scrapes it, and none of " +
            `its alerts can fire. First: kubectl --namespace ${subject.namespace} get pods.`,
    });
}

/**
 * Alerts on nodes that should be there, beside those on Karpenter's own pods: machines that become no nodes, nodes that
 * take no pods, pools that can start none, and interruptions that nobody hears of.
 *
 * Source of the metrics: Karpenter, v1.14, "Reference", "Metrics"; kube-state-metrics, "Node Metrics".
 *
 * @param subject Karpenter's controller
 */
export function nodeAlerts(subject: AlertSubject): AlertGroup {
    const of: Metrics = (metric, matchers = {}) => selector(metric, { namespace: subject.namespace, ...matchers });
    return {
        name: groupName("Nodes", subject),
        rules: [
            nodeKeptEmpty(subject),
            nodeNotInitialized(subject, of),
            nodesNeverJoin(subject, of),
            launchesFail(subject, of),
            podsWithoutPool(subject, of),
            poolNotReady(subject, of),
            poolNearLimit(subject, of),
            noticesRead(subject, of),
            controllerErrors(subject, of),
            metricsMissing(subject),
        ],
    };
}
