import assert from "node:assert/strict";
import type { KubernetesObject, V1Pod } from "@kubernetes/client-node";
import * as fc from "fast-check";
import { EventLog, type RecordedEvent } from "../../../tools/control-plane/recorder/log.ts";
import { resourcePath } from "../../../tools/control-plane/recorder/stream.ts";
import { state, tail } from "../../../tools/control-plane/recorder/summary.ts";
import { counted, moments, podLine, podsOf, serving, told } from "../../cluster/support/history.ts";

function event(revision: number, type: RecordedEvent["type"], object: KubernetesObject): RecordedEvent {
    return { revision, at: revision * 1000, type, object };
}

interface PodFacts {
    readonly uid?: string;
    readonly node?: string;
    readonly ready?: boolean;
    readonly terminating?: boolean;
    readonly namespace?: string;
    readonly version?: number;
}

function pod(name: string, facts: PodFacts = {}): V1Pod {
    return {
        apiVersion: "v1",
        kind: "Pod",
        metadata: {
            name,
            namespace: facts.namespace ?? "data",
            uid: facts.uid ?? name,
            labels: { "app.kubernetes.io/name": "broker" },
            ...(facts.terminating && { deletionTimestamp: new Date(0) }),
        },
        spec: {
            containers: [{ name: "broker", image: `broker:${facts.version ?? 1}` }],
            ...(facts.node && { nodeName: facts.node }),
        },
        status: { phase: "Running", conditions: [{ type: "Ready", status: facts.ready ? "True" : "False" }] },
    };
}

const BROKERS = podsOf("data", "broker");

/** broker-1 is replaced, then broker-0; another namespace's pods and other kinds lie between. */
const ROLLOUT: readonly RecordedEvent[] = [
    event(1, "ADDED", pod("broker-0", { ready: true, node: "a" })),
    event(2, "ADDED", pod("broker-1", { ready: true, node: "b" })),
    event(3, "ADDED", pod("broker-0", { namespace: "other", uid: "other", ready: true })),
    event(10, "MODIFIED", pod("broker-1", { node: "b", ready: true, terminating: true })),
    event(11, "DELETED", pod("broker-1", { node: "b", terminating: true })),
    event(12, "ADDED", pod("broker-1", { uid: "new-1", version: 2 })),
    event(13, "MODIFIED", pod("broker-1", { uid: "new-1", version: 2, node: "b" })),
    event(14, "MODIFIED", { kind: "Node", apiVersion: "v1", metadata: { name: "a" } }),
    event(15, "MODIFIED", pod("broker-1", { uid: "new-1", version: 2, node: "b", ready: true })),
    event(16, "MODIFIED", pod("broker-0", { node: "a", terminating: true })),
    event(17, "DELETED", pod("broker-0", { node: "a", terminating: true })),
    event(18, "ADDED", pod("broker-0", { uid: "new-0", version: 2, node: "a" })),
    event(19, "MODIFIED", pod("broker-0", { uid: "new-0", version: 2, node: "a", ready: true })),
];

describe("EventLog", () => {
    it("orders by revision what watches of several kinds tell out of step", () => {
        fc.assert(
            fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 1000 })), (revisions) => {
                const log = new EventLog();
                for (const revision of revisions) {
                    log.add(event(revision, "ADDED", pod(`p-${revision}`)));
                }
                const sorted = revisions.toSorted((a, b) => a - b);
                assert.deepEqual(
                    log.events.map(({ revision }) => revision),
                    sorted,
                );
                assert.equal(log.revision, sorted.at(-1) ?? 0);
                const mark = sorted[Math.floor(sorted.length / 2)] ?? 0;
                assert.deepEqual(
                    log.since(mark).map(({ revision }) => revision),
                    sorted.filter((revision) => revision > mark),
                );
            }),
        );
    });

    it("knows what there is now", () => {
        const log = new EventLog();
        for (const one of ROLLOUT.slice(0, 5)) {
            log.add(one);
        }
        const names = log.current("Pod").map(({ metadata }) => `${metadata?.namespace}/${metadata?.name}`);
        assert.deepEqual(names, ["data/broker-0", "other/broker-0"]);
        assert.deepEqual(log.current("Service"), []);
    });
});

describe("moments", () => {
    const history = moments<V1Pod>(ROLLOUT, BROKERS, 3);
    const count = (of: (pods: Iterable<V1Pod>) => readonly V1Pod[]): readonly number[] =>
        history.map(({ objects }) => of(objects.values()).length);

    it("begin with how the objects stood, and are one for each event on them", () => {
        assert.deepEqual(
            history.map(({ revision }) => revision),
            [2, 10, 11, 12, 13, 15, 16, 17, 18, 19],
        );
        assert.deepEqual([...(history[0]?.objects.keys() ?? [])], ["broker-0", "broker-1"]);
        assert.deepEqual(moments([], BROKERS), []);
    });

    it("of pods: one on its way out is there, does not serve, and does not count", () => {
        assert.deepEqual(
            history.map(({ objects }) => objects.size),
            [2, 2, 1, 2, 2, 2, 2, 1, 2, 2],
        );
        assert.deepEqual(count(serving), [2, 1, 1, 1, 1, 2, 1, 1, 1, 2]);
        assert.deepEqual(count(counted), [2, 1, 1, 2, 2, 2, 1, 1, 2, 2]);
    });

    it("are told in lines, the last forty of them", () => {
        const lines = told(history, podLine).split("\n");
        assert.equal(lines.length, 10);
        assert.equal(lines[1], "  00:10.000 10 0:r:1 1:rx:1");
        assert.equal(lines.at(-1), "  00:19.000 19 1:r:2 0:r:2");
        const many = Array.from({ length: 50 }, (_, index) => ({ revision: index, at: 0, objects: new Map() }));
        assert.equal(told(many, podLine).split("\n").length, 40);
    });
});

describe("tail", () => {
    it("leaves out what changes nothing that is told, and keeps the last lines", () => {
        const heartbeats = [20, 21, 22].map((revision) =>
            event(revision, "MODIFIED", pod("broker-0", { ready: true, node: "a" })),
        );
        const lines = tail([...ROLLOUT, ...heartbeats], 3);
        assert.equal(lines.length, 3);
        assert.match(lines[2] ?? "", /^00:00:19\.000 19 MODIFIED Pod data\/broker-0: phase Running, on a, Ready True$/);
    });

    it("names volumes, sizes and what is wrong", () => {
        const claim = {
            kind: "PersistentVolumeClaim",
            metadata: { name: "data-0", deletionTimestamp: new Date(0) },
            spec: { volumeName: "pvc-1" },
            status: { phase: "Bound", capacity: { storage: "2Gi" } },
        };
        assert.equal(state(claim), "terminating, phase Bound, volume pvc-1, 2Gi");
        const pending = {
            kind: "Pod",
            status: {
                phase: "Pending",
                conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable" }],
            },
        };
        assert.equal(state(pending), "phase Pending, PodScheduled False Unschedulable");
    });
});

describe("resourcePath", () => {
    it("is that of all namespaces", () => {
        assert.equal(resourcePath("pods"), "/api/v1/pods");
        assert.equal(resourcePath("v1/pods"), "/api/v1/pods");
        assert.equal(resourcePath("apps/v1/statefulsets"), "/apis/apps/v1/statefulsets");
    });

    it("refuses what is no resource", () => {
        for (const wrong of ["", "Pod", "apps/v1/statefulsets/scale", "pods?watch=1"]) {
            assert.throws(() => resourcePath(wrong), /resource: got ".*"; .* Write it like "pods"/);
        }
    });
});
