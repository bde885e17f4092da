import assert from "node:assert/strict";
import { statefulSetAlerts } from "../../../components/alerts/stateful-set.ts";
import { hasRule, ruleOf, statefulSet } from "./samples.ts";

const group = statefulSetAlerts(statefulSet);

describe("alerts of a StatefulSet", () => {
    it("are these", () => {
        assert.deepEqual(
            group.rules.map((rule) => `${rule.alert} ${rule.labels["severity"]} ${rule.for ?? "at once"}`),
            [
                "StatefulSetRolloutStuck warning 6m",
                "StatefulSetBlockedByPod warning 4m",
                "StatefulSetReplicasMissing warning 150s",
                "StatefulSetUnavailable critical 150s",
                "StatefulSetPodOnDeadNode critical 2m",
                "VolumeAlmostFull critical 1m",
                "VolumeFillingUp warning 15m",
                "VolumeResizePending warning 15m",
                "PodCrashLooping warning at once",
                "PodCannotStart warning 4m",
                "PodUnschedulable warning 4m",
                "PodOutOfMemory warning at once",
                "PodMemoryNearLimit warning 4m",
                "PodCpuThrottled warning 4m",
                "PodChurn warning at once",
                "StatefulSetMetricsMissing critical 4m",
            ],
        );
    });

    it("name the pod to delete after a revert, where the order holds", () => {
        const rule = ruleOf(group, "StatefulSetBlockedByPod");
        assert.match(rule.annotations["description"] ?? "", /delete pod \{\{ \$labels\.pod \}\}/);
        assert.match(
            rule.expr,
            /update_revision\{[^}]*\} and on \(namespace, statefulset, revision\) kube_statefulset_status_current/,
        );
        assert.ok(!hasRule(statefulSetAlerts({ ...statefulSet, ordered: false }), "StatefulSetBlockedByPod"));
    });

    it("do not name a pod that is already being deleted", () => {
        assert.match(
            ruleOf(group, "StatefulSetBlockedByPod").expr,
            /unless on \(namespace, pod\) kube_pod_deletion_timestamp\{/,
        );
    });

    it("count what a canary leaves behind as done", () => {
        const canary = statefulSetAlerts({ ...statefulSet, partition: 2 });
        assert.match(ruleOf(canary, "StatefulSetRolloutStuck").expr, /status_replicas\{[^}]*\}\) - 2 - max/);
        assert.doesNotMatch(ruleOf(group, "StatefulSetRolloutStuck").expr, /\) - \d/);
    });

    it("page when the quorum is lost", () => {
        assert.match(ruleOf(group, "StatefulSetUnavailable").expr, /replicas_ready\{[^}]*\}\) < 2\n/);
    });

    it("tell how a dead node's pod is freed, after two minutes or within the promise", () => {
        const rule = ruleOf(group, "StatefulSetPodOnDeadNode");
        assert.match(rule.expr, /kube_node_status_condition\{condition="Ready",status="unknown"\} == 1/);
        assert.match(
            rule.annotations["description"] ?? "",
            /instance is stopped.*out-of-service=nodeshutdown:NoExecute/s,
        );
        const tight = statefulSetAlerts({ ...statefulSet, downtimeSeconds: 100 });
        assert.equal(ruleOf(tight, "StatefulSetPodOnDeadNode").for, "50s");
    });

    it("take its own pods alone", () => {
        assert.match(ruleOf(group, "PodOutOfMemory").expr, /owner_kind="StatefulSet",owner_name="kafka"\}$/);
    });

    it("count churn by the pod's name", () => {
        assert.match(ruleOf(group, "PodChurn").expr, /^count by \(namespace, pod\) \(count by \(namespace, pod, uid\)/);
    });
});

describe("memory of a StatefulSet", () => {
    for (const [claims, metric] of [
        [["data-kafka-100"], "container_memory_rss"],
        [[], "container_memory_working_set_bytes"],
    ] as const) {
        it(`is ${metric} with ${claims.length} volume(s)`, () => {
            const { expr } = ruleOf(statefulSetAlerts({ ...statefulSet, claims }), "PodMemoryNearLimit");
            assert.ok(expr.includes(`(${metric}{`), expr);
        });
    }
});
