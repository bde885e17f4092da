import { prometheusDuration } from "../values/duration.ts";
import { podAlerts } from "./pods.ts";
import { lines, maxBy, selector } from "./promql.ts";
import { type ControllerKind, replicaAlerts, rolloutStuck, statusOf, steady } from "./rollout.ts";
import { alertRule, groupName, metricsMissing } from "./rule.ts";
import type { AlertGroup, AlertRule, StatefulSetSubject } from "./subject.ts";
import { withinDowntime } from "./timing.ts";
import { volumeAlerts } from "./volumes.ts";

const STATEFUL_SET: ControllerKind = { kind: "StatefulSet", label: "statefulset" };
/** For how long a node is silent, beyond the node controller's own 50 s, before it is taken for dead. */
const DEAD_NODE_SECONDS = 120;
/** A pod that only just started may still become ready by itself. */
const SHORTEST_BLOCKED_SECONDS = 120;

/**
 * The pod that holds up a rollout which is already mended (kubernetes#67250). With `OrderedReady` the controller waits
 * for a broken pod to become ready before it replaces it with the good revision, so it waits for ever.
 *
 * Mended means that the broken pod is of a revision that is no longer wanted: either the revert made the update revision
 * the current one again while pods of another are left, or a fix made a new revision that no pod has yet. While the bad
 * revision is still the wanted one, {@link rolloutStuck} speaks: deleting the pod would only bring it back.
 */
function blockedByPod(subject: StatefulSetSubject, outstanding: string, updated: string): AlertRule {
    const { namespace, name } = subject;
    const wait = Math.max(SHORTEST_BLOCKED_SECONDS, Math.ceil(subject.replicaSeconds));
    const object = { namespace, statefulset: name };
    const revision = (which: string) => selector(`kube_statefulset_status_${which}_revision`, object);
    const pod = ["namespace", "pod"];
    return alertRule(subject, {
        alert: "StatefulSetBlockedByPod",
        severity: "warning",
        expr: lines(
            `((1 - ${maxBy(pod, selector("kube_pod_status_ready", { namespace, condition: "true" }))}) > 0) * on (namespace) group_left () ${outstanding}`,
            `and on (namespace, pod) ${selector("kube_pod_owner", { namespace, owner_kind: "StatefulSet", owner_name: name })}`,
            `unless on (namespace, pod) ${selector("kube_pod_deletion_timestamp", { namespace })}`,
            "and on (namespace) (",
            `  ${steady(updated)}`,
            "  and on (namespace, statefulset) (",
            `    ${updated} == 0`,
            "    or",
            `    ${maxBy(["namespace", "statefulset"], `${revision("update")} and on (namespace, statefulset, revision) ${revision("current")}`)}`,
            "  )",
            ")",
        ),
        forSeconds: wait,
        summary: `Pod {{ $labels.pod }} holds up the rollout of StatefulSet ${namespace}/${name}.`,
        description:
            `{{ $labels.pod }} is of a revision that is no longer wanted and is not ready, and the controller does not ` +
            `replace it before it is; {{ $value }} pod(s) wait. It does not mend by itself. First: check that the other pods are ` +
            `ready, then kubectl --namespace ${namespace} delete pod {{ $labels.pod }}; it comes back with the wanted revision.`,
    });
}

/** A pod whose node has fallen silent: the controller starts no other until the node is declared out of service. */
function onDeadNode(subject: StatefulSetSubject, ready: string): AlertRule {
    const { namespace, name } = subject;
    const pods = selector("kube_pod_info", {
        namespace,
        created_by_kind: "StatefulSet",
        created_by_name: name,
        node: { not: "" },
    });
    const wait = withinDowntime(subject, DEAD_NODE_SECONDS);
    return alertRule(subject, {
        alert: "StatefulSetPodOnDeadNode",
        // The survivors may carry the load, but this never mends without a person.
        severity: "critical",
        expr: lines(
            `${maxBy(["namespace", "pod", "node"], pods)} * on (namespace) group_left () ${ready}`,
            `and on (node) ${selector("kube_node_status_condition", { condition: "Ready", status: "unknown" })} == 1`,
        ),
        forSeconds: wait,
        summary: `Pod {{ $labels.pod }} of ${namespace}/${name} is on a node that does not answer.`,
        description:
            `Node {{ $labels.node }} has been silent for over ${prometheusDuration(wait)}, and {{ $value }} replica(s) of ` +
            `${name} are ready. {{ $labels.pod }} stays Terminating there, with its volume attached, so no other pod takes ` +
            `its place. First make sure that the instance is stopped (EC2 console, or aws ec2 stop-instances --force), because two writers destroy a ` +
            `volume. Then: kubectl taint nodes {{ $labels.node }} node.kubernetes.io/out-of-service=nodeshutdown:NoExecute, ` +
            `which detaches the volume and starts the pod elsewhere. Take the taint off when the node is back.`,
    });
}

/** The alerts of a StatefulSet: rollout, replicas, dead nodes, volumes, pods, and the guard. */
export function statefulSetAlerts(subject: StatefulSetSubject): AlertGroup {
    const { namespace, name } = subject;
    const status = statusOf(STATEFUL_SET, subject);
    const updated = status("status_replicas_updated");
    const kept = (subject.partition ?? 0) > 0 ? ` - ${subject.partition}` : "";
    // Pods that are there and old. Pods that are not there yet are missing, and no rollout's business.
    const outstanding = `((${status("status_replicas")}${kept} - ${updated}) > 0)`;
    return {
        name: groupName("StatefulSet", subject),
        rules: [
            rolloutStuck(STATEFUL_SET, subject, outstanding, updated),
            ...(subject.ordered ? [blockedByPod(subject, outstanding, updated)] : []),
            ...replicaAlerts(STATEFUL_SET, subject, {
                desired: "replicas",
                available: "status_replicas_ready",
                updated: "status_replicas_updated",
            }),
            onDeadNode(subject, status("status_replicas_ready")),
            ...volumeAlerts(subject),
            ...podAlerts(subject, {
                cachesFiles: subject.claims.length > 0,
                owner: { kind: "StatefulSet", name },
                settleSeconds: subject.replicaSeconds,
                churn: { per: "pod" },
            }),
            metricsMissing(subject, "StatefulSet", "kube_statefulset_status_replicas", {
                namespace,
                statefulset: name,
            }),
        ],
    };
}
