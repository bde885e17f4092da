import { NEW_NODE } from "../values/recovery-budget.ts";
import { podAlerts } from "./pods.ts";
import { escapeRegExp, lines, maxBy, selector } from "./promql.ts";
import { type ControllerKind, replicaAlerts, rolloutStuck, statusOf, steady } from "./rollout.ts";
import { alertRule, groupName, metricsMissing } from "./rule.ts";
import type { AlertGroup, AlertRule, DeploymentSubject } from "./subject.ts";
import { stuckSeconds } from "./timing.ts";

const DEPLOYMENT: ControllerKind = { kind: "Deployment", label: "deployment" };

/**
 * An autoscaler that wants more than it may have. ScalingLimited alone is also true at the lower limit and while a
 * change is slowed down, and the metric has no reason; being limited while the upper limit is what it wants is the
 * reason TooManyReplicas. Found by the target, since KEDA names its autoscaler in its own way.
 */
function autoscalerAtLimit(subject: DeploymentSubject, max: number): AlertRule {
    const { namespace } = subject;
    const by = ["namespace", "horizontalpodautoscaler"];
    const target = { namespace, scaletargetref_kind: "Deployment", scaletargetref_name: subject.name };
    const limited = { namespace, condition: "ScalingLimited", status: "true" };
    return alertRule(subject, {
        alert: "DeploymentAutoscalerAtLimit",
        severity: "warning",
        expr: lines(
            `${maxBy(by, selector("kube_horizontalpodautoscaler_status_desired_replicas", { namespace }))} >= ${max}`,
            `and on (${by.join(", ")}) ${maxBy(by, selector("kube_horizontalpodautoscaler_status_condition", limited))} == 1`,
            `and on (${by.join(", ")}) ${selector("kube_horizontalpodautoscaler_info", target)}`,
        ),
        forSeconds: stuckSeconds(subject),
        summary: `Deployment ${namespace}/${subject.name} needs more replicas than it may have.`,
        description:
            `The autoscaler wants more than the {{ $value }} replicas of ${subject.name} that are its limit, so the load ` +
            `outgrows it. First: kubectl --namespace ${namespace} describe hpa {{ $labels.horizontalpodautoscaler }}; find ` +
            `out whether the load is ordinary, then raise the limit or what a replica can do.`,
    });
}

/** The alerts of a Deployment: rollout, replicas, autoscaler, pods, and the guard. */
export function deploymentAlerts(subject: DeploymentSubject): AlertGroup {
    const status = statusOf(DEPLOYMENT, subject);
    const updated = status("status_replicas_updated");
    const { namespace, name, autoscaled } = subject;
    // A ReplicaSet is called NAME-HASH, and a hash has no hyphen, so "kafka" does not match the pods of "kafka-connect".
    const owner = { kind: "ReplicaSet", name: { pattern: `${escapeRegExp(name)}-[0-9a-z]+` } } as const;
    const desired = selector("kube_deployment_spec_replicas", { namespace, deployment: name });
    return {
        name: groupName("Deployment", subject),
        rules: [
            rolloutStuck(
                DEPLOYMENT,
                subject,
                lines(
                    "(",
                    `  (${status("spec_replicas")} - ${updated}) > 0`,
                    "  or",
                    `  (${status("status_replicas")} - ${updated}) > 0`,
                    ")",
                ),
                updated,
            ),
            ...replicaAlerts(
                DEPLOYMENT,
                subject,
                {
                    desired: "spec_replicas",
                    available: "status_replicas_available",
                    updated: "status_replicas_updated",
                },
                // Replicas that an autoscaler has just asked for are not missing while their nodes start.
                autoscaled === undefined
                    ? []
                    : [steady(status("spec_replicas"), NEW_NODE.seconds + Math.ceil(subject.replicaSeconds))],
            ),
            ...(autoscaled === undefined ? [] : [autoscalerAtLimit(subject, autoscaled.max)]),
            ...podAlerts(subject, {
                owner,
                settleSeconds: subject.replicaSeconds,
                churn: { per: "workload", desired },
            }),
            metricsMissing(subject, "Deployment", "kube_deployment_status_replicas", { namespace, deployment: name }),
        ],
    };
}
