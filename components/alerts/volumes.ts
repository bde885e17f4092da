import { prometheusDuration } from "../values/duration.ts";
import { lines, maxBy, selector } from "./promql.ts";
import { alertRule } from "./rule.ts";
import type { AlertRule, StatefulSetSubject } from "./subject.ts";
import { withinDowntime } from "./timing.ts";

const CLAIM = ["namespace", "persistentvolumeclaim"] as const;
/** Free space by capacity, the same shares as kubernetes-mixin's. */
const FREE = { critical: 0.03, warning: 0.15 } as const;
const TREND = { window: "6h", seconds: 4 * 86_400, waitSeconds: 900 } as const;
/** A full volume stops its server, so this waits only for a second and third scrape. */
const FULL_SECONDS = 60;
/** A volume of EBS is usable at its new size within minutes, and its file system grows in a moment. Our allowance. */
const RESIZE_SECONDS = 900;
/** Conditions of a claim whose volume is being changed. Source: k8s.io/api/core/v1, PersistentVolumeClaimConditionType. */
const PENDING = [
    "Resizing",
    "FileSystemResizePending",
    "ControllerResizeError",
    "NodeResizeError",
    "ModifyingVolume",
    "ModifyVolumeError",
] as const;

/** The alerts on the volumes of a StatefulSet; none if it has no claims. */
export function volumeAlerts(subject: StatefulSetSubject): readonly AlertRule[] {
    const { namespace, name, claims } = subject;
    if (claims.length === 0) {
        return [];
    }
    const matchers = { namespace, persistentvolumeclaim: { oneOf: claims } };
    const available = selector("kubelet_volume_stats_available_bytes", matchers);
    const free = `min by (${CLAIM.join(", ")}) (${available}) / ${maxBy(CLAIM, selector("kubelet_volume_stats_capacity_bytes", matchers))}`;
    const claim = "{{ $labels.persistentvolumeclaim }}";
    const grow =
        "raise the size of this volume in the stack's program and deploy; it grows without a restart, but EBS allows only " +
        "four changes in 24 hours";
    return [
        alertRule(subject, {
            alert: "VolumeAlmostFull",
            severity: "critical",
            expr: `${free} < ${FREE.critical}`,
            forSeconds: withinDowntime(subject, FULL_SECONDS),
            summary: `A volume of ${namespace}/${name} is almost full.`,
            description: `Only {{ $value | humanizePercentage }} of ${claim} is free; what writes to it stops when it is full. First: ${grow}.`,
        }),
        alertRule(subject, {
            alert: "VolumeFillingUp",
            severity: "warning",
            expr: lines(
                `${free} < ${FREE.warning}`,
                `and on (${CLAIM.join(", ")}) min by (${CLAIM.join(", ")}) (predict_linear(${available}[${TREND.window}], ${TREND.seconds})) < 0`,
            ),
            forSeconds: TREND.waitSeconds,
            summary: `A volume of ${namespace}/${name} is filling up.`,
            description:
                `{{ $value | humanizePercentage }} of ${claim} is free, and at the pace of the last ${TREND.window} it is full ` +
                `within four days. First: see whether retention or clean-up has stopped; else ${grow}.`,
        }),
        alertRule(subject, {
            alert: "VolumeResizePending",
            severity: "warning",
            expr: lines(
                maxBy(CLAIM, selector("kube_persistentvolumeclaim_resource_requests_storage_bytes", matchers)),
                // Joined without the condition, since the step may change while the whole stays pending. The label is
                // `condition` in the source of kube-state-metrics 2.20; its documentation says `type`.
                `and on (${CLAIM.join(", ")}) ${selector("kube_persistentvolumeclaim_status_condition", { ...matchers, condition: { oneOf: PENDING }, status: "true" })} == 1`,
            ),
            forSeconds: RESIZE_SECONDS,
            summary: `A volume of ${namespace}/${name} does not get its new size or performance.`,
            description:
                `${claim} asks for {{ $value | humanize1024 }}B and has waited for its change for over ` +
                `${prometheusDuration(RESIZE_SECONDS)}; until then it has its old size. First: kubectl --namespace ${namespace} describe pvc ${claim}; EBS refuses a change ` +
                `too soon after the last one, and a file system grows only where a pod has it mounted.`,
        }),
    ];
}
