import assert from "node:assert/strict";
import type { V1Node } from "@kubernetes/client-node";
import { type ClusterStatus, isWhole, statusText } from "../../../tools/control-plane/status.ts";

function node(zone: string, ready: boolean): V1Node {
    return {
        metadata: { labels: { workload: "infra", "topology.kubernetes.io/zone": zone } },
        status: { conditions: [{ type: "Ready", status: ready ? "True" : "Unknown" }] },
    };
}

const WELL: ClusterStatus = {
    instance: {
        name: "prod",
        directory: "/clusters/prod",
        keeper: 42,
        persistent: true,
        ready: true,
        createdAt: "2026-01-02T03:04:05.678Z",
        stack: "prod",
        startUpScale: 1,
        kubernetes: "1.35.4",
        kwok: "0.8.0",
    },
    keeperLives: true,
    dead: [],
    nodes: [node("z-b", true), node("z-a", true), node("z-a", false)],
};

describe("statusText", () => {
    it("counts nodes by pool and zone, and says how the cluster is used", () => {
        assert.equal(
            statusText(WELL),
            [
                "prod, Kubernetes 1.35.4, kwok 0.8.0, stack prod, since 2026-01-02 03:04 UTC",
                "    pool   zone  nodes  ready",
                "    infra  z-a       2      1",
                "    infra  z-b       1      1",
                "    export KUBECONFIG=/clusters/prod/kubeconfig",
                "    kubectl config use-context kwok-prod",
            ].join("\n"),
        );
    });

    for (const [what, change, text] of [
        ["its keeper", { keeperLives: false }, /Its keeper \(process 42\) has died/],
        ["a component", { dead: ["etcd"], nodes: undefined }, /Not running: etcd\. Logs: \/clusters\/prod/],
        ["its API server's answer", { nodes: undefined }, /The API server does not answer/],
    ] as const) {
        it(`says plainly that ${what} is missing, and how to end it`, () => {
            const broken = { ...WELL, ...change };
            assert.equal(isWhole(broken), false);
            assert.match(statusText(broken), text);
            assert.match(statusText(broken), /npm run cluster -- down --name prod/);
        });
    }

    it("takes a cluster that is starting for whole, unless its keeper is gone", () => {
        const starting = { ...WELL, instance: { ...WELL.instance, ready: false }, nodes: undefined, dead: ["etcd"] };
        assert.equal(isWhole(starting), true);
        assert.match(statusText(starting), /still starting/);
        assert.equal(isWhole({ ...starting, keeperLives: false }), false);
        assert.match(statusText({ ...starting, keeperLives: false }), /never got ready/);
    });

    it("tells clusters of tests from those that stay", () => {
        const { stack: _, ...own } = WELL.instance;
        assert.match(statusText({ ...WELL, instance: { ...own, persistent: false } }), /ends with the test/);
        assert.equal(isWhole(WELL), true);
    });
});
