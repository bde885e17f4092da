import assert from "node:assert/strict";
import { nodeAlerts } from "../../../../stacks/platform/karpenter/alerts.ts";
import { assertParses, metricNames, unaggregatedSelectors } from "../../../support/promql.ts";

const { name, rules } = nodeAlerts({
    name: "karpenter",
    namespace: "karpenter",
    system: "platform",
    containers: ["controller"],
});

/** Of Karpenter 1.14's reference, "Metrics", and kube-state-metrics' "Node Metrics". */
const KNOWN_METRICS = [
    "controller_runtime_reconcile_errors_total",
    "karpenter_build_info",
    "karpenter_cloudprovider_errors_total",
    // The buckets of karpenter_interruption_message_queue_duration_seconds, a histogram.
    "karpenter_interruption_message_queue_duration_seconds_bucket",
    "karpenter_nodeclaims_disrupted_total",
    "karpenter_nodepools_limit",
    "karpenter_nodepools_usage",
    "karpenter_scheduler_unschedulable_pods_count",
    "kube_node_spec_taint",
    "operator_ec2nodeclass_status_condition_count",
    "operator_nodeclaim_status_condition_current_status_seconds",
    "operator_nodepool_status_condition_count",
];

const expressionOf = (alert: string): string => rules.find((rule) => rule.alert === alert)?.expr ?? "";

describe("the alerts on nodes", () => {
    it("are PromQL on metrics that there are", () => {
        for (const { expr } of rules) {
            assertParses(expr);
        }
        assert.deepEqual([...new Set(rules.flatMap(({ expr }) => metricNames(expr)))].toSorted(), KNOWN_METRICS);
    });

    it("aggregate before they compare, but for the guard", () => {
        assert.deepEqual(
            rules.filter(({ expr }) => unaggregatedSelectors(expr).length > 0).map(({ alert }) => alert),
            [],
        );
    });

    it("look at Karpenter's own metrics alone, where other controllers have the same", () => {
        for (const { expr } of rules) {
            for (const selected of expr.match(/(?:karpenter|operator|controller)_\w+\{[^}]*\}/g) ?? []) {
                assert.match(selected, /\{namespace="karpenter"/);
            }
        }
    });

    it("speak before Karpenter gives a machine up, which is after 15 minutes", () => {
        assert.match(expressionOf("NodeNotInitialized"), /> 600$/);
    });

    it("know the taint that every pool starts with", () => {
        assert.match(expressionOf("NodeStartupTaintRemains"), /key="ebs\.csi\.aws\.com\/agent-not-ready"/);
    });

    it("page where no nodes come, or where nobody hears that they go", () => {
        assert.deepEqual(
            rules.map(({ alert, labels }) => [alert, labels["severity"]]),
            [
                ["NodeStartupTaintRemains", "warning"],
                ["NodeNotInitialized", "warning"],
                ["NodesNeverJoin", "critical"],
                ["NodeLaunchesFail", "warning"],
                ["PodsFitNoPool", "warning"],
                ["NodePoolNotReady", "critical"],
                ["NodePoolNearLimit", "warning"],
                ["InterruptionNoticesLate", "critical"],
                ["KarpenterErrors", "warning"],
                ["KarpenterMetricsMissing", "critical"],
            ],
        );
    });

    it("form a group of their own", () => assert.equal(name, "nodes.karpenter.karpenter"));
});
