import assert from "node:assert/strict";
import { deploymentAlerts } from "../../../components/alerts/deployment.ts";
import { deployment, hasRule, ruleOf } from "./samples.ts";

const group = deploymentAlerts(deployment);

describe("alerts of a Deployment", () => {
    it("are these", () => {
        assert.deepEqual(
            group.rules.map((rule) => `${rule.alert} ${rule.labels["severity"]} ${rule.for ?? "at once"}`),
            [
                "DeploymentRolloutStuck warning 3m",
                "DeploymentReplicasMissing warning 150s",
                "DeploymentUnavailable critical 150s",
                "PodCrashLooping warning at once",
                "PodCannotStart warning 2m",
                "PodUnschedulable warning 4m",
                "PodOutOfMemory warning at once",
                "PodMemoryNearLimit warning 2m",
                "PodCpuThrottled warning 2m",
                "PodChurn warning at once",
                "DeploymentMetricsMissing critical 4m",
            ],
        );
    });

    it("keep quiet while a rollout makes progress", () => {
        for (const alert of ["DeploymentRolloutStuck", "DeploymentReplicasMissing"]) {
            assert.match(
                ruleOf(group, alert).expr,
                /and on \(namespace, deployment\)\schanges\(\(max by \(namespace, deployment\) \(kube_deployment_status_replicas_updated\{[^}]*\}\)\)\[2m:30s\]\) == 0/,
            );
        }
    });

    it("page whether a rollout goes on or not", () => {
        assert.doesNotMatch(ruleOf(group, "DeploymentUnavailable").expr, /changes/);
    });

    it("page below the replicas that it needs", () => {
        const expr = ruleOf(deploymentAlerts({ ...deployment, minAvailable: 3 }), "DeploymentUnavailable").expr;
        assert.match(expr, /replicas_available\{[^}]*\}\) < 3\n/);
    });

    it("wait for one and a half times what a replica takes where no downtime is promised", () => {
        const { downtimeSeconds: _, ...unpromised } = deployment;
        const rules = deploymentAlerts({ ...unpromised, replicaSeconds: 400 });
        assert.equal(ruleOf(rules, "DeploymentUnavailable").for, "10m");
        assert.equal(ruleOf(rules, "DeploymentMetricsMissing").labels["severity"], "warning");
    });

    it("take pods of its own ReplicaSets alone", () => {
        assert.match(
            ruleOf(group, "PodCrashLooping").expr,
            /kube_pod_owner\{namespace="airflow",owner_kind="ReplicaSet",owner_name=~"scheduler-\[0-9a-z\]\+"\}$/,
        );
    });

    it("speak of an autoscaler only where there is one", () => {
        assert.ok(!hasRule(group, "DeploymentAutoscalerAtLimit"));
    });
});

describe("alerts of an autoscaled Deployment", () => {
    const scaled = deploymentAlerts({ ...deployment, autoscaled: { max: 12 } });

    it("speak of the limit only while the autoscaler is limited by it", () => {
        const { expr } = ruleOf(scaled, "DeploymentAutoscalerAtLimit");
        assert.match(expr, /status_desired_replicas\{[^}]*\}\) >= 12\n/);
        assert.match(expr, /condition="ScalingLimited",status="true"\}\) == 1\n/);
        assert.match(expr, /scaletargetref_kind="Deployment",scaletargetref_name="scheduler"/);
    });

    it("do not call replicas missing that were only just asked for", () => {
        assert.match(ruleOf(scaled, "DeploymentReplicasMissing").expr, /spec_replicas\{[^}]*\}\)\)\[4m:30s\]\) == 0$/);
    });
});
