import assert from "node:assert/strict";
import { podAlerts } from "../../../components/alerts/pods.ts";
import { deployment, ruleOf } from "./samples.ts";

function pods(settleSeconds: number, containers: readonly string[] = ["main", "side.car"]) {
    const owner = { kind: "StatefulSet", name: "db" } as const;
    return { name: "pods", rules: podAlerts({ ...deployment, containers }, { owner, settleSeconds }) };
}

describe("alerts on pods", () => {
    it("look at native sidecars too, which are init containers", () => {
        for (const alert of ["PodCrashLooping", "PodCannotStart", "PodOutOfMemory", "PodMemoryNearLimit"]) {
            assert.match(ruleOf(pods(60), alert).expr, / or (max by .*)?kube_pod_init_container_/, alert);
        }
    });

    it("count restarts by uid, since a recreated pod counts from 0 again", () => {
        assert.match(
            ruleOf(pods(60), "PodCrashLooping").expr,
            /max by \(namespace, pod, container, uid\) \(max_over_time.* - min by \(namespace, pod, container, uid\) \(min_over_time.* >= 3\n/,
        );
    });

    it("see three restarts even of a program that takes its whole time to fail", () => {
        assert.match(ruleOf(pods(0), "PodCrashLooping").expr, /\[20m\]/);
        assert.match(ruleOf(pods(600), "PodCrashLooping").expr, /\[50m\]/);
    });

    it("measure memory and CPU of the named containers", () => {
        for (const alert of ["PodMemoryNearLimit", "PodCpuThrottled"]) {
            assert.match(ruleOf(pods(60), alert).expr, /container=~"main\|side\\\\\.car"/, alert);
            assert.match(ruleOf(pods(60, ["main"]), alert).expr, /container="main"/, alert);
            assert.match(ruleOf(pods(60, []), alert).expr, /container!=""/, alert);
        }
    });

    it("tell at 90 % of the memory limit and a quarter of the CPU periods", () => {
        assert.match(ruleOf(pods(60), "PodMemoryNearLimit").expr, /\n> 0\.9\nand/);
        assert.match(ruleOf(pods(60), "PodCpuThrottled").expr, /\n> 0\.25\nand/);
    });

    it("count nothing as churn unless told how", () => {
        assert.ok(!pods(60).rules.some((rule) => rule.alert === "PodChurn"));
    });

    it("end with the owner, whose pods alone are meant", () => {
        for (const rule of pods(60).rules) {
            assert.match(
                rule.expr,
                /\nand on \(namespace, pod\) kube_pod_owner\{[^}]*owner_kind="StatefulSet",owner_name="db"\}$/,
            );
        }
    });
});
