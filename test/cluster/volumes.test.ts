import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import type { KubernetesObject, V1Node, V1PersistentVolumeClaim, V1Pod, V1StatefulSet } from "@kubernetes/client-node";
import { claimChangeProblem } from "../../components/support/claim-guard.ts";
import { isApiError } from "../../tools/control-plane/client/api-error.ts";
import { ControlPlane } from "../../tools/control-plane/control-plane.ts";
import { stackNodes } from "../../tools/control-plane/nodes.ts";
import { isReady } from "../../tools/control-plane/readiness.ts";
import { identity } from "../../tools/control-plane/recorder/log.ts";
import { Recorder } from "../../tools/control-plane/recorder.ts";
import { stackConfig } from "../stacks/raw-config.ts";
import { changedStack, renderedStack } from "../stacks/rendered/stack.ts";
import { type Changes, Deployed } from "./support/deployed.ts";
import { type Desired, desiredObjects, STACK_RESOURCES } from "./support/desired.ts";
import { placements } from "./support/placement.ts";
import { OBSERVED } from "./support/waiting.ts";
import { bindings, course, firstEvent, interventions, losses, none, sizes } from "./volumes/story.ts";
import {
    askedFor,
    claimNames,
    hasVolumes,
    isClaim,
    LARGER,
    ofSystems,
    REPLICAS,
    SYSTEMS,
    systemsWithVolumes,
} from "./volumes/systems.ts";

/** Of the pool that the systems run on, as `prod` has them most of the time. */
const NODES = 9;
const WAIT_MS = 120_000;
const POLL_MS = 100;

function uids(objects: readonly KubernetesObject[]): readonly string[] {
    return objects.map(({ metadata }) => metadata?.uid ?? "").toSorted();
}

describe("the volumes of prod", () => {
    let plane: ControlPlane;
    let recorder: Recorder;
    let deployed: Deployed;
    let original: readonly Desired[];
    let larger: readonly Desired[];
    /** Revision before the latest step, and what each claim was bound to. */
    let mark: number;
    let bound: Readonly<Record<string, string>>;

    const pods = (): readonly V1Pod[] => recorder.current("Pod").filter(ofSystems);
    const claims = (): readonly V1PersistentVolumeClaim[] => recorder.current("PersistentVolumeClaim").filter(isClaim);
    const sets = (): readonly V1StatefulSet[] => recorder.current("StatefulSet").filter(hasVolumes);

    const begin = (): void => {
        mark = recorder.mark();
        bound = bindings(recorder);
    };
    const allRun = (): Promise<boolean> =>
        recorder.waitFor("every replica to run", () => pods().filter(isReady).length === REPLICAS, WAIT_MS);
    const removeSets = async (): Promise<void> => {
        await deployed.apply(larger.filter(({ object }) => !hasVolumes(object)));
        await recorder.waitFor("the StatefulSets to go", () => sets().length === 0, WAIT_MS);
    };
    const removePods = async (): Promise<void> => {
        await Promise.all(pods().map((pod) => plane.client.remove(pod)));
        await recorder.waitFor("the pods to go", () => pods().length === 0, WAIT_MS);
    };
    const assertKept = (): void => {
        none(losses(recorder.since(mark)));
        assert.equal(Object.keys(bound).length, REPLICAS);
        assert.deepEqual(bindings(recorder), bound);
    };

    before(async () => {
        plane = await ControlPlane.start({
            nodes: stackNodes(stackConfig("prod"), { nodes: NODES }),
            startUpScale: 0.001,
            customResources: STACK_RESOURCES,
        });
        recorder = await Recorder.start(plane.client, [...OBSERVED, "namespaces"]);
        deployed = new Deployed(plane.client);
        original = systemsWithVolumes(desiredObjects((await renderedStack("prod")).resources));
        larger = systemsWithVolumes(desiredObjects((await changedStack("prod", LARGER)).resources));
        await deployed.apply(original);
        await allRun();
    });

    after(async () => {
        await recorder?.stop();
        await plane?.stop();
    });

    describe("at the first start", () => {
        it("are one for each replica, by the name of volume, system and ordinal", () => {
            const names = claims().map(({ metadata }) => metadata?.name ?? "");
            assert.deepEqual(names.toSorted(), SYSTEMS.flatMap(claimNames).toSorted());
            const placed = placements(recorder).filter(({ pod }) => ofSystems(pod));
            assert.equal(placed.length, REPLICAS);
            for (const { pod, volumes } of placed) {
                const taken = volumes.map(({ claim }) => claim);
                assert.deepEqual(taken, [`data-${pod.metadata?.name}`]);
            }
        });

        it("are bound in the zone of the replica's node, no two of a system in one", () => {
            const zoneOf = new Map(
                (recorder.current("Node") as readonly V1Node[]).map(({ metadata }) => [
                    metadata?.name,
                    metadata?.labels?.["topology.kubernetes.io/zone"],
                ]),
            );
            for (const system of SYSTEMS) {
                const zones = claimNames(system).map((claim) => {
                    const pod = claim.slice(system.volume.length + 1);
                    const { object } = firstEvent(
                        recorder.events,
                        `the node of ${pod}`,
                        (event) => event.object.metadata?.name === pod && (event.object as V1Pod).spec?.nodeName,
                    );
                    const zone = zoneOf.get((object as V1Pod).spec?.nodeName);
                    assert.match(bindings(recorder)[`${system.namespace}/${claim}`] ?? "", new RegExp(` in ${zone}$`));
                    return zone;
                });
                assert.equal(new Set(zones).size, system.ordinals.length, `${system.name} in ${zones.join()}`);
            }
        });
    });

    describe("that a larger plan is applied to", () => {
        let former: { readonly sets: readonly V1StatefulSet[]; readonly sizes: ReadonlyMap<string, string> };

        const size = ({ spec }: V1PersistentVolumeClaim): string => spec?.resources?.requests?.["storage"] ?? "";

        before(async () => {
            begin();
            former = {
                sets: sets(),
                sizes: new Map(
                    claims().map(({ metadata, status }) => [metadata?.name ?? "", status?.capacity?.["storage"] ?? ""]),
                ),
            };
            await deployed.apply(larger);
            const asked = askedFor(larger);
            await recorder.waitFor(
                "every volume to be as large as asked",
                () =>
                    claims().every(({ metadata, status }) => {
                        const claim = asked.get(metadata?.name ?? "");
                        return claim !== undefined && status?.capacity?.["storage"] === size(claim);
                    }),
                WAIT_MS,
            );
        });

        it("grow: first what is asked, then what is there, and stay the same volumes", () => {
            for (const [name, claim] of askedFor(larger)) {
                const [old, now] = [former.sizes.get(name), size(claim)];
                assert.notEqual(old, now);
                const story = course(recorder.since(mark), name, sizes);
                assert.deepEqual(story, [`${old} of ${now}`, `${now} of ${now}`], name);
            }
            assertKept();
        });

        it("leave every pod as it was, without a restart", () => {
            none(interventions(recorder, mark, ofSystems));
            assert.equal(pods().length, REPLICAS);
        });

        it("leave every StatefulSet, its generation and the revision of its pods", () => {
            const facts = (all: readonly V1StatefulSet[]): unknown =>
                all.map(({ metadata, status }) => [
                    metadata?.name,
                    metadata?.uid,
                    metadata?.generation,
                    status?.updateRevision,
                ]);
            assert.equal(former.sets.length, SYSTEMS.length);
            assert.deepEqual(facts(sets()), facts(former.sets));
        });

        it("need the templates kept back, with which the API server refuses the StatefulSet", async () => {
            for (const { object } of larger.filter((one) => hasVolumes(one.object))) {
                await assert.rejects(
                    plane.client.apply(object, { dryRun: true }),
                    (error) => isApiError(error, 422) && /updates to statefulset spec/.test(String(error)),
                );
            }
        });

        it("cannot shrink: the API server refuses what the component foretells, and no more", async () => {
            const smaller = askedFor(original);
            for (const [name, claim] of askedFor(larger)) {
                const small = smaller.get(name);
                assert.ok(small);
                assert.match(claimChangeProblem(claim, small)?.reason ?? "", /do not shrink/);
                await assert.rejects(
                    plane.client.apply(small, { dryRun: true }),
                    (error) => isApiError(error, 422) && /can not be less than/.test(String(error)),
                );
                const largest = { ...claim, spec: { ...claim.spec, resources: { requests: { storage: "700Gi" } } } };
                assert.equal(claimChangeProblem(claim, largest), undefined);
                await plane.client.apply(largest, { dryRun: true });
            }
        });
    });

    describe("whose pods are deleted", () => {
        it("are taken again by the pods that come after them", async () => {
            begin();
            const old = uids(pods());
            await Promise.all(pods().map((pod) => plane.client.remove(pod)));
            await recorder.waitFor(
                "new pods to run",
                () =>
                    pods().filter((pod) => isReady(pod) && !old.includes(pod.metadata?.uid ?? "")).length === REPLICAS,
                WAIT_MS,
            );
            assertKept();
        });
    });

    describe("whose StatefulSets are replaced", () => {
        it("stay with their pods, which the new ones adopt without a restart", async () => {
            begin();
            const [oldPods, oldSets] = [uids(pods()), uids(sets())];
            await removeSets();
            await deployed.apply(larger);
            const adopted = (): boolean => {
                const now = uids(sets());
                const owners = pods().map(({ metadata }) => metadata?.ownerReferences?.[0]?.uid ?? "");
                const { length } = now.filter((uid) => !oldSets.includes(uid));
                return length === SYSTEMS.length && owners.every((owner) => now.includes(owner));
            };
            await recorder.waitFor("the pods to be adopted", adopted, WAIT_MS);
            const done = ({ metadata, status }: V1StatefulSet): boolean =>
                status?.observedGeneration === metadata?.generation &&
                status?.readyReplicas === status?.updatedReplicas;
            await recorder.waitFor("the new ones to be satisfied", () => sets().every(done), WAIT_MS);
            none(interventions(recorder, mark, ofSystems));
            assert.deepEqual(uids(pods()), oldPods);
            assertKept();
        });

        it("are found again if the pods were deleted as well", async () => {
            begin();
            await removeSets();
            await removePods();
            await deployed.apply(larger);
            await allRun();
            assertKept();
        });
    });

    describe("whose program is removed altogether", () => {
        const retained = (): readonly Desired[] => larger.filter((one) => one.retained);
        let changes: Changes;
        let running: readonly (string | undefined)[];
        let namespaces: readonly (string | undefined)[];

        before(async () => {
            begin();
            running = uids(pods());
            namespaces = uids(await existing(retained().filter(({ object }) => object.kind === "Namespace")));
            changes = await deployed.apply([]);
            const deadline = Date.now() + WAIT_MS;
            const rest = larger.filter((one) => !one.retained);
            for (let left = await existing(rest); left.length > 0; left = await existing(rest)) {
                assert.ok(Date.now() < deadline, `still there: ${left.map(identity).join(", ")}`);
                await delay(POLL_MS);
            }
        });

        const existing = async (objects: readonly Desired[]): Promise<readonly KubernetesObject[]> =>
            (await Promise.all(objects.map(({ object }) => plane.client.find(object)))).filter(
                (one) => one !== undefined,
            );

        it("stay, with their namespaces and the running pods, and nothing else does", async () => {
            assert.equal((await existing(retained())).length, changes.retained.length);
            const kinds = new Set(retained().map(({ object }) => object.kind ?? ""));
            assert.deepEqual([...kinds].toSorted(), ["Namespace", "PersistentVolumeClaim", "VolumeAttributesClass"]);
            assert.equal(changes.deleted.length + changes.retained.length, larger.length);
            assert.deepEqual(uids(pods()), running);
            assertKept();
        });

        it("are bound again by the next up, also with new pods, in the same namespaces", async () => {
            await removePods();
            await deployed.apply(larger);
            await allRun();
            assertKept();
            const now = await existing(retained().filter(({ object }) => object.kind === "Namespace"));
            assert.deepEqual(uids(now), namespaces);
        });
    });
});
