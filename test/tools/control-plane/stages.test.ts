import assert from "node:assert/strict";
import { startUpLeft } from "../../../tools/control-plane/stages/pods.ts";
import { conditions, containers } from "../../../tools/control-plane/stages/templates.ts";
import { SILENT, type Stage, stages } from "../../../tools/control-plane/stages.ts";

function keys({ spec }: Stage): readonly string[] {
    return spec.selector.matchExpressions.map(({ jq }) => `${jq.key} ${jq.operator}`);
}

describe("stages", () => {
    const all = stages(0.5);

    it("are of nodes and of pods, for one kind given replaces kwok's own of both", () => {
        assert.deepEqual([...new Set(all.map(({ spec }) => spec.resourceRef.kind))], ["Node", "Pod"]);
    });

    it("have names of their own", () => {
        const names = all.map(({ metadata }) => metadata.name);
        assert.equal(new Set(names).size, names.length);
    });

    it("leave everything alone whose kubelet is dead, but for one that never plays", () => {
        const key = `.metadata.annotations["${SILENT}"]`;
        const [silent, others] = [true, false].map((wanted) =>
            all.filter(({ metadata }) => metadata.name.endsWith("-silent") === wanted),
        );
        for (const stage of others ?? []) {
            assert.ok(keys(stage).includes(`${key} DoesNotExist`), stage.metadata.name);
        }
        assert.equal(silent?.length, 2);
        for (const { metadata, spec } of silent ?? []) {
            assert.deepEqual(keys({ metadata, spec } as Stage), [`${key} Exists`]);
            assert.ok((spec.delay?.durationMilliseconds ?? 0) > 1e11, metadata.name);
        }
    });

    it("do nothing else to a pod that is deleted than end it", () => {
        const pods = all.filter(({ spec }) => spec.resourceRef.kind === "Pod");
        for (const stage of pods.filter(({ metadata }) => !["pod-deleted", "pod-silent"].includes(metadata.name))) {
            assert.ok(keys(stage).includes(".metadata.deletionTimestamp DoesNotExist"), stage.metadata.name);
        }
    });

    it("delete a pod in one way only", () => {
        const deleting = all.filter(({ spec }) => spec.steps.some((step) => "delete" in step));
        assert.deepEqual(
            deleting.map(({ metadata }) => metadata.name),
            ["pod-deleted"],
        );
    });

    it("start containers when an image could be there, times the scale, and never at once", () => {
        const delays = [1, 0.5, 0.02, 0.0001].map((scale) => {
            const started = stages(scale).find(({ metadata }) => metadata.name === "pod-started");
            return started?.spec.delay?.durationMilliseconds;
        });
        assert.deepEqual(delays, [20_000, 10_000, 400, 300]);
    });

    it("wait for a pod's own start-up, times the scale", () => {
        const ready = all.find(({ metadata }) => metadata.name === "pod-ready");
        assert.equal(ready?.spec.delay?.durationFrom?.jq.expression, startUpLeft(0.5));
        assert.match(startUpLeft(0.5), /\* 0\.5, 1\] \| max/);
    });
});

describe("a pod's conditions", () => {
    it("take back the reason for which they did not hold before", () => {
        assert.match(
            conditions({ Ready: true }),
            /type: Ready\n {2}status: "True"\n.*\n {2}reason: null\n {2}message: null/,
        );
    });

    it("name the containers that are not ready, unless something else is said", () => {
        assert.match(
            conditions({ Ready: { reason: "ContainersNotReady" } }),
            /message: "containers with unready status/,
        );
        assert.match(conditions({ Ready: { reason: "PodCompleted", message: null } }), /message: null/);
    });
});

describe("a pod's containers", () => {
    const usual = { ready: true, started: "true", state: "running:\n  startedAt: x" };

    it("are all in one state", () => {
        const text = containers("containers", usual);
        assert.match(text, /^\n\{\{ with \.spec\.containers \}\}\ncontainerStatuses:/);
        assert.match(text, /\n {2}state:\n {4}running:\n {6}startedAt: x/);
        assert.doesNotMatch(text, /lastState|\{\{ if/);
    });

    it("are in a special state where a condition holds", () => {
        const special = { ready: false, started: "false", state: "waiting: {}", restarts: "3", last: "terminated: {}" };
        const text = containers("initContainers", usual, { when: "eq .name `x`", state: special });
        assert.match(text, /initContainerStatuses:/);
        const [first = "", second = ""] = text.split("{{ else }}");
        assert.match(first, /\{\{ if eq \.name `x` \}\}[^]*restartCount: 3[^]*lastState:\n {4}terminated: \{\}/);
        assert.match(second, /restartCount: 0/);
    });
});
