import assert from "node:assert/strict";
import type { V1PersistentVolumeClaim, V1PodDisruptionBudget } from "@kubernetes/client-node";
import { ControlPlane } from "../../tools/control-plane/control-plane.ts";
import { stackNodes } from "../../tools/control-plane/nodes.ts";
import { Recorder } from "../../tools/control-plane/recorder.ts";
import { stackConfig } from "../stacks/raw-config.ts";
import { RANDOM } from "./doubles/random.ts";
import { describeWithEngine } from "./support/engine.ts";
import { killedUpdate } from "./support/killed.ts";
import { losses } from "./support/losses.ts";
import { programsObjects } from "./support/objects.ts";
import { Project } from "./support/project.ts";
import { resume } from "./support/resume.ts";
import type { Run } from "./support/run.ts";
import { inSteps } from "./support/steps.ts";
import { claims, replicas, statefulSets } from "./support/volumes.ts";

/** A start takes a hundredth of what the workloads allow themselves, and a second at least. */
const START_UP_SCALE = 0.01;

/** Only matters where something fails. */
const PATIENCE_MS = 120_000;

/** Providers keep what the environment has asked of them until it does so no more. */
const PROVIDERS = ["update kubernetes cluster", "update kubernetes cluster-claims"];

const BUDGET = {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name: "kafka-broker", namespace: "kafka" },
};

function succeeded(run: Run): void {
    assert.equal(run.failure, undefined);
    assert.deepEqual(run.diagnostics, []);
    assert.deepEqual(run.violations, []);
}

function changed(run: Run): readonly string[] {
    return run.changes.map(({ op, type, name }) => `${op} ${type.split(":").at(-1)} ${name}`).toSorted();
}

function has(size: string): (claim: V1PersistentVolumeClaim) => boolean {
    return ({ status }) => status?.capacity?.["storage"] === size;
}

describeWithEngine("local on a control plane", () => {
    let plane: ControlPlane;
    let recorder: Recorder;
    let project: Project;

    inSteps();

    before(async () => {
        const nodes = stackNodes(stackConfig("local"), {});
        plane = await ControlPlane.start({ nodes, startUpScale: START_UP_SCALE });
        recorder = await Recorder.start(plane.client, ["apps/v1/statefulsets", "persistentvolumeclaims"]);
        project = await Project.create({ stack: "local", doubles: [RANDOM], kubeconfig: plane.kubeconfig });
        await project.configure({ "data-platform:context": plane.context });
    });

    after(async () => {
        await project?.close();
        await recorder?.stop();
        await plane?.stop();
    });

    it("is previewed on an empty cluster", async () => {
        const run = await project.preview();
        succeeded(run);
        assert.ok(run.changes.length > 100 && run.changes.every(({ op }) => op === "create"), changed(run).join("\n"));
    });

    it("comes up, each claim with a volume of its own", async () => {
        const run = await project.up();
        succeeded(run);
        const volumes = Object.entries(await claims(plane.client));
        const declared = run.changes.filter(({ type }) => type === "kubernetes:core/v1:PersistentVolumeClaim");
        assert.equal(volumes.length, declared.length);
        assert.equal(new Set(volumes.map(([, { volumeUid }]) => volumeUid)).size, declared.length);
    });

    it("has nothing to do when it is brought up again", async () => {
        const run = await project.up({ expectNoChanges: true });
        succeeded(run);
        assert.deepEqual(changed(run), []);
    });

    it("takes a new image by updates; only the job, whose spec names it, is another one", async () => {
        const before = await statefulSets(plane.client);
        await project.configure({ "data-platform:kafka/image": "apache/kafka:4.3.2" });
        const run = await project.up();
        succeeded(run);
        assert.deepEqual(changed(run), [
            "create-replacement Job kafka-topics",
            "delete-replaced Job kafka-topics",
            "replace Job kafka-topics",
            "update PrometheusRule kafka-topics",
            "update StatefulSet kafka-broker",
            "update StatefulSet kafka-controller",
        ]);
        assert.deepEqual(await statefulSets(plane.client), before);
    });

    it("grows the brokers' volumes by their claims alone, under the running pods", async () => {
        const before = await Promise.all([statefulSets(plane.client), replicas(plane.client, "kafka", "kafka-broker")]);
        const volumes = await claims(plane.client);
        await project.configure({ "data-platform:kafka/brokerStorage": "4Gi" });
        const run = await project.up();
        succeeded(run);
        assert.deepEqual(
            changed(run),
            [100, 101, 102].map((ordinal) => `update PersistentVolumeClaim data-kafka-broker-${ordinal}`),
        );
        const grown = Object.entries(volumes).map(([name, bound]) => [
            name,
            name.includes("kafka-broker") ? { ...bound, size: "4Gi" } : bound,
        ]);
        await recorder.waitFor(
            "the brokers' volumes to have 4Gi",
            () => recorder.current("PersistentVolumeClaim").filter(has("4Gi")).length === 3,
            PATIENCE_MS,
        );
        assert.deepEqual(await claims(plane.client), Object.fromEntries(grown));
        assert.deepEqual(
            await Promise.all([statefulSets(plane.client), replicas(plane.client, "kafka", "kafka-broker")]),
            before,
        );
    });

    it("finds the cluster as it left it", async () => {
        succeeded(await project.refresh({ expectNoChanges: true }));
    });

    it("sees what somebody else has changed, says who, and puts it right when it is told to", async () => {
        await plane.client.patch(BUDGET, { spec: { maxUnavailable: 2 } });
        const seen = await project.preview({ refresh: true, expectNoChanges: true });
        assert.match(seen.failure ?? "", /no changes were expected/);
        assert.deepEqual(changed(seen), ["update PodDisruptionBudget kafka-broker"]);
        const refused = await project.up({ refresh: true });
        assert.match(refused.failure ?? "", /conflict with "data-platform" using policy\/v1: \.spec\.maxUnavailable/);
        const run = await project.up({ refresh: true, environment: { PULUMI_K8S_ENABLE_PATCH_FORCE: "true" } });
        succeeded(run);
        assert.deepEqual(changed(run), ["update PodDisruptionBudget kafka-broker", ...PROVIDERS]);
        assert.equal((await plane.client.find<V1PodDisruptionBudget>(BUDGET))?.spec?.maxUnavailable, 1);
    });

    it("scales out and in again, and keeps the claim of a replica that went", async () => {
        const before = await statefulSets(plane.client);
        await project.configure({
            "data-platform:kafka/brokers": 4,
            "data-platform:consumers/membership/replicas": 3,
        });
        succeeded(await project.up());
        const out = await claims(plane.client);
        assert.ok(out["kafka/data-kafka-broker-103"]?.volumeUid !== undefined, "broker 103 has no volume");
        await project.configure({
            "data-platform:kafka/brokers": 3,
            "data-platform:consumers/membership/replicas": 2,
        });
        const run = await project.up();
        succeeded(run);
        assert.ok(changed(run).includes("delete PersistentVolumeClaim data-kafka-broker-103"), changed(run).join("\n"));
        assert.deepEqual(await claims(plane.client), out);
        assert.deepEqual(await statefulSets(plane.client), before);
    });

    it("refuses in the preview to shrink a volume, and to give it another class", async () => {
        await project.configure({ "data-platform:kafka/brokerStorage": "2Gi" });
        assert.match((await project.preview()).failure ?? "", /the volume has 4Gi, and EBS volumes do not shrink/);
        await project.configure({
            "data-platform:kafka/brokerStorage": "4Gi",
            "data-platform:storageClass": "another",
        });
        const another = await project.preview();
        assert.match(another.failure ?? "", /made by class standard, and the class of a claim cannot change/);
        await project.configure({ "data-platform:storageClass": "standard" });
    });

    it("is destroyed and brought up again on the same volumes", async () => {
        const before = await claims(plane.client);
        const gone = await project.destroy();
        assert.equal(gone.failure, undefined);
        assert.deepEqual(await statefulSets(plane.client), {});
        assert.deepEqual(await claims(plane.client), before);
        succeeded(await project.up());
        assert.deepEqual(await claims(plane.client), before);
    });

    it("goes on where an update was killed, on the same volumes and with nothing twice", async () => {
        const before = await Promise.all([claims(plane.client), programsObjects(plane.client)]);
        assert.equal((await project.destroy()).failure, undefined);
        const mark = recorder.mark();
        await killedUpdate(project, () =>
            recorder.waitFor(
                "the update to be in the middle of a StatefulSet",
                () =>
                    recorder.since(mark).some(({ type, object }) => type === "ADDED" && object.kind === "StatefulSet"),
                PATIENCE_MS,
            ),
        );
        assert.match((await project.up()).failure ?? "", /the stack is currently locked/);
        succeeded(await resume(project));
        assert.deepEqual(await Promise.all([claims(plane.client), programsObjects(plane.client)]), before);
        const settled = await project.up();
        succeeded(settled);
        assert.deepEqual(changed(settled), PROVIDERS);
    });

    it("has replaced nothing stateful in all this, and deleted no claim in earnest", () => {
        assert.ok(project.runs.flatMap(({ changes }) => changes).length > 0);
        assert.deepEqual(losses(project.runs), []);
    });
});
