import assert from "node:assert/strict";
import type { KubernetesObject, V1Pod } from "@kubernetes/client-node";
import * as fc from "fast-check";
import { EventLog, type RecordedEvent } from "../../../tools/control-plane/recorder/log.ts";
import {
    COUNTS,
    highest,
    lowest,
    podSteps,
    podsWith,
    podTimeline,
    replacements,
    stepLines,
} from "../../../tools/control-plane/recorder/pods.ts";
import { resourcePath } from "../../../tools/control-plane/recorder/stream.ts";
import { state, tail } from "../../../tools/control-plane/recorder/summary.ts";

function event(revision: number, type: RecordedEvent["type"], object: KubernetesObject): RecordedEvent {
    return { revision, at: revision * 1000, type, object };
}

interface PodFacts {
    readonly uid?: string;
    readonly node?: string;
    readonly ready?: boolean;
    readonly terminating?: boolean;
    readonly namespace?: string;
    readonly template?: string;
}

function pod(name: string, facts: PodFacts = {}): V1Pod {
    return {
        apiVersion: "v1",
        kind: "Pod",
        metadata: {
            name,
            namespace: facts.namespace ?? "data",
            uid: facts.uid ?? name,
            labels: { app: "broker", "controller-revision-hash": facts.template ?? "one" },
            ...(facts.terminating && { deletionTimestamp: new Date(0) }),
        },
        spec: { containers: [], ...(facts.node && { nodeName: facts.node }) },
        status: { phase: "Running", conditions: [{ type: "Ready", status: facts.ready ? "True" : "False" }] },
    };
}

const BROKERS = podsWith("data", { app: "broker" });

/** broker-1 is replaced, then broker-0; another namespace's pods and other kinds lie between. */
const ROLLOUT: readonly RecordedEvent[] = [
    event(1, "ADDED", pod("broker-0", { ready: true, node: "a" })),
    event(2, "ADDED", pod("broker-1", { ready: true, node: "b" })),
    event(3, "ADDED", pod("broker-0", { namespace: "other", uid: "other", ready: true })),
    event(10, "MODIFIED", pod("broker-1", { node: "b", ready: true, terminating: true })),
    event(11, "DELETED", pod("broker-1", { node: "b", terminating: true })),
    event(12, "ADDED", pod("broker-1", { uid: "new-1", template: "two" })),
    event(13, "MODIFIED", pod("broker-1", { uid: "new-1", template: "two", node: "b" })),
    event(14, "MODIFIED", { kind: "Node", apiVersion: "v1", metadata: { name: "a" } }),
    event(15, "MODIFIED", pod("broker-1", { uid: "new-1", template: "two", node: "b", ready: true })),
    event(16, "MODIFIED", pod("broker-0", { node: "a", terminating: true })),
    event(17, "DELETED", pod("broker-0", { node: "a", terminating: true })),
    event(18, "ADDED", pod("broker-0", { uid: "new-0", template: "two", node: "a" })),
    event(19, "MODIFIED", pod("broker-0", { uid: "new-0", template: "two", node: "a", ready: true })),
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

describe("pod timeline", () => {
    const timeline = podTimeline(ROLLOUT, BROKERS, 3);

    it("begins with how the pods stood, and has one entry for each event on them", () => {
        assert.deepEqual(
            timeline.map(({ revision }) => revision),
            [3, 10, 11, 12, 13, 15, 16, 17, 18, 19],
        );
        assert.deepEqual(
            timeline[0]?.pods.map(({ name, ready }) => [name, ready]),
            [
                ["broker-0", true],
                ["broker-1", true],
            ],
        );
        assert.deepEqual(podTimeline([], BROKERS), [{ revision: 0, at: 0, pods: [] }]);
    });

    it("does not count a terminating pod as ready", () => {
        assert.deepEqual(timeline.map(COUNTS.ready), [2, 1, 1, 1, 1, 2, 1, 1, 1, 2]);
    });

    it("counts those that are there, active and not ready", () => {
        assert.deepEqual(timeline.map(COUNTS.present), [2, 2, 1, 2, 2, 2, 2, 1, 2, 2]);
        assert.deepEqual(timeline.map(COUNTS.active), [2, 1, 1, 2, 2, 2, 1, 1, 2, 2]);
        assert.deepEqual(timeline.map(COUNTS.unready), [0, 1, 0, 1, 1, 0, 1, 0, 1, 0]);
    });

    it("finds the extremes and when they were", () => {
        assert.deepEqual(
            [highest(timeline, COUNTS.unready).count, highest(timeline, COUNTS.unready).moment.revision],
            [1, 10],
        );
        assert.deepEqual(
            [lowest(timeline, COUNTS.present).count, lowest(timeline, COUNTS.present).moment.revision],
            [1, 11],
        );
        assert.throws(() => highest([], COUNTS.ready), /it is empty/);
    });

    it("tells each step of each pod in order", () => {
        assert.deepEqual(
            podSteps(timeline).map(({ revision, what, pod: { name } }) => `${revision} ${what} ${name}`),
            [
                "10 unready broker-1",
                "10 terminating broker-1",
                "11 deleted broker-1",
                "12 created broker-1",
                "13 scheduled broker-1",
                "15 ready broker-1",
                "16 unready broker-0",
                "16 terminating broker-0",
                "17 deleted broker-0",
                "18 created broker-0",
                "18 scheduled broker-0",
                "19 ready broker-0",
            ],
        );
        assert.equal(stepLines(podSteps(timeline))[4], "00:00:13.000 13 scheduled broker-1 on b");
    });

    it("tells which names got a new pod, in order", () => {
        assert.deepEqual(
            replacements(timeline).map(({ name, before, after, revision }) => [
                name,
                before.template,
                after.template,
                revision,
            ]),
            [
                ["broker-1", "one", "two", 12],
                ["broker-0", "one", "two", 18],
            ],
        );
        assert.deepEqual(replacements(podTimeline(ROLLOUT.slice(0, 3), BROKERS)), []);
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
