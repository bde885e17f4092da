import assert from "node:assert/strict";
import type { V1Node, V1PersistentVolumeClaim, V1Pod } from "@kubernetes/client-node";
import { EKS_STORAGE } from "../../stacks/infrastructure/storage-classes.ts";
import { stackNodes } from "../../tools/control-plane/nodes.ts";
import { isReady } from "../../tools/control-plane/readiness.ts";
import { Recorder } from "../../tools/control-plane/recorder.ts";
import { stackConfig } from "../stacks/raw-config.ts";
import { successor } from "./disruptions/nodes.ts";
import { counted, podsOf } from "./support/history.ts";
import { placements } from "./support/placement.ts";
import { Trial } from "./support/trial.ts";
import { NAMESPACE } from "./support/workloads.ts";
import { crowdedNodes, mostAttachments, volumeLimit } from "./volumes/crowd.ts";
import { CROWDED, program, SCALED, type Step, TUNED } from "./volumes/program.ts";
import { bindings, course, firstEvent, interventions, losses, none, sizes } from "./volumes/story.ts";

const NODES = 9;
const WAIT_MS = 120_000;
/** Both more than there are zones: up to that number, replicas wait for a zone each, which is a rule of their pods. */
const ALL = 6;
const FEWER = 4;
const SMALL = "1Gi";
const LARGE = "2Gi";

describe("volumes of a service", () => {
    let trial: Trial;
    let attachments: Recorder;
    /** Revision before the latest step, and what each claim was bound to. */
    let mark: number;
    let bound: Readonly<Record<string, string>>;

    const step = async (next: Step): Promise<void> => {
        mark = trial.recorder.mark();
        bound = bindings(trial.recorder);
        await trial.apply(program(next));
    };
    const claim = (name: string): V1PersistentVolumeClaim | undefined =>
        trial.objects<V1PersistentVolumeClaim>("PersistentVolumeClaim").get(name);
    const grown = (names: readonly string[]): Promise<boolean> =>
        trial.recorder.waitFor(
            `${names.join()} to have grown`,
            () => names.every((name) => claim(name)?.status?.capacity?.["storage"] === LARGE),
            WAIT_MS,
        );
    const scaledClaims = (ordinals: readonly number[]): readonly string[] =>
        ordinals.map((ordinal) => `data-${SCALED}-${ordinal}`);
    const assertKept = (): void => {
        none(losses(trial.recorder.since(mark)));
        assert.deepEqual(bindings(trial.recorder), bound);
    };
    /** Revision of the first event of a pod of the scaled service in which something holds. */
    const revision = (ordinal: number, what: string, holds: (type: string, pod: V1Pod) => unknown): number =>
        firstEvent(
            trial.recorder.since(mark),
            `${SCALED}-${ordinal} ${what}`,
            ({ type, object }) =>
                object.kind === "Pod" && object.metadata?.name === `${SCALED}-${ordinal}` && holds(type, object),
        ).revision;

    before(async () => {
        trial = await Trial.start({ nodes: NODES, startUpScale: 0.01 });
        attachments = await Recorder.start(trial.plane.client, ["storage.k8s.io/v1/volumeattachments"]);
        await step({ replicas: ALL, size: SMALL });
        await trial.settled();
    });

    after(async () => {
        await attachments?.stop();
        await trial?.stop();
    });

    describe("that has fewer replicas, and larger volumes, from now on", () => {
        before(async () => {
            await step({ replicas: FEWER, size: LARGE, attributesClass: EKS_STORAGE.throughput });
            await trial.settled();
            await grown([...scaledClaims([0, 1, 2, 3]), `data-${TUNED}-0`]);
        });

        it("stay when replicas go, which they do one after the other from the highest on", () => {
            assert.deepEqual(trial.ordinals(SCALED, "DELETED"), [5, 4]);
            const gone = revision(5, "gone", (type) => type === "DELETED");
            const leaves = revision(4, "leaving", (_, { metadata }) => metadata?.deletionTimestamp);
            assert.ok(gone < leaves, `5 was gone at ${gone}, 4 left at ${leaves}`);
            assert.equal(Object.keys(bound).length, ALL + 1);
            assertKept();
        });

        it("grow under the replicas that stay, and not beside them", () => {
            none(interventions(trial.recorder, mark, (pod) => /-[0123]$/.test(pod.metadata?.name ?? "")));
            const large = (name: string): string => claim(name)?.spec?.resources?.requests?.["storage"] ?? "";
            assert.deepEqual(scaledClaims([0, 1, 2, 3, 4, 5]).map(large), [LARGE, LARGE, LARGE, LARGE, SMALL, SMALL]);
        });

        it("get size and performance in one change, while the pod runs", () => {
            const name = `data-${TUNED}-0`;
            const asked = course(
                trial.recorder.since(mark),
                name,
                ({ spec }) => `${spec?.resources?.requests?.["storage"]} ${spec?.volumeAttributesClassName}`,
            );
            assert.deepEqual(asked, [`${LARGE} ${EKS_STORAGE.throughput}`]);
            assert.equal(claim(name)?.status?.currentVolumeAttributesClassName, EKS_STORAGE.throughput);
            none(interventions(trial.recorder, mark, podsOf(NAMESPACE, TUNED)));
        });

        it("come back to their zone while the only replica of another is on a node that is being drained", async () => {
            const replicas = placements(trial.recorder).filter(({ pod }) => podsOf(NAMESPACE, SCALED)(pod));
            const zones = [...Map.groupBy(replicas, ({ zone }) => zone).values()];
            const [alone] = zones.find(({ length }) => length === 1) ?? [];
            const [one] = zones.find(({ length }) => length === 2) ?? [];
            assert.ok(alone && one, "four replicas in three zones are two, one and one");
            const { name = "", uid } = one.pod.metadata ?? {};
            const drained = alone.node.metadata?.name ?? "";
            // Without another, its zone would not count for the scheduler while the node takes no pods.
            await trial.plane.addNodes(successor(stackNodes(stackConfig("prod"), { nodes: NODES }), drained, "beside"));
            await trial.plane.client.cordon(drained);
            await trial.recorder.waitFor(
                `${drained} to be tainted`,
                () =>
                    (trial.recorder.current("Node") as readonly V1Node[])
                        .find(({ metadata }) => metadata?.name === drained)
                        ?.spec?.taints?.some(({ key }) => key === "node.kubernetes.io/unschedulable") ?? false,
                WAIT_MS,
            );
            assert.equal(await trial.plane.client.evict(NAMESPACE, name), "evicted");
            await trial.recorder.waitFor(
                `${name} to be back`,
                () =>
                    trial
                        .pods(SCALED)
                        .some((pod) => pod.metadata?.name === name && pod.metadata.uid !== uid && isReady(pod)),
                WAIT_MS,
            );
            await trial.plane.client.cordon(drained, false);
            assertKept();
        });
    });

    describe("that has all its replicas again", () => {
        before(async () => {
            await step({ replicas: ALL, size: LARGE, attributesClass: EKS_STORAGE.throughput });
            await trial.settled();
            await grown(scaledClaims([4, 5]));
        });

        it("are taken again, each in its own zone", () => {
            assertKept();
            const placed = placements(trial.recorder).filter(
                ({ pod: { metadata } }) => metadata?.namespace === NAMESPACE,
            );
            assert.equal(placed.length, ALL + 1);
            for (const { pod, zone, volumes } of placed) {
                const places = volumes.map((volume) => volume.zones.join());
                assert.deepEqual(places, [zone], pod.metadata?.name);
            }
        });

        it("come back one after the other, each pod after the one before is ready", () => {
            assert.deepEqual(trial.ordinals(SCALED, "ADDED"), [4, 5]);
            const ready = revision(4, "ready", (_, pod) => isReady(pod));
            const next = revision(5, "made", (type) => type === "ADDED");
            assert.ok(ready < next, `4 was ready at ${ready}, 5 made at ${next}`);
        });

        it("are asked to grow before their pods are there, and do", () => {
            for (const ordinal of [4, 5]) {
                const [name = ""] = scaledClaims([ordinal]);
                const story = course(trial.recorder.since(mark), name, sizes);
                assert.deepEqual(story, [`${SMALL} of ${LARGE}`, `${LARGE} of ${LARGE}`]);
                const asked = firstEvent(
                    trial.recorder.since(mark),
                    `the growth of ${name}`,
                    ({ object }) => object.kind === "PersistentVolumeClaim" && object.metadata?.name === name,
                ).revision;
                assert.ok(asked < revision(ordinal, "made", (type) => type === "ADDED"), name);
            }
        });
    });

    describe("that are more than a node takes", () => {
        const nodes = crowdedNodes();
        const [first = [], second = []] = nodes;
        const nameOf = (objects: typeof first): string => objects[0]?.metadata?.name ?? "";
        const limit = volumeLimit(first);
        const fitting = Math.floor(limit / CROWDED.volumes);
        const on = (node: string): readonly V1Pod[] =>
            trial.pods(CROWDED.name).filter(({ spec }) => spec?.nodeName === node);

        before(async () => {
            await trial.plane.addNodes(first);
            await step({ replicas: ALL, size: LARGE, attributesClass: EKS_STORAGE.throughput, crowded: true });
        });

        it("keep a replica waiting with the scheduler's reason", async () => {
            assert.equal(fitting, CROWDED.replicas - 1, `${limit} volumes on ${nameOf(first)}`);
            const reason = await trial.recorder.waitFor(
                "one replica to wait, and the others to run",
                () =>
                    on(nameOf(first)).filter(isReady).length === fitting &&
                    counted(trial.pods(CROWDED.name))
                        .flatMap(({ spec, status }) => (spec?.nodeName === undefined ? (status?.conditions ?? []) : []))
                        .find(({ type, message }) => type === "PodScheduled" && message)?.message,
                WAIT_MS,
            );
            assert.match(reason, /exceed max volume count/);
        });

        it("go to the next node, and never beyond what the first one takes", async () => {
            await trial.plane.addNodes(second);
            await trial.settled();
            await attachments.waitFor(
                "every volume to be attached",
                () => mostAttachments(attachments.events, nameOf(second)) === CROWDED.volumes,
                WAIT_MS,
            );
            assert.equal(on(nameOf(second)).length, 1);
            assert.equal(mostAttachments(attachments.events, nameOf(first)), fitting * CROWDED.volumes);
        });
    });
});
