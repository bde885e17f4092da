import assert from "node:assert/strict";
import { daemonSetAlerts } from "../../../components/alerts/daemon-set.ts";
import { nodeAgent, ruleOf } from "./samples.ts";

const group = daemonSetAlerts(nodeAgent);

describe("alerts of a DaemonSet", () => {
    it("are these", () => {
        assert.deepEqual(
            group.rules.map((rule) => `${rule.alert} ${rule.labels["severity"]} ${rule.for ?? "at once"}`),
            [
                "DaemonSetNodeWithoutAgent warning 9m",
                "DaemonSetAgentNotReady warning 9m",
                "DaemonSetCoverageLost critical 9m",
                "DaemonSetMisscheduled warning 9m",
                "DaemonSetRolloutStuck warning 9m",
                "PodCrashLooping warning at once",
                "PodCannotStart warning 9m",
                "PodUnschedulable warning 4m",
                "PodOutOfMemory warning at once",
                "PodMemoryNearLimit warning 9m",
                "PodCpuThrottled warning 9m",
                "PodChurn warning at once",
                "DaemonSetMetricsMissing warning 5m",
            ],
        );
    });

    it("name each node without an agent, where it is for every node", () => {
        assert.match(
            ruleOf(group, "DaemonSetNodeWithoutAgent").expr,
            /kube_node_created\)\)\nunless on \(node\) kube_pod_info\{/,
        );
    });

    it("count the nodes without an agent, where it is for some pools", () => {
        const { expr } = ruleOf(daemonSetAlerts({ ...nodeAgent, everyNode: false }), "DaemonSetNodeWithoutAgent");
        assert.match(expr, /desired_number_scheduled.* - .*current_number_scheduled.*> 0$/);
        assert.doesNotMatch(expr, /kube_node/);
    });

    it("page only when more is away than an update takes", () => {
        assert.match(ruleOf(group, "DaemonSetCoverageLost").expr, /> ceil\(.* \* 0\.1\)$/);
    });

    it("see progress in what is left, which joining nodes do not change", () => {
        assert.match(
            ruleOf(group, "DaemonSetRolloutStuck").expr,
            /changes\(\(\(.*desired_number_scheduled.* - .*updated_number_scheduled.*\)\)\[2m:30s\]\) == 0$/,
        );
    });

    it("count churn by node", () => {
        const { expr } = ruleOf(group, "PodChurn");
        assert.match(expr, /^count by \(namespace, node\)/);
        assert.match(expr, /node!=""/);
    });
});
