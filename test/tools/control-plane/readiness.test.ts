import assert from "node:assert/strict";
import type { KubernetesObject } from "@kubernetes/client-node";
import { unready } from "../../../tools/control-plane/readiness.ts";

type Fields = Readonly<Record<string, unknown>>;

function object(kind: string, spec: Fields, status: Fields | undefined, generation = 2): KubernetesObject {
    return { kind, metadata: { name: "x", generation }, spec, ...(status ? { status } : {}) } as KubernetesObject;
}

const CASES: readonly (readonly [what: string, object: KubernetesObject, reason: string | undefined])[] = [
    [
        "a Deployment whose replicas are all new and available",
        object(
            "Deployment",
            { replicas: 2 },
            { observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2 },
        ),
        undefined,
    ],
    [
        "a Deployment whose change nobody has seen yet",
        object(
            "Deployment",
            { replicas: 2 },
            { observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 2 },
        ),
        "2 of 2 available, 2 of them updated",
    ],
    [
        "a Deployment with an old replica left",
        object(
            "Deployment",
            { replicas: 2 },
            { observedGeneration: 2, replicas: 3, updatedReplicas: 2, availableReplicas: 2 },
        ),
        "2 of 2 available, 2 of them updated",
    ],
    [
        "a Deployment without a status",
        object("Deployment", { replicas: 2 }, undefined),
        "0 of 2 available, 0 of them updated",
    ],
    [
        "a StatefulSet of one revision",
        object(
            "StatefulSet",
            { replicas: 3 },
            { observedGeneration: 2, replicas: 3, availableReplicas: 3, currentRevision: "a", updateRevision: "a" },
        ),
        undefined,
    ],
    [
        "a StatefulSet between two revisions",
        object(
            "StatefulSet",
            { replicas: 3 },
            {
                observedGeneration: 2,
                replicas: 3,
                availableReplicas: 3,
                updatedReplicas: 1,
                currentRevision: "a",
                updateRevision: "b",
            },
        ),
        "3 of 3 available, 1 of them updated",
    ],
    [
        "a canary with the ordinals from its partition on updated",
        object(
            "StatefulSet",
            { replicas: 3, updateStrategy: { rollingUpdate: { partition: 2 } } },
            {
                observedGeneration: 2,
                replicas: 3,
                availableReplicas: 3,
                updatedReplicas: 1,
                currentRevision: "a",
                updateRevision: "b",
            },
        ),
        undefined,
    ],
    [
        "a StatefulSet with an unavailable replica",
        object(
            "StatefulSet",
            { replicas: 3 },
            { observedGeneration: 2, replicas: 3, availableReplicas: 2, currentRevision: "a", updateRevision: "a" },
        ),
        "2 of 3 available, 3 of them updated",
    ],
    [
        "a DaemonSet on every node",
        object(
            "DaemonSet",
            {},
            { observedGeneration: 2, desiredNumberScheduled: 60, updatedNumberScheduled: 60, numberAvailable: 60 },
        ),
        undefined,
    ],
    [
        "a DaemonSet that no node wants",
        object(
            "DaemonSet",
            {},
            { observedGeneration: 2, desiredNumberScheduled: 0, updatedNumberScheduled: 0, numberAvailable: 0 },
        ),
        "0 of 0 available, 0 updated",
    ],
    [
        "a complete Job",
        object("Job", {}, { succeeded: 1, conditions: [{ type: "Complete", status: "True" }] }),
        undefined,
    ],
    [
        "a failed Job",
        object("Job", {}, { conditions: [{ type: "Failed", status: "True", message: "too many" }] }),
        "too many",
    ],
    ["a running Job", object("Job", { completions: 2 }, { succeeded: 1 }), "1 of 2 succeeded"],
    ["a bound claim", object("PersistentVolumeClaim", {}, { phase: "Bound" }), undefined],
    ["a pending claim", object("PersistentVolumeClaim", {}, { phase: "Pending" }), "Pending"],
    ["anything else", object("Service", {}, {}), undefined],
];

describe("readiness of an object", () => {
    for (const [what, made, reason] of CASES) {
        it(`${reason === undefined ? "waits for nothing" : `says "${reason}"`}: ${what}`, () => {
            assert.equal(unready(made), reason);
        });
    }
});
