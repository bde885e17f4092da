import { prometheusDuration } from "../values/duration.ts";
import { podAlerts } from "./pods.ts";
import { lines, maxBy, selector } from "./promql.ts";
import { type ControllerKind, rolloutStuck, sameController, statusOf } from "./rollout.ts";
import { alertRule, groupName, metricsMissing } from "./rule.ts";
import type { AlertGroup, AlertRule, NodeAgentSubject } from "./subject.ts";
import { withinDowntime } from "./timing.ts";

const DAEMON_SET: ControllerKind = { kind: "DaemonSet", label: "daemonset" };
/** Nodes come and go with the load; on a new one the agent takes a moment. */
const SHORTEST_NODE_SECONDS = 120;

/** Seconds that the agent of one node may be away, as it is in an update. */
function nodeSeconds(subject: NodeAgentSubject): number {
    return Math.max(SHORTEST_NODE_SECONDS, Math.ceil(subject.replicaSeconds * 1.5));
}

function agents(subject: NodeAgentSubject): string {
    return selector("kube_pod_info", {
        namespace: subject.namespace,
        created_by_kind: "DaemonSet",
        created_by_name: subject.name,
        node: { not: "" },
    });
}

/** Nodes without an agent. An agent that waits for room on its node has no node yet, so it counts as none. */
function nodeWithoutAgent(subject: NodeAgentSubject): AlertRule {
    const { namespace, name } = subject;
    const wait = withinDowntime(subject, nodeSeconds(subject));
    const status = statusOf(DAEMON_SET, subject);
    const what = {
        alert: "DaemonSetNodeWithoutAgent",
        severity: "warning",
        forSeconds: wait,
    } as const;
    return subject.everyNode
        ? alertRule(subject, {
              ...what,
              expr: lines(
                  `(time() - ${maxBy(["node"], "kube_node_created")})`,
                  `unless on (node) ${agents(subject)}`,
                  // If nothing at all is reported of it, the guard speaks, not one alert for each node.
                  `and on () ${selector("kube_daemonset_status_desired_number_scheduled", { namespace, daemonset: name })}`,
              ),
              summary: `Node {{ $labels.node }} has no ${namespace}/${name}.`,
              description:
                  `{{ $labels.node }} was added {{ $value | humanizeDuration }} ago and runs no pod of ${name}: what the agent ` +
                  `does for a node is not done there. First: kubectl --namespace ${namespace} get pods --field-selector ` +
                  `status.phase=Pending; if one is Pending, the node has no room for it, else look at the node's taints.`,
          })
        : alertRule(subject, {
              ...what,
              expr: `(${status("status_desired_number_scheduled")} - ${status("status_current_number_scheduled")}) > 0`,
              summary: `Nodes have no ${namespace}/${name}.`,
              description:
                  `{{ $value }} node(s) of its pools run no pod of ${name}: what the agent does for a node is not done there. ` +
                  `First: kubectl --namespace ${namespace} describe daemonset ${name}; its events say why no pod was made.`,
          });
}

/** Agents that are there and not ready, each with its node, so that one bad node of a growing cluster shows. */
function agentNotReady(subject: NodeAgentSubject): AlertRule {
    const { namespace, name } = subject;
    const wait = withinDowntime(subject, nodeSeconds(subject));
    const pod = ["namespace", "pod"];
    return alertRule(subject, {
        alert: "DaemonSetAgentNotReady",
        severity: "warning",
        expr: lines(
            `(time() - ${maxBy(pod, selector("kube_pod_created", { namespace }))})`,
            `* on (namespace, pod) group_left (node) ${maxBy([...pod, "node"], agents(subject))}`,
            `and on (namespace, pod) (${maxBy(pod, selector("kube_pod_status_ready", { namespace, condition: "true" }))} == 0)`,
        ),
        forSeconds: wait,
        summary: `${namespace}/${name} is not ready on node {{ $labels.node }}.`,
        description:
            `{{ $labels.pod }} on {{ $labels.node }} has not been ready for ${prometheusDuration(wait)} (it was created ` +
            `{{ $value | humanizeDuration }} ago). First: kubectl --namespace ${namespace} describe pod {{ $labels.pod }}; if the ` +
            `node itself does not answer, replace the node.`,
    });
}

/** More agents away than an update ever takes at once: the fleet is not covered. */
function coverageLost(subject: NodeAgentSubject): AlertRule {
    const { namespace, name } = subject;
    const status = statusOf(DAEMON_SET, subject);
    const desired = status("status_desired_number_scheduled");
    const away = `(${desired} - ${status("status_number_available")})`;
    return alertRule(subject, {
        alert: "DaemonSetCoverageLost",
        severity: "critical",
        expr: lines(
            `${away} / ${desired}`,
            `and ${sameController(DAEMON_SET)} ${away} > ceil(${desired} * ${subject.updatePercent / 100})`,
        ),
        forSeconds: withinDowntime(subject, nodeSeconds(subject)),
        summary: `${namespace}/${name} is missing on many nodes.`,
        description:
            `{{ $value | humanizePercentage }} of the nodes have no available pod of ${name}, more than an update takes away at ` +
            `once, so a common cause is likely: image, configuration, or what it sends to. First: kubectl --namespace ` +
            `${namespace} rollout history daemonset/${name}; undo the last change if it is recent, else read the log of one pod.`,
    });
}

function misscheduled(subject: NodeAgentSubject): AlertRule {
    const { namespace, name } = subject;
    const status = statusOf(DAEMON_SET, subject);
    return alertRule(subject, {
        alert: "DaemonSetMisscheduled",
        severity: "warning",
        expr: `${status("status_number_misscheduled")} > 0`,
        forSeconds: nodeSeconds(subject),
        summary: `${namespace}/${name} runs on nodes that it is not for.`,
        description:
            `{{ $value }} pod(s) of ${name} run on nodes that its selector or tolerations exclude; they take room and are not ` +
            `removed. First: compare the labels and taints of these nodes with the DaemonSet's, then delete the pods.`,
    });
}

/**
 * The alerts of a DaemonSet: coverage (nodes without the agent, agents that are not ready, too many of them away), wrong
 * nodes, rollout, pods, and the guard.
 */
export function daemonSetAlerts(subject: NodeAgentSubject): AlertGroup {
    const { namespace, name } = subject;
    const status = statusOf(DAEMON_SET, subject);
    // What is left, not what is done: a node that joins or leaves changes the latter without any progress.
    const left = `(${status("status_desired_number_scheduled")} - ${status("status_updated_number_scheduled")})`;
    return {
        name: groupName("DaemonSet", subject),
        rules: [
            nodeWithoutAgent(subject),
            agentNotReady(subject),
            coverageLost(subject),
            misscheduled(subject),
            rolloutStuck(DAEMON_SET, subject, `${left} > 0`, left),
            ...podAlerts(subject, {
                owner: { kind: "DaemonSet", name },
                settleSeconds: nodeSeconds(subject),
                churn: { per: "node" },
            }),
            metricsMissing(subject, "DaemonSet", "kube_daemonset_status_desired_number_scheduled", {
                namespace,
                daemonset: name,
            }),
        ],
    };
}
