import assert from "node:assert/strict";
import type { CoreV1Event } from "@kubernetes/client-node";
import { ControlPlane } from "../../tools/control-plane/control-plane.ts";
import { stackNodes } from "../../tools/control-plane/nodes.ts";
import { Recorder } from "../../tools/control-plane/recorder.ts";
import { OPTIONAL_SECTIONS } from "../../tools/platform-table/optional-sections.ts";
import { builtWith, prodWith } from "../stacks/platform/everything.ts";
import { withGeneratedValues } from "../stacks/rendered/stack.ts";
import { type Changes, Deployed } from "./support/deployed.ts";
import { type Desired, desiredObjects, STACK_RESOURCES } from "./support/desired.ts";
import { refusals } from "./support/refusals.ts";
import { allReady, OBSERVED } from "./support/waiting.ts";

/** A start takes a hundredth of what the workloads allow themselves, and a second at least. */
const START_UP_SCALE = 0.01;

const READY_MS = 120_000;

const NODES = 60;

/** Kinds that only systems make which prod has not switched on. */
const OPTIONAL_RESOURCES = ["VerticalPodAutoscaler", "ClusterSecretStore"] as const;

describe(`prod with every option on ${NODES} nodes`, () => {
    let plane: ControlPlane;
    let recorder: Recorder;
    let desired: readonly Desired[];
    let applied: Changes;

    before(async () => {
        const [started, resources] = await Promise.all([
            ControlPlane.start({
                nodes: stackNodes(prodWith(OPTIONAL_SECTIONS), { nodes: NODES }),
                startUpScale: START_UP_SCALE,
                customResources: [...STACK_RESOURCES, ...OPTIONAL_RESOURCES],
            }),
            withGeneratedValues(() => builtWith(OPTIONAL_SECTIONS)),
        ]);
        plane = started;
        recorder = await Recorder.start(plane.client, [...OBSERVED, "events"]);
        desired = desiredObjects(resources);
    });

    after(async () => {
        await recorder?.stop();
        await plane?.stop();
    });

    it("is accepted with strict field validation, each object after what it depends on", async () => {
        applied = await new Deployed(plane.client).apply(desired);
        assert.equal(applied.created.length, desired.length);
    });

    it("becomes ready, every workload of it", async () => {
        await allReady(recorder, applied.objects, READY_MS);
    });

    it("is warned of by nobody, and no pod of it is refused", () => {
        assert.deepEqual(
            plane.client.warnings.map(({ text }) => text),
            [],
        );
        assert.deepEqual(refusals(recorder.current("Event") as readonly CoreV1Event[]), []);
    });
});
