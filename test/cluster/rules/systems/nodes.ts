import { having, lately, relabelled, silent } from "../changes.ts";
import { type Series, series } from "../metric.ts";
import { all, type System } from "../system.ts";

const OF = { namespace: "karpenter", container: "controller", pod: "karpenter-a" };

const TAINT = "kube_node_spec_taint";
const CONDITION = "operator_nodeclaim_status_condition_current_status_seconds";
const GIVEN_UP = "karpenter_nodeclaims_disrupted_total";
const ERRORS = "karpenter_cloudprovider_errors_total";
const NO_POOL = "karpenter_scheduler_unschedulable_pods_count";
const POOL = "operator_nodepool_status_condition_count";
const CLASS = "operator_ec2nodeclass_status_condition_count";
const USAGE = "karpenter_nodepools_usage";
const WAITED = "karpenter_interruption_message_queue_duration_seconds_bucket";
const FAILED = "controller_runtime_reconcile_errors_total";

const CLAIM = { name: "spark-executor-abcde", type: "Initialized" };
const STARTING = { key: "ebs.csi.aws.com/agent-not-ready" };
const NOT_READY = { type: "Ready", status: "False" };

/** What Karpenter says of a pool or its class: which conditions there are, each with how often. */
function conditions(metric: string): readonly Series[] {
    return ["True", "False", "Unknown"].map((status) =>
        series(metric, { ...OF, name: "spark-executor", type: "Ready", status }, status === "True" ? 1 : 0),
    );
}

/** Karpenter, and the nodes that it starts. */
export const NODES: System = {
    rules: "node-provisioning",
    well: () => [
        series("karpenter_build_info", OF, 1),
        ...["node-1", "node-2"].map((node) => series(TAINT, { node, key: "workload", effect: "NoSchedule" }, 1)),
        series(TAINT, { node: "node-3", ...STARTING, effect: "NoExecute" }, 0),
        series(CONDITION, { ...OF, ...CLAIM, status: "True" }, 86_400),
        series(GIVEN_UP, { ...OF, nodepool: "spark-executor", reason: "empty" }, 3, 1),
        series(GIVEN_UP, { ...OF, nodepool: "spark-executor", reason: "registration_timeout" }, 3),
        series(ERRORS, { ...OF, method: "Create", error: "InsufficientCapacityError" }, 7),
        series(ERRORS, { ...OF, method: "Delete", error: "NodeClaimNotFoundError" }, 7, 1),
        series(NO_POOL, { ...OF, controller: "provisioner" }, 0),
        ...conditions(POOL),
        ...conditions(CLASS),
        series(USAGE, { ...OF, nodepool: "spark-executor", resource_type: "cpu" }, 500),
        series("karpenter_nodepools_limit", { ...OF, nodepool: "spark-executor", resource_type: "cpu" }, 1000),
        ...["5", "20", "60", "+Inf"].map((le) => series(WAITED, { ...OF, le }, 0, 1)),
        series(FAILED, { ...OF, controller: "nodeclaim.lifecycle" }, 40),
    ],
    misfortunes: [
        {
            what: "a node that takes no pods",
            alerts: ["NodeStartupTaintRemains"],
            change: having(TAINT, { value: 1 }, STARTING),
            nearly: { what: "while its agent starts", change: lately(300, TAINT, 1, STARTING) },
        },
        {
            what: "a machine that becomes no node",
            alerts: ["NodeNotInitialized"],
            change: all(relabelled(CONDITION, CLAIM, { status: "Unknown" }), having(CONDITION, { value: 700 })),
            nearly: {
                what: "in time",
                change: all(relabelled(CONDITION, CLAIM, { status: "Unknown" }), having(CONDITION, { value: 500 })),
            },
        },
        {
            what: "machines that are started and given up",
            alerts: ["NodesNeverJoin"],
            change: having(GIVEN_UP, { growth: 0.5 }, { reason: "registration_timeout" }),
            nearly: { what: "that were needed no more", change: having(GIVEN_UP, { growth: 5 }, { reason: "empty" }) },
        },
        {
            what: "machines that EC2 does not have",
            alerts: ["NodeLaunchesFail"],
            change: having(ERRORS, { growth: 1 }, { method: "Create" }),
            nearly: { what: "now and then", change: having(ERRORS, { growth: 0.05 }, { method: "Create" }) },
        },
        {
            what: "pods that fit no pool",
            alerts: ["PodsFitNoPool"],
            change: having(NO_POOL, { value: 2 }),
            nearly: { what: "while somebody mends them", change: lately(600, NO_POOL, 2) },
        },
        {
            what: "a pool that can start nothing",
            alerts: ["NodePoolNotReady"],
            change: having(POOL, { value: 1 }, NOT_READY),
            nearly: { what: "while it is changed", change: lately(120, POOL, 1, NOT_READY) },
        },
        {
            what: "a class of nodes without an image",
            alerts: ["NodePoolNotReady"],
            change: having(CLASS, { value: 1 }, NOT_READY),
            nearly: { what: "while it is changed", change: lately(120, CLASS, 1, NOT_READY) },
        },
        {
            what: "a pool that is nearly at its limit",
            alerts: ["NodePoolNearLimit"],
            change: having(USAGE, { value: 950 }),
            nearly: { what: "with room", change: having(USAGE, { value: 850 }) },
        },
        {
            what: "notices that are read late",
            alerts: ["InterruptionNoticesLate"],
            change: all(having(WAITED, { growth: 0 }, { le: "5" }), having(WAITED, { growth: 0 }, { le: "20" })),
            nearly: { what: "in time", change: having(WAITED, { growth: 0 }, { le: "5" }) },
        },
        {
            what: "work that fails again and again",
            alerts: ["KarpenterErrors"],
            change: having(FAILED, { growth: 5 }),
            nearly: { what: "now and then", change: having(FAILED, { growth: 0.2 }) },
        },
        {
            what: "no metrics at all",
            alerts: ["KarpenterMetricsMissing"],
            change: silent({ namespace: "karpenter" }),
            nearly: { what: "of what has not happened yet", change: silent({ le: "+Inf" }) },
        },
    ],
};
