import { lines, maxBy, selector } from "../../../components/alerts/promql.ts";
import { alertRule, groupName } from "../../../components/alerts/rule.ts";
import type { AlertGroup, AlertSubject } from "../../../components/alerts/subject.ts";
import { NEW_NODE } from "../../../components/values/recovery-budget.ts";
import { APPLICATION_LABEL } from "../../platform/spark-operator-values.ts";

/** What the alerts of an application are computed from. */
interface ApplicationSubject extends AlertSubject {
    /** Of each attempt. */
    readonly deadlineSeconds: number;
    /** From a failure to the next attempt; 0 if there is none. */
    readonly retrySeconds: number;
}

const METRIC_LABEL = APPLICATION_LABEL.replaceAll("-", "_");

const POD = ["namespace", "pod"] as const;

/** The part of its deadline after which a running application is told of. */
const NEAR_DEADLINE = 0.8;
/** Submissions are counted once, so the alert has to last long enough to be seen. */
const SUBMISSION_WINDOW = "30m";
/** Two new nodes, one after the other: spot that there is not, and then on demand. */
const PENDING_SECONDS = 2 * NEW_NODE.seconds;
/** The operator takes note of a failure, and the API server of its next attempt. */
const RETRY_MARGIN = 60;

function phase(namespace: string, pod: string | { readonly pattern: string }, name: string): string {
    return selector("kube_pod_status_phase", { namespace, pod, phase: name });
}

/**
 * The alerts of an application: failed, refused, its driver or its executors without a node, and close to its deadline.
 *
 * By its driver's pod, as kube-state-metrics reports it, which stays after its end: the operator's metrics count all
 * applications of a label, and forget when it restarts. The one exception is a submission that made no pod at all.
 *
 * Source: kube-state-metrics, "Pod Metrics"; Spark operator, `internal/metrics/sparkapplication_metrics.go`.
 */
export function applicationAlerts(subject: ApplicationSubject): AlertGroup {
    const { namespace, name, deadlineSeconds, retrySeconds } = subject;
    const driver = `${name}-driver`;
    // Each submission has an id of its own in its executors' names (Spark, `KubernetesConf.getResourceNamePrefix`).
    const executors = { pattern: `${name}-[0-9a-f]+-exec-[0-9]+` };
    const running = `${maxBy(POD, phase(namespace, driver, "Running"))} == 1`;
    const refused = selector("spark_application_failed_submission_count", { [METRIC_LABEL]: name });
    const describe = `kubectl --namespace ${namespace} describe sparkapplication ${name}`;
    return {
        name: groupName("SparkApplication", subject),
        rules: [
            alertRule(subject, {
                alert: "SparkApplicationFailed",
                severity: "warning",
                expr: `${maxBy(POD, phase(namespace, driver, "Failed"))} == 1`,
                // The operator takes a failed driver away before it tries again.
                forSeconds: retrySeconds + RETRY_MARGIN,
                summary: `SparkApplication ${namespace}/${name} has failed.`,
                description:
                    `The driver {{ $labels.pod }} has ended as failed, and no other attempt has followed: out of retries, or past ` +
                    `its deadline. First: kubectl --namespace ${namespace} logs {{ $labels.pod }}, then ${describe}. To run it ` +
                    `again, delete the SparkApplication, then npx pulumi up --refresh.`,
            }),
            alertRule(subject, {
                alert: "SparkSubmissionFailed",
                severity: "warning",
                expr: `sum(${refused}) > (sum(${refused} offset ${SUBMISSION_WINDOW}) or vector(0))`,
                summary: `SparkApplication ${namespace}/${name} could not be submitted.`,
                description:
                    `{{ $value }} submissions have failed since the operator started, one of them within ${SUBMISSION_WINDOW}: ` +
                    `spark-submit could not make the driver's pod, for a quota, an admission rule or its settings. First: ${describe}.`,
            }),
            alertRule(subject, {
                alert: "SparkDriverPending",
                severity: "warning",
                expr: `${maxBy(POD, phase(namespace, driver, "Pending"))} == 1`,
                forSeconds: PENDING_SECONDS,
                summary: `The driver of ${namespace}/${name} does not start.`,
                description:
                    `{{ $labels.pod }} waits for longer than two new nodes take: the pool spark-driver is at its limit, or its ` +
                    `image cannot be pulled. First: kubectl --namespace ${namespace} describe pod {{ $labels.pod }}.`,
            }),
            alertRule(subject, {
                alert: "SparkExecutorsPending",
                severity: "warning",
                expr: lines(
                    `sum by (namespace) (${phase(namespace, executors, "Pending")}) > 0`,
                    `unless on (namespace) sum by (namespace) (${phase(namespace, executors, "Running")}) > 0`,
                    `and on (namespace) ${running}`,
                ),
                forSeconds: PENDING_SECONDS,
                summary: `${namespace}/${name} has a driver and no executor.`,
                description:
                    `{{ $value }} executors wait and none runs, so the application stands still and its driver costs: no ` +
                    `machine of the pool's families is to be had, the pool or the namespace's quota is at its limit. First: ` +
                    `kubectl --namespace ${namespace} get events --field-selector type=Warning.`,
            }),
            alertRule(subject, {
                alert: "SparkApplicationNearDeadline",
                severity: "warning",
                expr: lines(
                    `(time() - ${maxBy(POD, selector("kube_pod_start_time", { namespace, pod: driver }))}) > ${deadlineSeconds * NEAR_DEADLINE}`,
                    `and on (${POD.join(", ")}) ${running}`,
                ),
                summary: `${namespace}/${name} is about to reach its deadline.`,
                description:
                    `{{ $labels.pod }} has run for {{ $value | humanizeDuration }} and is stopped as failed at its deadline. First: ` +
                    `look at its stages (kubectl --namespace ${namespace} port-forward {{ $labels.pod }} 4040); if it works on more ` +
                    `than usual, raise executors.max or the deadline.`,
            }),
        ],
    };
}
